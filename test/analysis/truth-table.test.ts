import { Condition, NoData, Threshold } from '../../src';
import { assess, MeasurementPhase } from '../../src/expr';

const judge = (condition: Condition, result: number | number[]) => assess(condition, result).phase;

const ONLY_SUCCESS = Condition.expression({ success: 'result[0] <= 5' });
const ONLY_FAILURE = Condition.expression({ failure: 'result[0] > 5' });
const BOTH = Condition.expression({ success: 'result[0] <= 5', failure: 'result[0] > 5' });
const OVERLAPPING = Condition.expression({ success: 'result[0] <= 5', failure: 'result[0] >= 5' });
const APART = Condition.expression({ success: 'result[0] <= 5', failure: 'result[0] > 9' });
// No condition is what a metric without one has: `Condition.expression({})` is refused.
const NEITHER = {} as Condition;

describe('unguarded, as Argo Rollouts judges what Prometheus returned:', () => {
  test.each<[string, number[], MeasurementPhase[]]>([
    // the query returns         only success    only failure    both            neither
    ['a value that is good', [3], ['Successful', 'Successful', 'Successful', 'Successful']],
    ['a value that is bad', [7], ['Failed', 'Failed', 'Failed', 'Successful']],
    ['an empty vector', [], ['Error', 'Error', 'Error', 'Successful']],
    ['NaN', [NaN], ['Failed', 'Successful', 'Inconclusive', 'Successful']],
    ['several series, the good one first', [3, 7], ['Successful', 'Successful', 'Successful', 'Successful']],
    ['several series, the bad one first', [7, 3], ['Failed', 'Failed', 'Failed', 'Successful']],
  ])('%s', (_, result, phases) => {
    expect([ONLY_SUCCESS, ONLY_FAILURE, BOTH, NEITHER].map((condition) => judge(condition, result))).toEqual(phases);
  });

  test('of both conditions, failure wins; where neither holds, it is inconclusive', () => {
    expect(judge(OVERLAPPING, [5])).toBe('Failed');
    expect(judge(APART, [7])).toBe('Inconclusive');
  });
});

describe.each<[string, NoData, Record<'good' | 'bad' | 'empty' | 'NaN' | 'infinite', MeasurementPhase>]>([
  [
    'no data fails',
    NoData.fail(),
    { good: 'Successful', bad: 'Failed', empty: 'Failed', NaN: 'Failed', infinite: 'Failed' },
  ],
  [
    'no data succeeds',
    NoData.succeed(),
    { good: 'Successful', bad: 'Failed', empty: 'Successful', NaN: 'Successful', infinite: 'Failed' },
  ],
  [
    'no data pauses',
    NoData.pause(),
    { good: 'Successful', bad: 'Failed', empty: 'Inconclusive', NaN: 'Inconclusive', infinite: 'Failed' },
  ],
  [
    'no data is left to Argo Rollouts',
    NoData.error(),
    { good: 'Successful', bad: 'Failed', empty: 'Error', NaN: 'Failed', infinite: 'Failed' },
  ],
])('with the policy that %s,', (_, noData, phases) => {
  const condition = Condition.threshold(Threshold.atMost(5), noData);

  test.each([
    ['the threshold itself', [5], phases.good],
    ['a good value', [0], phases.good],
    ['a bad value', [6], phases.bad],
    ['an empty vector', [], phases.empty],
    ['NaN', [NaN], phases.NaN],
    ['infinity', [Infinity], phases.infinite],
  ])('%s is judged so', (_, result, phase) => {
    expect(judge(condition, result)).toBe(phase);
  });
});

test.each([
  [Threshold.atMost(5), [5], [5.1]],
  [Threshold.below(5), [4.9], [5]],
  [Threshold.atLeast(0.95), [0.95], [0.94]],
  [Threshold.above(0.95), [0.96], [0.95]],
  [Threshold.between(1, 5), [1], [0.9]],
  [Threshold.between(1, 5), [5], [5.1]],
])('every threshold is kept to under every policy (%#)', (threshold, good, bad) => {
  for (const noData of [NoData.fail(), NoData.succeed(), NoData.pause(), NoData.error()]) {
    const condition = Condition.threshold(threshold, noData);
    expect([judge(condition, good), judge(condition, bad)]).toEqual(['Successful', 'Failed']);
  }
});
