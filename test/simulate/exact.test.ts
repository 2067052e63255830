import fc from 'fast-check';
import { simulate, Simulator } from '../../src/simulate';
import { abortProbability, countFails, ratioFails } from './closed-form';
import { analysis, canary } from '../plan/models';
import { FAILURES, ideal, staged, successRatio } from './models';
import { sampleSize } from '../sample';

const OK_WITHOUT_DATA = 'len(result) == 0 || isNaN(result[0]) || result[0] >= 0.99';

describe('what can be computed', () => {
  test('one count at the end of its window is the closed form', () => {
    const rollout = staged([10], { query: FAILURES, successCondition: 'result[0] <= 5', initialDelay: 300, count: 1 });
    const profile = ideal({ rps: 20, errorRate: 0.01 });
    const exact = new Simulator(rollout).exactly(profile)!;
    expect(exact.aborted).toBeCloseTo(countFails(5, 20, 0.1, 300, 0.01), 9);
    expect(exact.detections).toEqual([{ at: 300, probability: exact.aborted }]);
  });

  test('several measurements with a limit are the binomial closed form', () => {
    const metric = {
      query: successRatio('1m'),
      successCondition: OK_WITHOUT_DATA,
      initialDelay: 60,
      interval: 60,
      count: 10,
      failureLimit: 2,
    };
    const profile = ideal({ rps: 20, errorRate: 0.01 });
    const failing = ratioFails(0.01, 20, 0.1, 60, 0.01);
    const exact = new Simulator(staged([10], metric)).exactly(profile)!;
    expect(exact.aborted).toBeCloseTo(abortProbability(failing, 10, 2), 9);
    expect(exact.promoted).toBeCloseTo(1 - exact.aborted, 12);
  });

  test('several analyses in a row: each must be passed', () => {
    const metric = { query: FAILURES, successCondition: 'result[0] <= 5', initialDelay: 300, count: 1 };
    const exact = new Simulator(staged([5, 20], metric)).exactly(ideal({ rps: 10, errorRate: 0.01 }))!;
    const [first, second] = [0.05, 0.2].map((share) => countFails(5, 10, share, 300, 0.01));
    expect(exact.aborted).toBeCloseTo(first + (1 - first) * second, 9);
  });

  test('a pause counts as caught, too, and is reported separately', () => {
    const metric = {
      query: FAILURES,
      successCondition: 'result[0] <= 5',
      failureCondition: 'result[0] > 10',
      initialDelay: 300,
      count: 1,
    };
    const exact = new Simulator(staged([10], metric)).exactly(ideal({ rps: 20, errorRate: 0.01 }))!;
    expect(exact.aborted).toBeCloseTo(countFails(10, 20, 0.1, 300, 0.01), 9);
    expect(exact.aborted + exact.paused).toBeCloseTo(countFails(5, 20, 0.1, 300, 0.01), 9);
  });

  test('a background analysis and one of a step, which look at different requests', () => {
    const background = { query: FAILURES, successCondition: 'result[0] <= 2', initialDelay: 300, count: 1 };
    const inline = { query: FAILURES, successCondition: 'result[0] <= 5', initialDelay: 300, count: 1 };
    const rollout = canary([{ setWeight: 10 }, { pause: { seconds: 300 } }, { analysis: analysis(inline) }], {
      background: { analysis: analysis(background), startingStep: 0 },
    });
    const exact = new Simulator(rollout).exactly(ideal({ rps: 10, errorRate: 0.005 }))!;
    const [early, late] = [2, 5].map((limit) => countFails(limit, 10, 0.1, 300, 0.005));
    expect(exact.aborted).toBeCloseTo(early + (1 - early) * late, 9);
  });

  test('and what is drawn agrees with it within the stated error', () => {
    fc.assert(
      fc.property(
        fc.record({
          rps: fc.constantFrom(1, 5, 20, 60),
          errorRate: fc.constantFrom(0, 0.002, 0.01, 0.03, 0.2),
          weights: fc.constantFrom([10], [5, 50], [1, 10, 25]),
          failureLimit: fc.nat({ max: 2 }),
          count: fc.integer({ min: 3, max: 6 }),
          ratio: fc.boolean(),
        }),
        ({ rps, errorRate, weights, failureLimit, count, ratio }) => {
          const metric = {
            query: ratio ? successRatio('1m') : `${FAILURES.replace('5m', '1m')} or vector(0)`,
            successCondition: ratio ? OK_WITHOUT_DATA : 'result[0] <= 1',
            initialDelay: 60,
            interval: 60,
            count,
            failureLimit,
          };
          const simulator = new Simulator(staged(weights, metric));
          const profile = ideal({ rps, errorRate });
          const exact = simulator.exactly(profile)!;
          const runs = 4000;
          const { counts } = simulator.sample(profile, runs, 1);
          const deviation = Math.sqrt(Math.max(0, exact.aborted * (1 - exact.aborted)) / runs);
          expect(Math.abs(counts.aborted / runs - exact.aborted)).toBeLessThanOrEqual(4.5 * deviation + 1 / runs);
        },
      ),
      { numRuns: sampleSize(40, 4), seed: 6 },
    );
  });

  test('is not what depends on itself: overlapping windows, scrapes, errors that are measured again', () => {
    const metric = { query: successRatio('2m'), successCondition: OK_WITHOUT_DATA, interval: 60, count: 5 };
    expect(new Simulator(staged([10], metric)).exactly(ideal({}))).toBeUndefined();
    const apart = { ...metric, query: successRatio('1m') };
    expect(new Simulator(staged([10], apart)).exactly(ideal({ scrapeInterval: 15 }))).toBeUndefined();
    expect(
      new Simulator(staged([10], { ...apart, successCondition: 'result[0][0] >= 0.99' })).exactly(ideal({})),
    ).toBeUndefined();
    expect(new Simulator(staged([10], apart)).exactly(ideal({}))).toBeDefined();
  });

  test('is reported as computed', () => {
    const metric = {
      query: successRatio('1m'),
      successCondition: OK_WITHOUT_DATA,
      initialDelay: 60,
      interval: 60,
      count: 5,
    };
    const computed = simulate(staged([10], metric), { profile: ideal({}), runs: 200 });
    expect(computed).toMatchObject({ method: 'computed', convergence: { halfWidth: 0, converged: true } });
    const drawn = simulate(staged([10], metric), { runs: 200 });
    expect(drawn.method).toBe('drawn');
    expect(drawn.convergence.halfWidth).toBeGreaterThan(0);
  });
});
