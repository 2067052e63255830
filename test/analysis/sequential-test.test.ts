import { CanaryCheck, PrometheusAnalysis } from '../../src';
import { Series, valueOf } from '../promql/evaluate';
import { only, synthesize } from '../synthesized';
import { logEvidence } from './log-evidence';

/** Two minutes: four scrapes of thirty seconds. */
const SLOT = 120;

const METRIC = only(
  synthesize((chart) => {
    const checks = [CanaryCheck.sequentialTest({ falseAlarmRate: 0.05 })];
    return new PrometheusAnalysis(chart, 'test', { prometheus: 'http://prometheus:9090', checks });
  }),
  'AnalysisTemplate',
).spec.metrics[0];
const QUERY: string = METRIC.provider.prometheus.query
  .replace(/\{\{args\.namespace\}\}/g, 'shop')
  .replace(/\{\{args\.([a-z]+)-hash\}\}/g, '$1');
const LIMIT = Number(METRIC.successCondition.split('< ')[1]);

/** What each version has had in each slot. */
interface Slot {
  readonly canary: { readonly requests: number; readonly failures: number };
  readonly stable: { readonly requests: number; readonly failures: number };
}

function seriesOf(slots: readonly Slot[]): Series[] {
  const count = (version: 'canary' | 'stable', code: string, of: (slot: Slot) => number): Series => ({
    name: 'http_requests_total',
    labels: { namespace: 'shop', rollouts_pod_template_hash: version, code },
    grew: (from, to) =>
      slots.slice(Math.max(0, from / SLOT), Math.max(0, to / SLOT)).reduce((sum, slot) => sum + of(slot), 0),
  });
  return (['canary', 'stable'] as const).flatMap((version) => [
    count(version, '500', (slot) => slot[version].failures),
    count(version, '200', (slot) => slot[version].requests - slot[version].failures),
  ]);
}

/** The value of the query itself, when all slots are over. */
const measured = (slots: readonly Slot[]) => valueOf(QUERY, seriesOf(slots), slots.length * SLOT);

/** Numbers between 0 and 1, the same at each run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** How many of so many throws succeed: by adding up the distribution. */
function binomial(random: () => number, throws: number, chance: number): number {
  let left = random();
  let probability = (1 - chance) ** throws;
  let successes = 0;
  while (left > probability && successes < throws) {
    left -= probability;
    probability *= ((throws - successes) / (successes + 1)) * (chance / (1 - chance));
    successes++;
  }
  return successes;
}

/** An hour with a hundred requests a minute. */
function simulate(random: () => number, weight: number, canaryFails: number, stableFails: number): Slot[] {
  return Array.from({ length: 30 }, () => {
    const requests = binomial(random, 200, weight);
    return {
      canary: { requests, failures: binomial(random, requests, canaryFails) },
      stable: { requests: 200 - requests, failures: binomial(random, 200 - requests, stableFails) },
    };
  });
}

test('the value of the query is the evidence, at most a sixth too small', () => {
  const random = randomNumbers(1);
  for (const fails of [0.001, 0.02, 0.3]) {
    for (let run = 0; run < 12; run++) {
      const slots = simulate(random, 0.2, fails * 3, fails).slice(0, 1 + Math.floor(random() * 30));
      const of = (version: 'canary' | 'stable', what: 'requests' | 'failures') =>
        slots.reduce((sum, slot) => sum + slot[version][what], 0);
      const requests = of('canary', 'requests');
      if (requests < 30) continue;
      const [bad, good] = [of('canary', 'failures'), of('stable', 'failures')];
      const share = requests / (requests + of('stable', 'requests'));
      const worse = bad / requests > good / of('stable', 'requests');
      const exact = worse ? logEvidence(bad, good, share) : 0;
      const value = measured(slots)!;
      expect(value).toBeLessThanOrEqual(Math.max(exact, 0) + 1e-5);
      expect(value).toBeGreaterThan(worse ? exact - 1 / 6 - 1e-5 : -1e-9);
    }
  }
});

/** How many of the runs end in an alarm, when each is looked at after every slot. */
function alarms(runs: number, weight: number, canaryFails: number, stableFails: number): number {
  const random = randomNumbers(2);
  let alarmed = 0;
  for (let run = 0; run < runs; run++) {
    const total = { canary: { requests: 0, failures: 0 }, stable: { requests: 0, failures: 0 } };
    alarmed += Number(
      simulate(random, weight, canaryFails, stableFails).some((slot) => {
        for (const version of ['canary', 'stable'] as const) {
          total[version].requests += slot[version].requests;
          total[version].failures += slot[version].failures;
        }
        const { canary, stable } = total;
        const worse = canary.failures / canary.requests > stable.failures / stable.requests;
        const share = canary.requests / (canary.requests + stable.requests);
        return worse && canary.requests >= 30 && logEvidence(canary.failures, stable.failures, share) >= LIMIT;
      }),
    );
  }
  return alarmed;
}

test('the limit is the logarithm of one over the rate of false alarms', () => {
  expect(LIMIT).toBeCloseTo(Math.log(20), 5);
});

test.each([0.05, 0.2, 0.5])(
  'a canary as good as the stable version, with a share of %d, is rarely refused',
  (weight) => {
    // Of 1,000 runs with thirty looks each, 50 alarms are allowed; more than 50 by chance would be no defect, but with
    // these seeds there are far fewer, because the test pays for being allowed to look at any time.
    expect(alarms(1000, weight, 0.02, 0.02)).toBeLessThanOrEqual(50);
  },
);

test('one that fails thrice as often is found, and one that fails less is not', () => {
  expect(alarms(200, 0.2, 0.06, 0.02)).toBeGreaterThan(190);
  expect(alarms(200, 0.2, 0.005, 0.02)).toBe(0);
});

test('what the stable version failed before there was a canary does not count', () => {
  const before: Slot = { canary: { requests: 0, failures: 0 }, stable: { requests: 200, failures: 200 } };
  const since: Slot = { canary: { requests: 40, failures: 20 }, stable: { requests: 160, failures: 4 } };
  expect(measured([before, before, since, since])).toBeCloseTo(measured([since, since])!, 10);
  expect(measured([since, since])).toBeGreaterThan(LIMIT);
});

test('without requests of both there is no verdict', () => {
  const none = { requests: 0, failures: 0 };
  expect(measured([{ canary: none, stable: { requests: 200, failures: 3 } }])).toBeUndefined();
  expect(
    measured([{ canary: { requests: 10, failures: 10 }, stable: { requests: 190, failures: 0 } }]),
  ).toBeUndefined();
});
