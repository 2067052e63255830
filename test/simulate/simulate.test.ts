import fc from 'fast-check';
import { NeverPromoted, simulate, Simulator } from '../../src/simulate';
import { noDataProbability } from './closed-form';
import { QueryNotRecognised, wholeProfile } from '../../src/traffic-model';
import { UnsupportedExpression } from '../../src/expr';
import { analysis, canary } from '../plan/models';
import { FAILURES, ideal, REQUESTS, staged, successRatio } from './models';

const COUNTED = { query: `${FAILURES} or vector(0)`, successCondition: 'result[0] <= 5', initialDelay: 300, count: 1 };

describe('a simulation', () => {
  test('gives its figures under the names that scripts rely on', () => {
    const result = JSON.parse(JSON.stringify(simulate(staged([10], COUNTED), { runs: 500, seed: 3 }))) as object;
    expect(result).toMatchObject({
      runs: 500,
      seed: 3,
      probability: { aborted: expect.any(Number), paused: expect.any(Number), promoted: expect.any(Number) },
      detectionSeconds: { mean: expect.any(Number), p50: expect.any(Number), p95: expect.any(Number) },
      failedRequests: { mean: expect.any(Number), p50: expect.any(Number), p95: expect.any(Number) },
      affectedUsers: expect.any(Number),
      errorBudget: { mean: expect.any(Number), slo: 0.999, days: 30 },
      falseAlarm: { value: expect.any(Number), low: expect.any(Number), high: expect.any(Number) },
      noData: [{ metric: 'errors', probability: [expect.any(Number)] }],
      convergence: { halfWidth: expect.any(Number), converged: expect.any(Boolean) },
    });
  });

  test('is the same for the same seed, and another for another', () => {
    const rollout = staged([5, 20], COUNTED);
    const [a, b, c] = [1, 1, 2].map((seed) => JSON.stringify(simulate(rollout, { runs: 300, seed })));
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });

  test('adds up: every update is aborted, paused or promoted', () => {
    fc.assert(
      fc.property(
        fc.record({
          rps: fc.double({ min: 0.1, max: 200, noNaN: true }),
          errorRate: fc.double({ min: 0, max: 1, noNaN: true }),
          pods: fc.integer({ min: 1, max: 12 }),
        }),
        (profile) => {
          const { probability, confidence, failedRequests } = simulate(staged([5, 30], COUNTED), {
            runs: 60,
            profile,
            curve: [0.5],
          });
          expect(probability.aborted + probability.paused + probability.promoted).toBeCloseTo(1, 9);
          for (const { value, low, high } of Object.values(confidence)) {
            expect(low).toBeLessThanOrEqual(value);
            expect(high).toBeGreaterThanOrEqual(value);
          }
          expect(failedRequests.mean).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 25, seed: 6 },
    );
  });

  test('a worse version is caught more often, and sooner', () => {
    const { detectionCurve } = simulate(staged([5, 20, 50], { ...COUNTED, initialDelay: 120 }), {
      runs: 4000,
      curve: [0.002, 0.01, 0.05, 0.5],
    });
    for (const [i, { value, detectionSeconds }] of detectionCurve.entries()) {
      if (i === 0) continue;
      expect(value).toBeGreaterThanOrEqual(detectionCurve[i - 1].value - 0.03);
      expect(detectionSeconds!).toBeLessThanOrEqual(detectionCurve[i - 1].detectionSeconds! + 5);
    }
    expect(detectionCurve[3].value).toBe(1);
  });

  test('more pods hide more first failures, where counters begin with them', () => {
    const few = new Simulator(staged([50], COUNTED, { replicas: 2 })).sample(
      wholeProfile({ rps: 10, errorRate: 0.006 }),
      3000,
      1,
    );
    const many = new Simulator(staged([50], COUNTED, { replicas: 20 })).sample(
      wholeProfile({ rps: 10, errorRate: 0.006 }),
      3000,
      1,
    );
    expect(few.counts.aborted).toBeGreaterThan(many.counts.aborted * 1.5);
    const profile = wholeProfile({ rps: 10, errorRate: 0.006, countersFromZero: true });
    const [a, b] = [2, 20].map((replicas) =>
      new Simulator(staged([50], COUNTED, { replicas })).sample(profile, 3000, 1),
    );
    expect(Math.abs(a.counts.aborted - b.counts.aborted)).toBeLessThan(200);
  });

  test('finds no data as often as no request comes', () => {
    const rollout = staged([1], {
      query: successRatio('1m'),
      successCondition: 'isNaN(result[0]) || result[0] > 0.5',
      initialDelay: 60,
      count: 1,
    });
    const { noData } = simulate(rollout, { runs: 20_000, profile: ideal({ rps: 1, errorRate: 0 }), curve: [] });
    expect(noData[0].probability[0]).toBeCloseTo(noDataProbability(1, 0.01, 60), 2);
  });

  test('bills failed requests, users and error budget', () => {
    // Nothing is caught: 10 % of 20 rps for ten minutes, of which 2 % fail.
    const rollout = canary([{ setWeight: 10 }, { pause: { seconds: 600 } }]);
    const result = simulate(rollout, {
      profile: ideal({ rps: 20, errorRate: 0.02, users: 10 }),
      runs: 4000,
      curve: [],
    });
    expect(result.probability.promoted).toBe(1);
    expect(result.detectionSeconds).toBeNull();
    expect(result.failedRequests.mean / 24).toBeCloseTo(1, 1);
    // 24 failures among ten users leave one in thirteen unharmed.
    expect(result.affectedUsers).toBeCloseTo(10 * (1 - 0.9 ** 24), 0);
    const allowed = 0.001 * 20 * 30 * 86_400;
    expect(result.errorBudget.mean).toBeCloseTo((24 - 1.2) / allowed, 4);
  });

  test('traffic over the day counts at the hour at which rollouts begin', () => {
    const rps = Array.from({ length: 24 }, (_, hour) => (hour < 12 ? 0 : 50));
    const rollout = staged([10], {
      ...COUNTED,
      query: REQUESTS,
      successCondition: 'len(result) > 0 && result[0] > 100',
    });
    const at = (startsAt: number) =>
      simulate(rollout, { profile: { rps, startsAt, errorRate: 0 }, runs: 200, curve: [] });
    expect(at(3 * 3600).probability.aborted).toBe(1);
    expect(at(15 * 3600).probability.promoted).toBe(1);
    const anytime = simulate(rollout, { profile: { rps, errorRate: 0 }, runs: 2000, curve: [] });
    expect(anytime.probability.promoted).toBeCloseTo(0.5, 1);
  });

  test('states whether it has converged', () => {
    const rollout = staged([10], COUNTED);
    const profile = { rps: 20, errorRate: 0.01 };
    expect(simulate(rollout, { profile, runs: 200, curve: [] }).convergence.converged).toBe(false);
    expect(simulate(rollout, { profile, runs: 20_000, curve: [] }).convergence.converged).toBe(true);
  });

  test('refuses what it cannot tell', () => {
    expect(() => simulate(staged([10], { query: 'up' }))).toThrow(QueryNotRecognised);
    expect(() => simulate(staged([10], { ...COUNTED, successCondition: 'toJSON(result) != ""' }))).toThrow(
      UnsupportedExpression,
    );
    expect(() => simulate(staged([10], { provider: 'web', query: undefined }))).toThrow(
      /web metric cannot be simulated/,
    );
    const both = canary([{ analysis: analysis({ query: 'up' }) }, { analysis: analysis({ query: 'time()' }) }]);
    expect(() => simulate(both)).toThrow(AggregateError);
    expect(
      simulate(staged([10], { query: 'up' }), { stated: { errors: 'failures:5m' }, runs: 50, curve: [] }).runs,
    ).toBe(50);
  });

  test('refuses a series for each pod, because their order is unknown', () => {
    const bare = {
      ...COUNTED,
      query: 'increase(http_requests_total{rollouts_pod_template_hash="canary-pod-template-hash",code="500"}[5m])',
    };
    expect(() => simulate(staged([10], bare))).toThrow(/it gives a series for each \w+ of 10 pods/);
    expect(simulate(staged([10], bare, { replicas: 1 }), { runs: 20, curve: [] }).runs).toBe(20);
  });

  test('refuses a rollout that never ends', () => {
    expect(() => simulate(canary([{ setWeight: 10 }], { paused: true }))).toThrow(NeverPromoted);
  });
});

test('an update that measures nothing is computed, whatever the scrapes: only its failed requests are drawn', () => {
  const rollout = canary([{ setWeight: 10 }, { pause: { seconds: 600 } }]);
  const found = simulate(rollout, { profile: { rps: 100, errorRate: 0.05, podStart: 30 }, runs: 2000 });
  expect(found).toMatchObject({ method: 'computed', confidence: { promoted: { value: 1, low: 1, high: 1 } } });
  expect(found.detectionCurve.every(({ low, high }) => low === 0 && high === 0)).toBe(true);
  const { failedRequests } = simulate(rollout, {
    profile: { rps: 100, errorRate: 0.05, podStart: 30, scrapeInterval: 0 },
    runs: 2000,
  });
  expect(found.failedRequests).toEqual(failedRequests);
});
