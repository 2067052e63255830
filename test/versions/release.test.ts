import { compareReleases, coverage, parseRelease, parseReleases, formatReleases } from '../../src/versions';

const KNOWN = ['1.7', '1.8', '1.9', '1.10'];

describe('a release', () => {
  test.each([
    ['1.9', { major: 1, minor: 9 }],
    ['1.9.1', { major: 1, minor: 9, patch: 1 }],
    ['v1.10.2', { major: 1, minor: 10, patch: 2 }],
    [' 3.16 ', { major: 3, minor: 16 }],
  ])('%s is read', (text, release) => {
    expect(parseRelease(text)).toEqual(release);
  });

  test.each(['', '1', '1.', '1.x', '1.9-rc1', 'latest', '1.9.1.2', '-1.9', '1e3.4'])('%s is none', (text) => {
    expect(parseRelease(text)).toBeUndefined();
  });

  test('is older or newer by numbers, not by letters, and a series counts as its newest patch', () => {
    const sorted = ['1.10', '1.9.1', '1.9', '1.10.2', '1.7', '2.0.0'].sort((a, b) =>
      compareReleases(parseRelease(a)!, parseRelease(b)!),
    );
    expect(sorted).toEqual(['1.7', '1.9.1', '1.9', '1.10.2', '1.10', '2.0.0']);
  });
});

describe('stated releases', () => {
  test.each([
    ['1.9', ['1.9']],
    ['v1.9.1', ['1.9.1']],
    ['1.8 - 1.10', ['1.8', '1.9', '1.10']],
    ['1.8..1.10', ['1.8', '1.9', '1.10']],
    ['1.8.5 - 1.10.2', ['1.8.5', '1.9', '1.10.2']],
    ['1.10, 1.7', ['1.7', '1.10']],
    ['1.9 - 1.9', ['1.9']],
    ['1.8 - 1.9, 1.9 - 1.10', ['1.8', '1.9', '1.10']],
  ])('"%s" means %j', (text, releases) => {
    expect(parseReleases(text, KNOWN)).toEqual(releases);
  });

  test.each([
    ['newest', "'newest' is not a release"],
    ['1.8 - ', "'1.8 -' is not a release"],
    ['1.8 - 1.9 - 1.10', 'is not a release'],
    ['1.10 - 1.8', 'begins with the newer release'],
    ['1.6', 'nothing is known of release 1.6; the tables cover 1.7 to 1.10'],
    ['1.8 - 1.11', 'nothing is known of release 1.11'],
  ])('"%s" is a problem: %s', (text, message) => {
    expect(parseReleases(text, KNOWN)).toEqual({ message: expect.stringContaining(message) });
  });

  test.each([
    [[], ''],
    [['1.8'], '1.8'],
    [['1.8', '1.9'], '1.8 and 1.9'],
    [['1.8', '1.9', '1.10'], '1.8, 1.9 and 1.10'],
  ])('%j in words: %s', (releases, words) => {
    expect(formatReleases(releases)).toBe(words);
  });
});

test.each([
  [['1.7', '1.8', '1.9', '1.10'], '1.7 to 1.10'],
  [['2.54', '2.55', '3.0', '3.1'], '2.54 to 3.1'],
  [['0.14', '0.15', '0.17'], '0.14 to 0.15 and 0.17'],
  [['0.93'], '0.93'],
])('%j cover %s', (known, words) => {
  expect(coverage(known)).toBe(words);
});
