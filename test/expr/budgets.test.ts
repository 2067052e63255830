import { parseCondition, UnsupportedExpression, type EngineRelease } from '../../src/expr';
import { prepareCondition } from '../../src/expr/assess';

const evaluate = (condition: string, result: number[], release: EngineRelease) =>
  prepareCondition(condition, 'prometheus', release)(result);

const many = (text: string, count = 20_000) => text.repeat(count);

describe.each<EngineRelease>(['1.15.5', '1.17.7'])('with engine %s', (release) => {
  const judge = (condition: string) => evaluate(condition, [0.5], release);

  test.each([
    ['brackets', `${many('(')}result[0] < 1${many(')')}`],
    ['operators', `result[0] < 1${many(' && true')}`],
    ['signs', `${many('-')}result[0] < 1`],
    ['indexes', `result${many('[0]')} < 1`],
    ['names', `result${many('.a')} < 1`],
    ['conditionals', `${many('true ? ')}true${many(' : true')}`],
    ['conditionals behind each other', `true${many(' ? true : false')}`],
    ['pipes', `result${many(' | len()')} < 1`],
    ['lists', `${many('[')}1${many(']')} == 1`],
    ['closures', `${many('all(result, ')}true${many(')')}`],
  ])('a condition with more %s than the stack bears is not judged, and says so', (_what, condition) => {
    // Some of them are no condition for the older engine, which is an answer, too.
    const parsed = parseCondition(condition, release);
    if (parsed.error) return;
    expect(parsed.ast).toBeUndefined();
    expect(() => judge(condition)).toThrow(UnsupportedExpression);
    expect(() => judge(condition)).toThrow(/nested more than 400 levels deep/);
  });

  test('a deep condition that is not too deep is judged', () => {
    expect(judge(`result[0] < 1${many(' && true', 300)}`)).toEqual({ value: true });
    expect(judge(`${many('(', 300)}result[0] < 1${many(')', 300)}`)).toEqual({ value: true });
  });

  test('loops within loops are given up', () => {
    expect(() => judge('all(1..10000, all(1..10000, # > 0)) && result[0] < 1')).toThrow(/loops take more than/);
    expect(judge('count(1..300, count(1..300, # > 0) > 0) > 0')).toEqual({ value: true });
  });
});

test('a sum of a long list, which the newer engine makes a chain of, is not judged', () => {
  const sum = `sum([result[0]${many(', 1')}]) > 0`;
  expect(() => evaluate(sum, [0.5], '1.17.7')).toThrow(/levels deep/);
});
