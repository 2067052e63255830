import { plannedRollouts } from '../../src/controller';
import type { Graph } from '../../src/graph';
import { conditionsOf, Prometheus, rehearse } from '../../src/rehearse';
import { simulate } from '../../src/simulate';
import { wholeProfile, type TrafficProfile } from '../../src/traffic-model';
import { BINARY, describeReal } from '../rehearse/real';
import { manifestsOf, SHAPES } from './shapes';

const SHAPE = SHAPES.find(({ name }) => name === 'histogram_quantile, native')!;
const PROFILE: Partial<TrafficProfile> = {
  rps: 200,
  errorRate: 0.01,
  podStart: 20,
  latency: { p50: 0.05, p99: 0.4 },
  scrapeInterval: 15,
};
/** The p95 of PROFILE's latency. */
const P95 = 0.05 * Math.exp((1.6448536 * Math.log(8)) / 2.3263479);

const graphOfQuery = (query: string, condition = 'result[0] <= 0.001', release = '2.42.0'): Graph =>
  manifestsOf({ ...SHAPE, query, successCondition: condition }, 'shop', 'demo').on({
    argoRollouts: '1.10.2',
    prometheus: release,
  } as Graph['releases']);

/** The value that stopped a simulated rollout, in the median. */
function simulatedValue(graph: Graph, profile: Partial<TrafficProfile> = PROFILE): number {
  const [planned] = plannedRollouts(graph);
  const { decidedBy } = simulate(planned.model!, {
    profile,
    around: { graph, rollout: planned.rollout },
    runs: 20,
    seed: 3,
    curve: [],
  });
  return decidedBy[0].value!.p50;
}

const refusal = (query: string): string => {
  try {
    return String(simulatedValue(graphOfQuery(query)));
  } catch (error) {
    return (error as Error).message;
  }
};

const RATE = 'rate(http_request_duration_seconds[2m])';
const NO_NUMBER = `sum(${RATE}) and histogram_count(sum(${RATE})) > 0`;

describe('a native histogram in a simulation', () => {
  test('gives the quantile of the stated latency', () => {
    expect(simulatedValue(graphOfQuery(SHAPE.query)) / P95).toBeCloseTo(1, 1);
  });

  test('a metric in milliseconds gives it in milliseconds', () => {
    const query = SHAPE.query.replace('_seconds', '_milliseconds');
    expect(simulatedValue(graphOfQuery(query)) / (1000 * P95)).toBeCloseTo(1, 1);
  });

  test('a latency between two bounds is read as the release of Prometheus interpolates', () => {
    // With a factor of 4 the bounds are 0.0625 and 0.25 s, and nothing tells apart what is between them.
    const profile = { ...PROFILE, latency: { p50: 0.12, p99: 0.121 }, nativeBucketFactor: 4 };
    const query = SHAPE.query.replace('0.95', '0.5');
    const [evenly, exponentially] = ['2.42.0', '3.16.0'].map((release) =>
      simulatedValue(graphOfQuery(query, undefined, release), profile),
    );
    expect(evenly).toBeCloseTo((0.0625 + 0.25) / 2, 2);
    expect(exponentially).toBeCloseTo(Math.sqrt(0.0625 * 0.25), 2);
  });

  test('count, sum and mean', () => {
    const all =
      'sum by (rollouts_pod_template_hash) (rate(http_request_duration_seconds{rollouts_pod_template_hash="{{args.hash}}"}[2m]))';
    expect(simulatedValue(graphOfQuery(`histogram_count(${all})`))).toBeGreaterThan(75);
    const mean = simulatedValue(graphOfQuery(`histogram_avg(${all})`));
    const parts = simulatedValue(graphOfQuery(`histogram_sum(${all}) / histogram_count(${all})`));
    expect(mean).toBeCloseTo(parts, 6);
  });

  test('what takes a histogram for a number is refused', () => {
    expect(refusal(NO_NUMBER)).toMatch(/it gives a native histogram/);
    expect(refusal(`histogram_quantile(0.9, sum(${RATE}) > 1)`)).toMatch(/over native histograms is not supported/);
    expect(refusal(`sum(${RATE}) / histogram_count(sum(${RATE}))`)).toMatch(/it gives a native histogram/);
    expect(refusal(`histogram_quantile(0.9, ${RATE})`)).toMatch(/use sum\(\) inside/);
  });

  test('the growth of the buckets is an assumption', () => {
    const graph = graphOfQuery(SHAPE.query);
    const [planned] = plannedRollouts(graph);
    const { assumptions } = simulate(planned.model!, {
      profile: { ...PROFILE, nativeBucketFactor: 1.3 },
      around: { graph, rollout: planned.rollout },
      runs: 20,
      curve: [],
    });
    expect(assumptions.join('\n')).toMatch(/its bounds grow by a factor of 1.3 at most/);
  });
});

describeReal('a native histogram before a real Prometheus', () => {
  const measured = async (graph: Graph, profile = PROFILE): Promise<number | undefined> => {
    const prometheus = await Prometheus.start(BINARY!);
    try {
      const [planned] = plannedRollouts(graph);
      const conditions = conditionsOf(wholeProfile(profile));
      const { updates } = await rehearse(prometheus.api, { graph, planned, conditions, seed: 5 });
      return updates[0].measurements[0].answer?.series[0]?.values[0];
    } finally {
      await prometheus.stop();
    }
  };

  test('gives the quantile that the simulation gives', async () => {
    const graph = graphOfQuery(SHAPE.query);
    const found = (await measured(graph))!;
    expect(found / P95).toBeCloseTo(1, 1);
    expect(found / simulatedValue(graph)).toBeCloseTo(1, 1);
  }, 60_000);

  test('a latency between two bounds is read as this release interpolates', async () => {
    const profile = { ...PROFILE, latency: { p50: 0.12, p99: 0.121 }, nativeBucketFactor: 4 };
    const query = SHAPE.query.replace('0.95', '0.5');
    const prometheus = await Prometheus.start(BINARY!);
    const version = await prometheus.api.version().finally(() => prometheus.stop());
    const [release] = /^\d+\.\d+\.\d+/.exec(version)!;
    const graph = graphOfQuery(query, undefined, release);
    expect(await measured(graph, profile)).toBeCloseTo(simulatedValue(graph, profile), 2);
  }, 60_000);

  test('a query that gives a histogram is refused', async () => {
    await expect(measured(graphOfQuery(NO_NUMBER))).rejects.toThrow(/gives a native histogram/);
  }, 60_000);
});
