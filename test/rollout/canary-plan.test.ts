import { Duration } from 'cdk8s';
import fc from 'fast-check';
import { AnalysisTemplate, CanaryPlan, CanaryPlanOptions, CanaryStep } from '../../src';
import { canaryOf, refusedBehindIstio } from './strategies';

const MINUTE = Duration.minutes(1);
const ERRORS = AnalysisTemplate.fromName('errors');
const rendered = (steps: CanaryStep[]) => canaryOf({ steps, analyses: [ERRORS] }).steps;
const weights = (steps: CanaryStep[]) =>
  rendered(steps).flatMap((step: { setWeight?: number }) => (step.setWeight === undefined ? [] : [step.setWeight]));

test('linear(10, 1 min) holds 10 %, 20 %, … 90 % a minute each', () => {
  expect(weights(CanaryPlan.linear(10, MINUTE))).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90]);
  expect(rendered(CanaryPlan.linear(50, MINUTE))).toEqual([{ setWeight: 50 }, { pause: { duration: '1m' } }]);
});

test('canary(10, 5 min) holds 10 % for five minutes', () => {
  expect(rendered(CanaryPlan.canary(10, Duration.minutes(5)))).toEqual([
    { setWeight: 10 },
    { pause: { duration: '5m' } },
  ]);
});

test('exponential(1, 2) doubles from 1 %', () => {
  expect(weights(CanaryPlan.exponential(1, 2, MINUTE))).toEqual([1, 2, 4, 8, 16, 32, 64]);
  expect(weights(CanaryPlan.exponential(1, 1.3, MINUTE)).slice(0, 5)).toEqual([1, 2, 3, 4, 5]);
});

test('weights of one’s own are kept', () => {
  expect(weights(CanaryPlan.weights([3, 30, 60], MINUTE))).toEqual([3, 30, 60]);
});

test('there is a manual approval at the gate, an analysis at every weight, and a bake time at the end', () => {
  const options: CanaryPlanOptions = { analyzeEachStep: true, manualGateAt: 50, bake: Duration.hours(1) };
  const analysis = { templates: [{ templateName: 'errors' }] };
  expect(rendered(CanaryPlan.weights([10, 50], MINUTE, options))).toEqual([
    { setWeight: 10 },
    { pause: { duration: '1m' } },
    { analysis },
    { setWeight: 50 },
    { pause: { duration: '1m' } },
    { analysis },
    { pause: {} },
    { setWeight: 100 },
    { pause: { duration: '1h' } },
    { analysis },
  ]);
});

test('analyses of one’s own run at every weight', () => {
  const analysis = { templates: [AnalysisTemplate.fromName('latency')] };
  expect(rendered(CanaryPlan.canary(10, MINUTE, { analysis }))[2]).toEqual({
    analysis: { templates: [{ templateName: 'latency' }] },
  });
});

test.each<[string, CanaryStep[], string]>([
  ['no share', CanaryPlan.linear(0, MINUTE), 'the share of linear is 0; use a whole number from 1 to 99, in percent'],
  ['all at once', CanaryPlan.canary(100, MINUTE), 'the share of canary is 100'],
  ['half a percent', CanaryPlan.exponential(0.5, 2, MINUTE), 'the share of exponential is 0.5'],
  ['no growth', CanaryPlan.exponential(1, 1, MINUTE), 'exponential grows by 1; use a factor of more than 1'],
  [
    'a step back',
    CanaryPlan.weights([20, 10], MINUTE),
    'a plan has the weights 20, 10; use whole numbers from 1 to 99',
  ],
  ['no weights', CanaryPlan.weights([], MINUTE), 'a plan has no weights'],
  ['a gate between', CanaryPlan.linear(20, MINUTE, { manualGateAt: 50 }), 'manualGateAt is 50, which is none of the'],
  ['no time', CanaryPlan.linear(50, Duration.seconds(0)), 'pause is a duration of zero'],
])('%s is refused', (_, steps, message) => {
  expect(refusedBehindIstio({ steps })).toEqual([expect.stringContaining(message)]);
});

test('whatever the plan, weights rise from above 0 to below 100', () => {
  const plan = fc.oneof(
    fc.integer({ min: 1, max: 99 }).map((percent) => CanaryPlan.linear(percent, MINUTE)),
    fc
      .tuple(fc.integer({ min: 1, max: 99 }), fc.double({ min: 1.01, max: 10, noNaN: true }))
      .map(([first, factor]) => CanaryPlan.exponential(first, factor, MINUTE)),
  );
  fc.assert(
    fc.property(plan, (steps) => {
      const found: number[] = weights(steps);
      expect(found[0]).toBeGreaterThan(0);
      expect(found[found.length - 1]).toBeLessThan(100);
      found.slice(1).forEach((weight, i) => expect(weight).toBeGreaterThan(found[i]));
    }),
    { seed: 7, numRuns: 60 },
  );
});
