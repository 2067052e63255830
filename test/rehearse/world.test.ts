import { Exposition, looksBack, statusLabel, TrafficDescription, wholeProfile } from '../../src/traffic-model';
import { allMetrics, type Frame } from '../../src/controller';
import type { Series } from '../../src/rehearse';
import { rangeAt } from '../../src/rehearse/run/range';
import { Cluster } from '../../src/rehearse/world/cluster';
import { changed, conditions, manifests, rendered, type World } from './real';

const HASHES = { canary: 'new1', stable: 'old1' };
const QUERY = 'sum(increase(http_requests_total{code=~"5..",service="x"}[5m]))';

function clusterOf(text: string, world: World = {}, queries: readonly string[] = [QUERY]): Cluster {
  const { graph, planned } = manifests(text);
  const given = conditions({ ...world, profile: { rps: 20, errorRate: 0, baselineErrorRate: 0, ...world.profile } });
  const model = planned.model!;
  const around = { graph, rollout: planned.rollout };
  const metric = { ...allMetrics(model)[0], provider: 'prometheus' };
  const steps = queries.map((query) => ({ analysis: { templates: [], metrics: [{ ...metric, query }] } }));
  const { scraping } = new TrafficDescription({
    model: { ...model, steps, background: undefined },
    around,
    namespace: 'shop',
    profile: given.profile,
    hashes: HASHES,
  });
  return new Cluster({ model, hashes: HASHES, scraping, conditions: given, history: 300, epoch: 0, seed: 1 });
}

const frame = (time: number, canary: number, weight: number, more: Partial<Frame> = {}): Frame => ({
  time,
  stepIndex: 0,
  weight,
  canary: { spec: canary, available: weight > 0 || more.aborted ? canary : 0 },
  stable: { spec: 2, available: 2 },
  selects: { canary: weight > 0 ? 'new' : 'old', stable: 'old' },
  routes: [],
  promoted: false,
  aborted: false,
  phase: 'Progressing',
  message: '',
  ...more,
});

const of = (series: readonly Series[], labels: Record<string, string>): Series[] =>
  series.filter((one) => Object.entries(labels).every(([key, value]) => one.labels[key] === value));

/** A whole update: two new pods, half of the traffic, and back after ten minutes. */
const UPDATE = [
  frame(0, 2, 0),
  frame(30, 2, 50),
  frame(600, 2, 0, { aborted: true }),
  frame(630, 0, 0, { aborted: true }),
];

