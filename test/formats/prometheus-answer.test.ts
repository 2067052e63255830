import { parseAnswer } from '../../src/formats/prometheus-answer';
import { readKept } from '../../src/rehearse/replay/read';

const series = { metric: { __name__: 'a' }, values: [[1700000000, '1']] };
const range = (result: unknown, rest: object = {}): object => ({
  status: 'success',
  data: { resultType: 'matrix', result },
  ...rest,
});

test.each([
  ['a range', range([series])],
  ['a range with native histograms', range([{ metric: {}, histograms: [[1, { count: '1' }]] }])],
  ['an instant', { status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [1, 'NaN'] }] } }],
  ['a number', { status: 'success', data: { resultType: 'scalar', result: [1, '2'] }, warnings: ['slow'] }],
  ['a refusal', { status: 'error', errorType: 'bad_data', error: 'parse error' }],
])('%s is an answer', (_what, answer) => {
  expect(parseAnswer(JSON.stringify(answer))).toEqual(answer);
});

test.each([
  ['no data', { status: 'success' }],
  ['null data', { status: 'success', data: null }],
  ['no result', range(undefined)],
  ['a result that is no list', range({})],
  ['a series that is null', range([null])],
  ['a series that is a list', range([[]])],
  ['labels that are null', range([{ ...series, metric: null }])],
  ['a label that is a number', range([{ ...series, metric: { __name__: 1 } }])],
  ['values that are a number', range([{ ...series, values: 5 }])],
  ['a sample that is a number', range([{ ...series, values: [5] }])],
  ['a sample whose value is a number', range([{ ...series, values: [[1, 1]] }])],
  ['a sample whose time is a text', range([{ ...series, values: [['1', '1']] }])],
  ['a scalar without a value', { status: 'success', data: { resultType: 'scalar', result: [] } }],
  ['a type that does not exist', { status: 'success', data: { resultType: 'tree', result: [] } }],
  ['warnings that are a text', range([series], { warnings: 'slow' })],
  ['a status that is a number', { ...range([series]), status: 1 }],
  ['an error that is an object', { status: 'error', error: {} }],
])('%s is not an answer, and a replay of it is refused', (_what, answer) => {
  const text = JSON.stringify(answer);
  expect(parseAnswer(text)).toBeUndefined();
  expect(() => readKept('replay.json', text)).toThrow("replay.json is no answer of Prometheus's API, nor OpenMetrics");
});
