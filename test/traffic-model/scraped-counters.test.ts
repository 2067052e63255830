import {
  type Cell,
  compileModel,
  Counters,
  type Leaf,
  Random,
  type TrafficProfile,
  wholeProfile,
} from '../../src/traffic-model';

const cell = (outcome: Cell['outcome'], more: Partial<Cell> = {}): Cell => ({
  side: 'canary',
  outcome,
  part: 'count',
  factor: 1,
  appears: outcome === 'any' ? 'at-once' : 'as-the-profile-says',
  ofEachPod: true,
  life: {},
  ...more,
});

/** What a query over the growth of such series reads. */
const read = (
  counters: Counters,
  outcome: Cell['outcome'],
  window: number,
  now: number,
  over: Leaf['over'] = 'increase',
): number | undefined => compileModel({ type: 'leaf', leaf: { cells: [cell(outcome)], window, over } })(counters, now);

/** Counters over which so many seconds of canary traffic have run. */
function after(seconds: number, given: Partial<TrafficProfile>, pods = 1, seed = 1): Counters {
  const needs = { scrapes: true, stable: false, latency: false, failures: true, service: false, containers: false };
  const counters = new Counters(wholeProfile(given), new Random(seed), needs, 300, []);
  counters.reset(100);
  counters.canaryHas(pods);
  counters.flow(0, seconds, 1, 100);
  return counters;
}

const average = (read: (seed: number) => number | undefined, runs = 400): number => {
  let sum = 0;
  for (let seed = 1; seed <= runs; seed++) sum += read(seed) ?? 0;
  return sum / runs;
};

describe('what Prometheus makes of a canary’s counters', () => {
  test('an ideal one sees every request', () => {
    expect(average((seed) => read(after(300, { scrapeInterval: 0 }, 1, seed), 'any', 300, 300))).toBeCloseTo(
      30_000,
      -2,
    );
  });

  test('before two scrapes there is nothing', () => {
    expect(read(after(29, { scrapeInterval: 30 }), 'any', 300, 29)).toBeUndefined();
    expect(read(after(120, { scrapeInterval: 30 }), 'any', 300, 120)).toBeGreaterThan(0);
    expect(read(after(120, { scrapeInterval: 30 }), 'any', 30, 120)).toBeUndefined();
  });

  test('a rate over a full window is extrapolated to the whole of it', () => {
    const rate = average((seed) => read(after(900, { scrapeInterval: 15 }, 1, seed), 'any', 300, 900, 'rate'));
    expect(rate).toBeGreaterThan(99.5);
    expect(rate).toBeLessThan(100.5);
  });

  test('scrapes that come late alter it little', () => {
    const rate = average((seed) =>
      read(after(900, { scrapeInterval: 15, scrapeJitter: 5 }, 1, seed), 'any', 300, 900, 'rate'),
    );
    expect(rate).toBeGreaterThan(99);
    expect(rate).toBeLessThan(101);
  });

  test('a counter of failures that appears with its first failure hides that one, on each pod anew', () => {
    const failures = (pods: number, countersFromZero: boolean): number =>
      average((seed) =>
        read(after(300, { scrapeInterval: 15, errorRate: 0.001, countersFromZero }, pods, seed), 'failed', 300, 300),
      );
    // 30 failures in five minutes, all but those before the first scrape.
    const whole = failures(1, true);
    expect(whole).toBeGreaterThan(28.5);
    const [one, ten] = [failures(1, false), failures(10, false)];
    expect(whole - one).toBeGreaterThan(0.5);
    expect(one - ten).toBeGreaterThan(6);
    expect(one - ten).toBeLessThan(12);
  });

  test('without failures there is no series of failures, unless it exists from the start', () => {
    expect(read(after(300, { errorRate: 0 }), 'failed', 300, 300)).toBeUndefined();
    expect(read(after(300, { errorRate: 0, countersFromZero: true }), 'failed', 300, 300)).toBe(0);
    expect(read(after(300, { errorRate: 0 }, 10), 'failed', 300, 300)).toBeUndefined();
  });

  test('quantiles are those of the latency, to the width of a bucket', () => {
    const profile = wholeProfile({ latency: { p50: 0.05, p99: 0.4 }, scrapeInterval: 15 });
    const bounds = profile.latencyBuckets;
    const counters = new Counters(
      profile,
      new Random(3),
      { scrapes: true, stable: false, latency: true, failures: false, service: false, containers: false },
      300,
      bounds,
    );
    counters.reset(100);
    counters.canaryHas(1);
    counters.flow(0, 600, 1, 100);
    const quantile = (level: number) =>
      compileModel({
        type: 'quantile',
        quantile: level,
        buckets: [...bounds, Infinity].map((bound) => ({
          bound,
          of: {
            type: 'leaf',
            leaf: {
              cells: [cell('any', { part: bound === Infinity ? 'count' : { upTo: bound } })],
              window: 300,
              over: 'rate',
            },
          },
        })),
      })(counters, 600)!;
    expect(quantile(0.5)).toBeGreaterThan(0.045);
    expect(quantile(0.5)).toBeLessThan(0.055);
    expect(quantile(0.99)).toBeGreaterThan(0.35);
    expect(quantile(0.99)).toBeLessThan(0.5);
    // Percent instead of a share: Prometheus answers as well, and a limit from below then never fails.
    expect([quantile(95), quantile(-1), quantile(NaN)]).toEqual([Infinity, -Infinity, NaN]);
  });
});

test('what is counted before the Service of the canary has neither copies nor requests to an experiment', () => {
  const profile = wholeProfile({ errorRate: 0.1, latency: { p50: 0.05, p99: 0.4 }, scrapeInterval: 15 });
  const needs = { scrapes: true, stable: false, latency: true, failures: false, service: true, containers: false };
  const counters = new Counters(profile, new Random(5), needs, 600, [0.05]);
  counters.reset(100);
  counters.canaryHas(1);
  const grown = (ofEachPod: boolean, part: Cell['part']): number =>
    counters.growth({ ...cell('any'), part, ofEachPod }, { over: 'increase', window: 600, now: 600 })!;
  // Of 100 requests/s the Service gets 20, an experiment 10, and 10 are copied.
  counters.flow(0, 600, 0.3, 100, 10, 0.1);
  expect(Math.abs(grown(true, 'count') / 600 - 40)).toBeLessThan(1.5);
  expect(Math.abs(grown(false, 'count') / 600 - 20)).toBeLessThan(1.1);
  // As many of them are as fast, and as many fail.
  for (const ofEachPod of [true, false]) {
    expect(Math.abs(grown(ofEachPod, { upTo: 0.05 }) / grown(ofEachPod, 'count') - 0.5)).toBeLessThan(0.02);
  }
  const failed = counters.growth({ ...cell('failed'), ofEachPod: false }, { over: 'increase', window: 600, now: 600 })!;
  expect(Math.abs(failed / grown(false, 'count') - 0.1)).toBeLessThan(0.015);
  // Another update begins anew.
  counters.reset(100);
  counters.canaryHas(1);
  counters.flow(0, 600, 0.3, 100);
  expect(grown(false, 'count')).toBe(grown(true, 'count'));
});
