import { memoize } from '../../src/formats/memoize';

test('a text is worked out once, and again only when too many others have come between', () => {
  const worked: string[] = [];
  const length = memoize((text) => {
    worked.push(text);
    return text === '' ? undefined : text.length;
  }, 2);
  expect(['a', 'bb', 'a', '', '', 'a', 'bb'].map(length)).toEqual([1, 2, 1, undefined, undefined, 1, 2]);
  expect(worked).toEqual(['a', 'bb', '', 'a', 'bb']);
});
