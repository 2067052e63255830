import { aligned } from '../../src/plan/align';

const pairs = (before: string, after: string) =>
  aligned([...before], [...after]).map(
    ([i, j]) => `${i === undefined ? '-' : before[i]}${j === undefined ? '-' : after[j]}`,
  );

test('one member that is inserted is one change', () => {
  expect(pairs('abc', 'xabc')).toEqual(['-x', 'aa', 'bb', 'cc']);
  expect(pairs('abc', 'abxc')).toEqual(['aa', 'bb', '-x', 'cc']);
  expect(pairs('abcd', 'acd')).toEqual(['aa', 'b-', 'cc', 'dd']);
});

test('what stands between equal members is changed', () => {
  expect(pairs('abc', 'axc')).toEqual(['aa', 'bx', 'cc']);
  expect(pairs('', 'ab')).toEqual(['-a', '-b']);
  expect(pairs('ab', 'ab')).toEqual(['aa', 'bb']);
});
