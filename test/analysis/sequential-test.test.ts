import { CanaryCheck, PrometheusAnalysis } from '../../src';
import { Series, valueOf } from '../promql/evaluate';
import { only, synthesize } from '../synthesized';
import { logEvidence, type SlotCounts } from './log-evidence';

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

type Slot = SlotCounts;

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

/** How an hour goes: requests, weight and failures of both versions in each of thirty slots. */
interface Day {
  readonly requests: (slot: number) => number;
  readonly weight: (slot: number) => number;
  readonly fails: (slot: number) => number;
}

function simulate(random: () => number, { requests, weight, fails }: Day, factor: number): Slot[] {
  return Array.from({ length: 30 }, (_, i) => {
    const all = Math.round(requests(i));
    const own = binomial(random, all, weight(i));
    return {
      canary: { requests: own, failures: binomial(random, own, Math.min(0.99, factor * fails(i))) },
      stable: { requests: all - own, failures: binomial(random, all - own, fails(i)) },
    };
  });
}

const STEADY: Day = { requests: () => 200, weight: () => 0.2, fails: () => 0.02 };
const STAGED = (slot: number): number => (slot < 10 ? 0.1 : slot < 20 ? 0.25 : 0.5);

test('the value of the query is the evidence', () => {
  const random = randomNumbers(1);
  for (const fails of [0.001, 0.02, 0.3]) {
    for (let run = 0; run < 6; run++) {
      const day: Day = { requests: (i) => 100 + 10 * i, weight: STAGED, fails: () => fails };
      const slots = simulate(random, day, 3).slice(0, 1 + Math.floor(random() * 30));
      const of = (version: 'canary' | 'stable') => slots.reduce((sum, slot) => sum + slot[version].requests, 0);
      if (of('canary') < 30 || of('stable') < 30) continue;
      expect(measured(slots)).toBeCloseTo(logEvidence(slots), 3);
    }
  }
});

/** How many of the runs end in an alarm, when each is looked at after every slot. */
function alarms(runs: number, day: Day, factor: number): number {
  const random = randomNumbers(2);
  let alarmed = 0;
  for (let run = 0; run < runs; run++) {
    const slots = simulate(random, day, factor);
    // All requests of a slot are counted here.
    alarmed += Number(slots.some((_, i) => logEvidence(slots.slice(0, i + 1), 1) >= LIMIT));
  }
  return alarmed;
}

test('the limit is the logarithm of one over the rate of false alarms', () => {
  expect(LIMIT).toBeCloseTo(Math.log(20), 5);
});

describe('a canary as good as the stable version is rarely refused', () => {
  test.each<[string, Day]>([
    ['at a small weight', { ...STEADY, weight: () => 0.05 }],
    ['at half of the traffic', { ...STEADY, weight: () => 0.5 }],
    ['while weight and error rate rise', { ...STEADY, weight: STAGED, fails: (i) => 0.002 + 0.002 * i }],
    ['while the weight rises and the error rate falls', { ...STEADY, weight: STAGED, fails: (i) => 0.06 - 0.002 * i }],
    [
      'while an upstream fails at the last weight',
      { ...STEADY, weight: STAGED, fails: (i) => (i >= 24 ? 0.3 : 0.002) },
    ],
    [
      'while the traffic falls and errors rise',
      { requests: (i) => 400 - 13 * i, weight: STAGED, fails: (i) => 0.002 * i },
    ],
  ])('%s', (_what, day: Day) => {
    // Of 600 runs with thirty looks each, 30 alarms are allowed.
    expect(alarms(600, day, 1)).toBeLessThanOrEqual(30);
  });
});

test('one that fails thrice as often is found, and one that fails less is not', () => {
  expect(alarms(200, STEADY, 3)).toBeGreaterThan(190);
  expect(alarms(200, STEADY, 0.25)).toBe(0);
  expect(alarms(200, { ...STEADY, weight: STAGED, fails: (i) => 0.002 + 0.001 * i }, 3)).toBeGreaterThan(190);
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
