import { moved } from '../../src/simulate/limits';

describe('a limit that a suggestion moves', () => {
  test.each([
    // A limit from above, also one that could be a share.
    ['len(result) > 0 && result[0] <= 1', 0.5, '>', 'len(result) > 0 && result[0] <= 0.5'],
    ['result[0] < 0.8', 2, '>', 'result[0] < 1.6'],
    ['result[0] > 300', 2, '<', 'result[0] > 600'],
    // A limit from below: what may be missing to the whole.
    ['result[0] >= 0.97', 0.5, '>', 'result[0] >= 0.985'],
    ['result[0] < 0.97', 2, '<', 'result[0] < 0.94'],
    ['result[0] >= 95', 0.2, '>', 'result[0] >= 99'],
    ['result[0] >= 0.05', 2, '>', 'result[0] >= 0.025'],
    ['result[0] >= 4000', 0.5, '>', 'result[0] >= 8000'],
    // Guards are no limits.
    ['len(result) == 0 || result[0] <= 5', 3, '>', 'len(result) == 0 || result[0] <= 15'],
  ] as const)('%s by %d', (condition, factor, least, then) => {
    expect(moved(condition, factor, least)).toBe(then);
  });

  test('no condition, and a factor of 1, stay what they are', () => {
    expect(moved(undefined, 2, '>')).toBeUndefined();
    expect(moved('result[0]  <= 1', 1, '>')).toBe('result[0]  <= 1');
  });
});