describe('what a Prometheus sees of a rollout', () => {
  const quickstart = rendered('quickstart.k8s.yaml');

  test('a pod is scraped at its own beat, from some time after it is found', () => {
    const cluster = clusterOf(quickstart);
    cluster.advance(0, []);
    cluster.begin(conditions({ profile: { rps: 20 } }));
    cluster.advance(600, UPDATE);
    const pods = of(cluster.scraped(), { __name__: 'up', rollouts_pod_template_hash: 'new1' });
    expect(pods).toHaveLength(2);
    const beats = pods.map(({ samples }) => samples.map(({ at }) => at / 1000));
    for (const times of beats) {
      expect(times[0]).toBeGreaterThan(2);
      expect(times[0]).toBeLessThan(38);
      times.slice(1).forEach((at, i) => expect(Math.abs(at - times[i] - 30)).toBeLessThan(0.1));
    }
    expect(Math.abs((beats[0][0] % 30) - (beats[1][0] % 30))).toBeGreaterThan(0.1);
  });

  test('a counter that is not counted yet has no series; with counters from zero it has', () => {
    const codes = (world: World): string[] => {
      const cluster = clusterOf(quickstart, world);
      cluster.advance(0, []);
      return of(cluster.scraped(), { __name__: 'http_requests_total' }).map(({ labels }) => labels.code);
    };
    expect(new Set(codes({}))).toEqual(new Set(['200']));
    expect(new Set(codes({ profile: { countersFromZero: true } }))).toEqual(new Set(['200', '500']));
  });

  test('when pods go, all of their series end with a mark, one beat after their last sample', () => {
    const cluster = clusterOf(quickstart);
    cluster.advance(0, []);
    cluster.begin(conditions({ profile: { rps: 20 } }));
    cluster.advance(720, UPDATE);
    const ended = of(cluster.scraped(), { rollouts_pod_template_hash: 'new1' });
    expect(new Set(ended.map(({ labels }) => labels.__name__))).toEqual(
      new Set(['http_requests_total', 'istio_requests_total', 'up']),
    );
    for (const { samples } of ended) {
      const [before, last] = samples.slice(-2);
      expect([before.value === undefined, last.value]).toEqual([false, undefined]);
      expect(last.at - before.at).toBeGreaterThan(29_000);
      expect(last.at - before.at).toBeLessThan(31_000);
    }
  });

  test('a process that crashes cannot be scraped, and counts from nothing afterwards', () => {
    const crashing = conditions({
      profile: { rps: 20, baselineErrorRate: 0 },
      canary: { errorRate: 0, latency: { p50: 0.05, p99: 0.4 }, crashesAfter: 120 },
    });
    const cluster = clusterOf(quickstart);
    cluster.advance(0, []);
    cluster.begin(crashing);
    cluster.advance(600, UPDATE);
    const [{ samples }] = of(cluster.scraped(), {
      __name__: 'http_requests_total',
      rollouts_pod_template_hash: 'new1',
    });
    const values = samples.map(({ value }) => value);
    expect(
      values.some((value, i) => i > 0 && value !== undefined && values[i - 1] !== undefined && value < values[i - 1]!),
    ).toBe(true);
  });

  test('a pod that never serves has no series but that it is down', () => {
    const cluster = clusterOf(rendered('rollouts-demo.k8s.yaml'));
    cluster.advance(0, []);
    cluster.begin(conditions({ canary: { errorRate: 0, latency: { p50: 1, p99: 2 }, neverStarts: true } }));
    cluster.advance(300, [frame(0, 1, 0, { stable: { spec: 1, available: 1 } })]);
    // The stable Service has the old hash in its selector, and so has the canary's until a new pod serves.
    const seen = cluster.scraped().filter(({ labels }) => labels.pod.includes('new1'));
    expect(seen).toEqual([]);
    const all = clusterOf(changed(quickstart, /      relabelings:\n(?: {8}.*\n)+/, ''), {}, []);
    all.advance(0, []);
    all.begin(conditions({ canary: { errorRate: 0, latency: { p50: 1, p99: 2 }, neverStarts: true } }));
    all.advance(300, [frame(0, 2, 0)]);
    const down = of(all.scraped(), { rollouts_pod_template_hash: 'new1' });
    expect(down.map(({ labels, samples }) => [labels.__name__, new Set(samples.map(({ value }) => value))])).toEqual([
      ['up', new Set([0])],
      ['up', new Set([0])],
    ]);
  });

  test('two monitors on two Services that select the same pods see each pod twice, until the canary serves', () => {
    const cluster = clusterOf(rendered('rollouts-demo.k8s.yaml'));
    cluster.advance(0, []);
    const before = of(cluster.scraped(), { __name__: 'up' });
    expect(before.map(({ labels }) => labels.service).sort()).toEqual(['rollouts-demo-canary', 'rollouts-demo-stable']);
    expect(new Set(before.map(({ labels }) => labels.pod)).size).toBe(1);
    expect(cluster.scrapedAtRest.map(({ service }) => service?.resource.name).sort()).toEqual([
      'rollouts-demo-canary',
      'rollouts-demo-stable',
    ]);
    cluster.begin(conditions());
    cluster.advance(300, [
      frame(0, 1, 0, { stable: { spec: 1, available: 1 } }),
      frame(30, 1, 50, { stable: { spec: 1, available: 1 } }),
    ]);
    const during = of(cluster.scraped(), { __name__: 'up', service: 'rollouts-demo-canary' });
    const versions = during.map(({ labels, samples }) => [labels.pod.includes('new1'), samples.at(-1)!.value]);
    expect(versions).toContainEqual([true, 1]);
    expect(versions).toContainEqual([false, undefined]);
  });

  test('requests go to the versions by their weight, and fail if no pod is ready', () => {
    const cluster = clusterOf(quickstart);
    cluster.advance(0, []);
    cluster.begin(conditions({ profile: { rps: 100, errorRate: 0, baselineErrorRate: 0 } }));
    cluster.advance(630, [frame(0, 2, 0), frame(30, 2, 20)]);
    const { canary, stable } = cluster.users.ledger.between(30, 630);
    expect(canary.requests / (canary.requests + stable.requests)).toBeCloseTo(0.2, 1);
    expect(canary.requests + stable.requests).toBeGreaterThan(58_000);
    expect(canary.failures + stable.failures).toBe(0);
    const down = clusterOf(quickstart);
    down.advance(0, []);
    down.begin(
      conditions({ profile: { rps: 100 }, canary: { errorRate: 0, latency: { p50: 1, p99: 2 }, neverStarts: true } }),
    );
    down.advance(100, [frame(0, 2, 50)]);
    const turnedAway = down.users.ledger.between(0, 100).canary;
    expect(turnedAway.failures).toBe(turnedAway.requests);
    expect(turnedAway.requests).toBeGreaterThan(4000);
  });

  test("Istio's metrics come from the pod's own proxy, and from the gateway where those are asked for", () => {
    const reported = (reporter: string): Series[] => {
      const query = `sum(increase(istio_requests_total{reporter="${reporter}"}[5m]))`;
      const cluster = clusterOf(quickstart, {}, [query]);
      cluster.advance(0, []);
      return of(cluster.scraped(), { __name__: 'istio_requests_total' });
    };
    const own = reported('destination');
    expect(own).toHaveLength(2);
    expect(own[0].labels).toMatchObject({
      reporter: 'destination',
      destination_workload: 'checkout',
      response_code: '200',
      rollouts_pod_template_hash: 'old1',
    });
    expect(
      reported('source').map(({ labels }) => [labels.reporter, labels.namespace, labels.destination_service_name]),
    ).toContainEqual(['source', 'istio-system', 'checkout-stable']);
  });
});

