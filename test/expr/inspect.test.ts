import fc from 'fast-check';
import { assess, comparisons, edgeVerdicts, parseCondition, stepVerdict, walk } from '../../src/expr';

test('the thresholds of a condition are those that the measured value is compared with', () => {
  const condition = 'len(result) > 0 && 0.95 <= result[0] && -5 < result[0] && 1 < 2';
  expect(comparisons(condition)).toEqual([
    { operator: '>', threshold: 0, subject: 'len(result)', from: 0, to: 15 },
    { operator: '>=', threshold: 0.95, subject: 'result[0]', from: 19, to: 36 },
    { operator: '>', threshold: -5, subject: 'result[0]', from: 40, to: 54 },
  ]);
  expect(comparisons('result[0] >')).toEqual([]);
});

test('a condition that forgets the empty result is seen by what it makes of it', () => {
  const phases = (condition: string): unknown => {
    const { empty, nan, infinite, scalar } = edgeVerdicts({ successCondition: condition });
    return [empty.phase, nan.phase, infinite.phase, scalar.phase];
  };
  expect(phases('result[0] <= 5')).toEqual(['Error', 'Failed', 'Failed', 'Error']);
  expect(phases('len(result) == 0 || isNaN(result[0]) || result[0] <= 5')).toEqual([
    'Successful',
    'Successful',
    'Failed',
    'Error',
  ]);
  expect(phases('result >= 0.95')).toEqual(['Error', 'Error', 'Error', 'Failed']);
});

test('the tree gives each node its place', () => {
  const { ast, error } = parseCondition('len(result) > 0 && result[0] <= 5');
  expect(error).toBeUndefined();
  const places: string[] = [];
  walk(ast!, (node) => places.push(`${node.kind} ${node.from}-${node.to}`));
  expect(places).toMatchSnapshot();
  expect(parseCondition('result[0] <= 5m').error).toEqual({ from: 13, to: 15, message: "bad number syntax: '5m'" });
});

test('a verdict that only compares is a step function of the measured value', () => {
  expect(stepVerdict({ successCondition: 'len(result) > 0 && result[0] >= 0.95' })).toEqual({
    thresholds: [0, 0.95],
    at: ['Failed', 'Successful'],
    between: ['Failed', 'Failed', 'Successful'],
  });
  expect(stepVerdict({ successCondition: 'result[0] * 2 >= 0.95' })).toBeUndefined();
  expect(stepVerdict({ successCondition: 'all(result, # > 1)' })).toBeUndefined();
});

test('and the step function says what the conditions say', () => {
  const condition = fc.constantFrom(
    'result[0] <= A',
    '!(result[0] > B) && result[0] != A',
    'A < result[0] || isNaN(result[0])',
  );
  const number = fc.integer({ min: -3, max: 3 });
  fc.assert(
    fc.property(
      condition,
      condition,
      number,
      number,
      fc.integer({ min: -8, max: 8 }),
      (success, failure, a, b, half) => {
        const fill = (text: string): string => text.replaceAll('A', String(a)).replaceAll('B', String(b));
        const conditions = { successCondition: fill(success), failureCondition: fill(failure) };
        const steps = stepVerdict(conditions)!;
        const value = half / 2;
        const index = steps.thresholds.indexOf(value);
        const expected = index >= 0 ? steps.at[index] : steps.between[steps.thresholds.filter((t) => t < value).length];
        expect(assess(conditions, [value]).phase).toBe(expected);
      },
    ),
    { seed: 3, numRuns: 500 },
  );
});
