import fc from 'fast-check';
import { assess, prepareCondition, type Conditions } from '../../src/expr';

const value = 'result[0] <= 5';
const failing = 'result[0] > 5';
const both = {
  successCondition: 'len(result) > 0 && result[0] <= 5',
  failureCondition: 'len(result) > 0 && result[0] > 5',
};

describe('what Argo Rollouts makes of one measurement', () => {
  test.each<[string, Conditions, number[], string]>([
    ['a value within the limit', { successCondition: value }, [5], 'Successful'],
    ['a value beyond the limit', { successCondition: value }, [6], 'Failed'],
    ['a value within the limit', { failureCondition: failing }, [5], 'Successful'],
    ['a value beyond the limit', { failureCondition: failing }, [6], 'Failed'],
    ['a value within the limit', { successCondition: value, failureCondition: failing }, [5], 'Successful'],
    ['a value beyond the limit', { successCondition: value, failureCondition: failing }, [6], 'Failed'],
    ['both true', { successCondition: 'result[0] > 1', failureCondition: 'result[0] > 1' }, [6], 'Failed'],
    ['neither true', { successCondition: 'result[0] < 1', failureCondition: 'result[0] > 9' }, [6], 'Inconclusive'],
    ['a value', {}, [6], 'Successful'],
    ['an empty vector', { successCondition: value }, [], 'Error'],
    ['an empty vector', { failureCondition: failing }, [], 'Error'],
    ['an empty vector', { successCondition: value, failureCondition: failing }, [], 'Error'],
    ['an empty vector', {}, [], 'Successful'],
    ['NaN', { successCondition: value }, [NaN], 'Failed'],
    ['NaN', { failureCondition: failing }, [NaN], 'Successful'],
    ['NaN', { successCondition: value, failureCondition: failing }, [NaN], 'Inconclusive'],
    ['NaN', {}, [NaN], 'Successful'],
    ['several series, of which the first counts', { successCondition: value }, [1, 9], 'Successful'],
    ['several series, of which the first counts', { successCondition: value }, [9, 1], 'Failed'],
    ['+Inf', { successCondition: 'result[0] >= 0.95' }, [Infinity], 'Successful'],
  ])('%s under %j of %j is %s', (_, conditions, result, phase) => {
    expect(assess(conditions, result).phase).toBe(phase);
  });
});

describe('no data', () => {
  const policies: [string, Conditions, string][] = [
    ['fails', { successCondition: 'len(result) > 0 && !isNaN(result[0]) && result[0] <= 5' }, 'Failed'],
    ['succeeds', { successCondition: 'len(result) == 0 || isNaN(result[0]) || result[0] <= 5' }, 'Successful'],
    ['pauses', both, 'Inconclusive'],
  ];
  test.each(policies)('%s where the condition says so', (_, conditions, phase) => {
    expect([assess(conditions, []).phase, assess(conditions, [NaN]).phase]).toEqual([phase, phase]);
    expect([assess(conditions, [5]).phase, assess(conditions, [6]).phase]).toEqual(['Successful', 'Failed']);
  });

  test('is not caught by default() and isNil(), which an empty vector does not trigger', () => {
    expect(assess({ successCondition: 'default(result, 0) <= 5' }, []).phase).toBe('Error');
    expect(assess({ successCondition: 'isNil(result)' }, []).phase).toBe('Failed');
    expect(assess({ successCondition: 'default(result, 0) <= 5' }, null).phase).toBe('Successful');
  });
});

describe('an error', () => {
  test.each([
    ['result >= 0.95', [1], 'check', 'invalid operation: >= (mismatched types []float64 and float64)'],
    ['result[0] > 1', [], 'run', 'index out of range: 0 (array length is 0)'],
    ['result[0]', [1], 'run', 'expected bool, but got float64'],
    ['reslt[0] > 1', [1], 'check', 'unknown name reslt'],
    ['result[0] >', [1], 'parse', 'unexpected end of the expression'],
  ])('in %s over %j is found when it is %sed, and says what is wrong', (expression, result, stage, message) => {
    expect(prepareCondition(expression)(result)).toMatchObject({ error: { stage, message } });
  });

  test('counts even behind a condition that would have decided alone', () => {
    expect(assess({ successCondition: 'true', failureCondition: 'result > 1' }, [1]).phase).toBe('Error');
  });

  test('has the message of the release: the newest names the condition and says when data are lacking', () => {
    const message = (release: '1.15.5' | '1.17.7', result: number[], successCondition = value): string | undefined =>
      assess({ successCondition }, result, 'prometheus', release).message;
    expect(message('1.15.5', [])).toBe('reflect: slice index out of range');
    expect(message('1.17.7', [])).toBe(
      'could not evaluate successCondition "result[0] <= 5": metric result is nil or empty: no data returned from the metric provider',
    );
    expect(message('1.17.7', [1], 'result[3] <= 5')).toBe(
      'could not evaluate successCondition "result[3] <= 5": index out of range: 3 (array length is 1)',
    );
  });

  test('points at its place', () => {
    const outcome = prepareCondition('len(result) > 0 && reslt[0] > 1')([1]);
    expect(outcome).toMatchObject({ error: { from: 19, to: 24 } });
  });
});

test.each([
  ['"ab" matches "(?i)B"', 'Successful'],
  ['"ab" matches "^b"', 'Failed'],
  // Go refuses it, and the controller with it.
  ['"ab" matches "(?=a)"', 'Error'],
  ['result[1] matches result[0]', 'Error'],
])('a regular expression is read as Go reads it: %s', (successCondition, phase) => {
  expect(assess({ successCondition }, successCondition.includes('result') ? ['(?=a)', 'a'] : []).phase).toBe(phase);
});

test('an empty condition counts as none', () => {
  expect(assess({ successCondition: '', failureCondition: '' }, []).phase).toBe('Successful');
});

test.each([
  ['now() > date("2024-01-01")', `the function 'now' is not supported`],
  ['keys(result)[0] == "a"', `the function 'keys' is not supported`],
  ['findLast(result, # > 1) > 0', `the function 'findLast' is not supported`],
  ['filter(result, # > 1)[-1] > 0', `the function 'findLast' is not supported`],
  ['$env.result[0] > 1', `'$env' is not supported`],
  ['len == 1', `the function 'len' is not called`],
])('%s is refused, not guessed', (expression, what) => {
  expect(() => prepareCondition(expression)([2])).toThrow(
    expect.objectContaining({ name: 'UnsupportedExpression', what, expression }),
  );
});

describe('for every value and threshold', () => {
  const numbers = fc.double({ noNaN: true });
  test('success and failure conditions that mirror each other agree on what has data', () => {
    fc.assert(
      fc.property(numbers, fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), (v, threshold) => {
        const limit = String(threshold)
          .replace('e', 'E')
          .replace(/^(-?\d+)E/, '$1.E');
        const only = assess({ successCondition: `result[0] <= (${limit})` }, [v]).phase;
        const inverse = assess({ failureCondition: `result[0] > (${limit})` }, [v]).phase;
        expect(only).toBe(inverse);
        expect(only).toBe(v <= threshold ? 'Successful' : 'Failed');
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('whatever the text, the verdict is a phase or a refusal, never a crash', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 30 }),
        fc.array(fc.double(), { maxLength: 3 }),
        (text, result) => {
          try {
            expect(['Successful', 'Failed', 'Error']).toContain(assess({ successCondition: text }, result).phase);
          } catch (error) {
            expect((error as Error).name).toBe('UnsupportedExpression');
          }
        },
      ),
      { seed: 2, numRuns: 2000 },
    );
  });
});
