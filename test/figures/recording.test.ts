import { graphOf, type Graph } from '../../src/graph';
import { plannedRollouts } from '../../src/controller';
import { simulate } from '../../src/simulate';
import { TrafficDescription } from '../../src/traffic-model';
import { BINARY, describeReal } from '../rehearse/real';
import { rehearsed, simulated } from './cross-check';
import { manifestsOf, SHAPES } from './shapes';

const shape = SHAPES.find(({ rules }) => rules !== undefined)!;
const graphWith = (more: object[] = [], changed: Partial<typeof shape> = {}): Graph => {
  const given = manifestsOf({ ...shape, ...changed }, 'till', 'shops');
  return graphOf([
    ...given.resources.map((one) => ({ origin: 'given', manifest: one.manifest })),
    ...more.map((manifest) => ({ origin: 'more', manifest })),
  ]);
};
const described = (graph: Graph): TrafficDescription => {
  const [planned] = plannedRollouts(graph);
  return new TrafficDescription({ model: planned.model!, around: { graph, rollout: planned.rollout } });
};
const prometheus = (spec: object): object => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'Prometheus',
  metadata: { name: 'main', namespace: 'shops' },
  spec,
});

describe('a recording rule among the manifests', () => {
  test('is evaluated behind those that it asks for, at the interval of its group', () => {
    const { scraping, assumptions } = described(graphWith());
    expect(scraping.rules.map(({ record, interval }) => [record, interval])).toEqual([
      ['job:http_requests:rate2m', 20],
      ['job:http_errors:ratio_rate2m', 20],
    ]);
    expect(assumptions).toContain('recording rule job:http_errors:ratio_rate2m is evaluated at each multiple of 20 s');
  });

  test('ends in the simulation as the truth demands', () => {
    const graph = graphWith();
    expect(simulated(graph, shape.within, 3)).toBe('right');
    expect(simulated(graph, shape.beyond, 3)).toBe('right');
  });

  test('that records under another label is not what a matcher selects', () => {
    const query = 'job:http_errors:ratio_rate2m{team="other"}';
    const [planned] = plannedRollouts(graphWith([], { query }));
    const graph = graphWith([], { query });
    const found = simulate(planned.model!, { around: { graph, rollout: planned.rollout }, runs: 20, curve: [] });
    expect(found.noData[0].probability[0]).toBe(1);
  });

  test('is refused where no Prometheus selects it, or where it is made of what nobody knows', () => {
    const unselected = described(graphWith([prometheus({ ruleSelector: { matchLabels: { team: 'other' } } })]));
    expect(unselected.scraping.refused.get('job:http_errors:ratio_rate2m')).toMatch(
      /is a recording rule of PrometheusRule shops\/till: no Prometheus among the manifests selects it \(ruleSelector\)/,
    );
    const [first, second] = shape.rules!;
    const rules = [first, { ...second, expr: second.expr.replace('http_requests_total', 'envoy_requests_total') }];
    expect(described(graphWith([], { rules })).scraping.refused.get('job:http_errors:ratio_rate2m')).toBe(
      'job:http_errors:ratio_rate2m is a recording rule of which nothing in the traffic model counts envoy_requests_total, a metric of Envoy by its prefix',
    );
  });
});

describeReal('a recording rule before a real Prometheus', () => {
  test('ends as the truth demands', async () => {
    const graph = graphWith();
    expect(await rehearsed(graph, shape.within, 3, BINARY!)).toBe('right');
    expect(await rehearsed(graph, shape.beyond, 3, BINARY!)).toBe('right');
  }, 60_000);
});
