import { Condition, NoData, Threshold } from '../../src';
import { assess, MeasurementPhase, MeasuredResult, ResultSource } from '../../src/expr';

const phase = (condition: Condition, result: MeasuredResult, source?: ResultSource) =>
  assess(condition, result, source).phase;

/** What becomes of a value within the limit of 5, one beyond it, NaN and no series at all. */
type Row = [MeasurementPhase, MeasurementPhase, MeasurementPhase, MeasurementPhase];

test.each<[string, NoData, Row]>([
  ['waits', NoData.pause(), ['Successful', 'Failed', 'Inconclusive', 'Inconclusive']],
  ['fails', NoData.fail(), ['Successful', 'Failed', 'Failed', 'Failed']],
  ['passes', NoData.succeed(), ['Successful', 'Failed', 'Successful', 'Successful']],
  ['is an error', NoData.error(), ['Successful', 'Failed', 'Failed', 'Error']],
])('no data from Prometheus %s, by the controller’s own language', (_, noData, row) => {
  const condition = Condition.threshold(Threshold.atMost(5), noData);
  expect([[5], [6], [NaN], []].map((result) => phase(condition, result))).toEqual(row);
});

test.each<[string, NoData, [MeasurementPhase, MeasurementPhase, MeasurementPhase]]>([
  ['waits', NoData.pause(), ['Successful', 'Failed', 'Inconclusive']],
  ['fails', NoData.fail(), ['Successful', 'Failed', 'Failed']],
  ['passes', NoData.succeed(), ['Successful', 'Failed', 'Successful']],
  ['is an error', NoData.error(), ['Successful', 'Failed', 'Error']],
])('no number from another provider %s, by the controller’s own language', (_, noData, row) => {
  const condition = Condition.scalar(Threshold.atMost(5), noData);
  expect([5, 6, null].map((result) => phase(condition, result, 'json'))).toEqual(row);
});

test('a range has two sides, and no data is on neither', () => {
  const condition = Condition.threshold(Threshold.between(1, 5));
  expect(condition.successCondition).toBe('len(result) > 0 && (result[0] >= 1 && result[0] <= 5)');
  expect(condition.failureCondition).toBe('len(result) > 0 && (result[0] < 1 || result[0] > 5)');
  expect([[3], [0], [6], [NaN], []].map((result) => phase(condition, result))).toEqual([
    'Successful',
    'Failed',
    'Failed',
    'Inconclusive',
    'Inconclusive',
  ]);
  const scalar = Condition.scalar(Threshold.between(1, 5), NoData.succeed());
  expect([3, 0, null].map((result) => phase(scalar, result, 'json'))).toEqual(['Successful', 'Failed', 'Successful']);
});