describe('what an app is taken to expose', () => {
  const ofTarget = (label: string): boolean => label !== 'handler' && label !== 'backend';
  const exposition = (...queries: string[]): Exposition =>
    new Exposition(queries, {}, ofTarget, wholeProfile(), '3.16');

  test('a label that only a target can have it never has', () => {
    const { ofApp, assumptions } = exposition('rate(http_requests_total{service="x"}[5m])');
    expect(assumptions).toEqual([]);
    for (const { labels } of ofApp) expect(labels).not.toHaveProperty('service');
  });

  test('another label it has as all queries ask for it, whatever the value says, and that is an assumption', () => {
    for (const [label, value] of [
      ['handler', '/pay'],
      ['backend', 'checkout-canary'],
    ]) {
      expect(exposition(`rate(http_requests_total{${label}="${value}"}[5m])`).assumptions).toEqual([
        `every series of http_requests_total has ${label}="${value}"`,
      ]);
    }
  });

  test('a label by which only some selectors choose is refused', () => {
    const { refused } = exposition(
      'rate(http_requests_total{handler="/pay"}[5m]) / ignoring(handler) rate(http_requests_total[5m])',
    );
    expect(refused.get('http_requests_total')).toContain(
      'it is not known which requests http_requests_total counts with handler="/pay"',
    );
  });

  test('metrics that nothing counts are refused', () => {
    expect(exposition('node_memory_Active_bytes').refused.get('node_memory_Active_bytes')).toBe(
      'nothing in the traffic model counts node_memory_Active_bytes, a metric of the node exporter by its prefix',
    );
    expect(exposition('job:errors:rate5m').refused.get('job:errors:rate5m')).toContain('recording rule');
  });

  test.each([
    ['code', '=', '500', '500'],
    ['status', '=~', '5..', '500'],
    ['status', '!~', '5.*', '500'],
    ['code', '=~', '50[34]', '503'],
    ['code', '=', '5xx', '5xx'],
    ['grpc_code', '=~', 'Unknown|Internal|Unavailable', 'Internal'],
    ['outcome', '=', 'SERVER_ERROR', 'SERVER_ERROR'],
    ['result', '!=', 'success', 'error'],
    ['error', '=', 'true', 'true'],
  ] as const)('the outcome stands in %s%s"%s"', (label, operator, value, failed) => {
    const span = { from: 0, to: 0 };
    expect(statusLabel('x_total', label, [{ label, operator, value, inside: span, ...span }])).toMatchObject({
      label,
      failed,
    });
  });

  test('a label without relation to outcomes is not an outcome label', () => {
    const span = { from: 0, to: 0 };
    expect(
      statusLabel('x_total', 'handler', [{ label: 'handler', operator: '=', value: '/pay', inside: span, ...span }]),
    ).toBeUndefined();
  });
});

test.each([
  ['up', 0],
  ['rate(x[5m])', 300],
  ['rate(x[5m] offset 1h)', 3900],
  ['max_over_time(sum(rate(x[5m]))[1h:1m])', 3900],
  ['rate(a[1m]) / rate(b[10m])', 600],
])('%s looks back %d s', (query, seconds) => expect(looksBack(query)).toBe(seconds));

test('a range query is evaluated over the range that it states, at that moment', () => {
  const now = 1_000_000_000;
  expect(rangeAt({ start: 'now() - duration("5m")', end: 'now()', step: '1m' }, now)).toEqual({
    start: now - 300_000,
    end: now,
    step: 60,
  });
  expect(rangeAt({ start: 'date("2024-01-01")', end: 'now()', step: '1m' }, now)).toEqual({
    problem:
      'rangeQuery.start is \'date("2024-01-01")\', which cannot be rehearsed; write now(), or now() - duration("5m")',
  });
});
