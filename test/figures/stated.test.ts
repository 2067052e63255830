import { plannedRollouts } from '../../src/controller';
import type { Graph } from '../../src/graph';
import { conditionsOf, Prometheus, rehearse } from '../../src/rehearse';
import { simulate, type SimulationOptions } from '../../src/simulate';
import { wholeProfile, type StatedMetric } from '../../src/traffic-model';
import { BINARY, describeReal } from '../rehearse/real';
import { manifestsOf, SHAPES, type Shape } from './shapes';

const shapeOf = (name: string): Shape => SHAPES.find((one) => one.name === name)!;
const WORLD = { rps: 100, baselineErrorRate: 0.01, podStart: 20 };
const CLASSIFIED: Readonly<Record<string, StatedMetric>> = {
  http_requests_total: { status: { label: 'classification', succeeded: 'success', failed: 'failure' } },
};

/** The share of bad versions and of good ones that a simulation stops. */
function stopped(shape: Shape, more: SimulationOptions): { readonly bad: number; readonly good: number } {
  const graph = manifestsOf(shape, 'shop', 'demo');
  const [planned] = plannedRollouts(graph);
  const of = (errorRate: number): number =>
    simulate(planned.model!, {
      runs: 50,
      curve: [],
      around: { graph, rollout: planned.rollout },
      ...more,
      profile: { ...WORLD, errorRate },
    }).probability.aborted;
  return { bad: of(0.2), good: of(0.005) };
}

describe('what is refused is right once it is stated', () => {
  test.each<[string, SimulationOptions]>([
    ['a label that nobody knows', { metrics: CLASSIFIED }],
    ['a label that nobody knows', { stated: { check: 'success-ratio:2m' } }],
    ['Envoy: all clusters', { stated: { check: 'success-ratio:2m' } }],
    ['nginx ingress that splits nothing', { stated: { check: 'success-ratio:2m' } }],
    ['a recording rule', { stated: { check: 'failure-ratio:2m' } }],
    ['each pod by itself', { stated: { check: 'failure-rate:2m' } }],
  ])('%s, in a simulation', (name, more) => {
    const shape = shapeOf(name);
    expect(() => stopped(shape, {})).toThrow(shape.refused);
    expect(stopped(shape, more)).toEqual({ bad: 1, good: 0 });
  });
});

describe('a router before the Services', () => {
  const NGINX = shapeOf('nginx ingress');
  const assumptionsOf = (shape: Shape): string => {
    const graph = manifestsOf(shape, 'shop', 'demo');
    const [planned] = plannedRollouts(graph);
    const around = { graph, rollout: planned.rollout };
    return simulate(planned.model!, { runs: 20, curve: [], around }).assumptions.join('\n');
  };

  test('says which labels its series have', () => {
    expect(assumptionsOf(NGINX)).toContain('ingress="shop", those to the canary with canary="demo-shop-canary-80"');
    expect(assumptionsOf(shapeOf('Envoy of Contour: upstream_rq'))).toContain(
      'envoy_cluster_name="demo_shop-stable_80" and "demo_shop-canary_80"',
    );
  });

  test('the name of the canary Ingress is no label of ingress-nginx, which is said', () => {
    const query = NGINX.query.replaceAll('ingress="shop"', 'ingress="shop-shop-canary"');
    expect(assumptionsOf({ ...NGINX, query })).toMatch(
      /no series of nginx_ingress_controller_requests passes ingress="shop-shop-canary": they have ingress="shop"/,
    );
  });

  test.each([
    ['a label of the callers', 'envoy_cluster_name="shop-canary",pod=~"web-.*"', /nothing here says which series/],
    ['another cluster', 'envoy_cluster_name="local_app"', /names no cluster of Service shop-canary or shop-stable/],
  ])('%s is refused', (_, matchers, why) => {
    const query = `sum(rate(envoy_cluster_upstream_rq_total{${matchers}}[2m]))`;
    expect(() => assumptionsOf({ ...NGINX, query })).toThrow(why);
  });
});

describeReal('what is refused is right once it is stated, before a real Prometheus', () => {
  const rehearsed = async (graph: Graph, errorRate: number): Promise<string> => {
    const prometheus = await Prometheus.start(BINARY!);
    try {
      const [planned] = plannedRollouts(graph);
      const conditions = conditionsOf(wholeProfile({ ...WORLD, errorRate }));
      const options = { graph, planned, conditions, metrics: CLASSIFIED, seed: 3 };
      return (await rehearse(prometheus.api, options)).updates[0].outcome;
    } finally {
      await prometheus.stop();
    }
  };

  test('a label that nobody knows', async () => {
    const graph = manifestsOf(shapeOf('a label that nobody knows'), 'shop', 'demo');
    expect(await rehearsed(graph, 0.2)).toBe('aborted');
    expect(await rehearsed(graph, 0.005)).toBe('promoted');
  }, 60_000);
});
