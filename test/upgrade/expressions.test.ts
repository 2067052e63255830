import type { Change } from '../../src/upgrade';
import { changes, condition } from './manifests';

// What the engine of 1.10 accepts, refuses or judges otherwise, each by a condition; and the same without it.

const verdicts = (text: string): readonly Change[] =>
  changes('argoRollouts', '1.9', '1.10', condition(text)).filter(({ kind }) => kind === 'condition');

test.each([
  ['an empty list as a constant', 'result == [] || result[0] < 5', 'len(result) == 0 || result[0] < 5'],
  ['the greatest of a list', 'len(result) > 0 && max(result) < 5', 'len(result) > 0 && result[0] < 5'],
  ['the least of a list', 'len(result) > 0 && min(result) < 5', 'len(result) > 0 && result[0] < 5'],
  ['a chained comparison', 'len(result) > 0 && 1 <= result[0] <= 5', 'len(result) > 0 && result[0] <= 5'],
  ['if and else', 'if len(result) > 0 { result[0] < 5 } else { true }', 'len(result) > 0 ? result[0] < 5 : true'],
  ['a sequence', 'let x = len(result); x == 0; x > 0', 'let x = len(result); x > 0'],
  ['a sum with a predicate', 'sum(result, # * 2) < 5', 'sum(result) < 5'],
  ['optional indexes', '(result?.[0] ?? 0) < 5', 'len(result) > 0 && result[0] < 5'],
  ['concat', 'len(concat(result, [1])) > 1', 'len(result) > 1'],
  ['uniq', 'len(uniq(result)) > 1', 'len(result) > 1'],
  ['flatten', 'len(flatten([result])) > 1', 'len(result) > 1'],
  ['reverse', 'len(result) > 0 && reverse(result)[0] < 5', 'len(result) > 0 && result[0] < 5'],
])('%s is an error before 1.10, and a verdict from then on', (_, text, without) => {
  const found = verdicts(text);
  expect(found.length).toBeGreaterThan(0);
  for (const { before, after } of found) expect(after).not.toBe(before);
  expect(found.some(({ effect, before }) => effect === 'better' && before.startsWith('Error'))).toBe(true);
  expect(verdicts(without)).toEqual([]);
});

test('elements of another type are an error from 1.10 on', () => {
  const found = verdicts('all([1, 2], {# == "a"})');
  expect(found).toContainEqual(expect.objectContaining({ effect: 'worse', before: 'Failed' }));
  expect(verdicts('all([1, 2], {# == 1})')).toEqual([]);
});
