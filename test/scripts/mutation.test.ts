import { join } from 'node:path';

interface Mutant {
  readonly mutatorName: string;
  readonly original: string;
  readonly status: string;
}

interface Folder {
  readonly name: string;
  readonly mutants: number;
  readonly prose: number;
  readonly results: readonly Mutant[];
}

const { draw, interval, isProse, tally, total, table, replaceSection } = jest.requireActual<{
  draw: <T>(list: readonly T[], count: number, seed: number) => T[];
  interval: (hits: number, count: number) => [number, number];
  isProse: (mutant: Pick<Mutant, 'mutatorName' | 'original'>) => boolean;
  tally: (mutants: readonly Mutant[]) => Record<string, number>;
  total: (folders: readonly { mutants: number; detected: number; valid: number }[]) => {
    share: number;
    interval: [number, number];
  };
  table: (folders: readonly Folder[]) => string;
  replaceSection: (page: string, section: string, text: string) => string;
}>(join(__dirname, '../../mutation/figures.cjs'));

const hundred = Array.from({ length: 100 }, (_, i) => i);
const mutants = (count: number, status: string, original = 'a < b'): Mutant[] =>
  Array.from({ length: count }, () => ({
    mutatorName: original === 'a < b' ? 'EqualityOperator' : 'StringLiteral',
    original,
    status,
  }));

describe('a sample', () => {
  test('depends on the seed alone, holds nothing twice, and is in the order of the list', () => {
    const drawn = draw(hundred, 30, 7);
    expect(drawn).toEqual(draw(hundred, 30, 7));
    expect(drawn).not.toEqual(draw(hundred, 30, 8));
    expect(new Set(drawn).size).toBe(30);
    expect(drawn).toEqual([...drawn].sort((a, b) => a - b));
  });

  test('is the whole list where that is shorter', () => {
    expect(draw([1, 2, 3], 10, 1)).toEqual([1, 2, 3]);
  });

  test('prefers no element', () => {
    const times = hundred.map(() => 0);
    for (let seed = 0; seed < 2000; seed++) for (const one of draw(hundred, 10, seed)) times[one]++;
    // Each is drawn 200 times on average, with a standard deviation of 13.
    expect(Math.min(...times)).toBeGreaterThan(140);
    expect(Math.max(...times)).toBeLessThan(260);
  });
});

describe('what a sample says about all mutants', () => {
  test.each([
    // Newcombe (1998), table I, method 3.
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%i of %i lies between %f and %f', (hits, count, low, high) => {
    const [from, to] = interval(hits, count);
    expect(from).toBeCloseTo(low, 4);
    expect(to).toBeCloseTo(high, 4);
  });

  test('a mutant that hangs is detected, one that no test reaches is not, and an error is neither', () => {
    const all = [
      ...mutants(5, 'Killed'),
      ...mutants(1, 'Timeout'),
      ...mutants(2, 'Survived'),
      ...mutants(1, 'NoCoverage'),
      ...mutants(3, 'RuntimeError'),
    ];
    expect(tally(all)).toMatchObject({ detected: 6, valid: 9, Survived: 2, NoCoverage: 1, RuntimeError: 3 });
  });

  test('a folder counts in the total by its number of mutants', () => {
    const folders = [
      { mutants: 900, detected: 50, valid: 100 },
      { mutants: 100, detected: 100, valid: 100 },
    ];
    const { share, interval: around } = total(folders);
    expect(share).toBeCloseTo(0.55, 10);
    // 1.96 × 0.9 × √(0.25 / 100) and a little for the other folder.
    expect(share - around[0]).toBeCloseTo(0.0884, 3);
    expect(around[1] - share).toBeCloseTo(0.0884, 3);
  });
});

test.each([
  [`'maxUnavailable is 0'`, true],
  ['`${resource} has both`', true],
  [`'maxUnavailable'`, false],
  [`'a.b.c/d-e'`, false],
  [`', '`, false],
  ['a < b', false],
])('%s is prose: %s', (original, expected) => {
  expect(isProse({ mutatorName: original === 'a < b' ? 'EqualityOperator' : 'StringLiteral', original })).toBe(
    expected,
  );
});

describe('the table', () => {
  const expr = {
    name: 'expr',
    mutants: 5000,
    prose: 1000,
    results: [...mutants(6, 'Killed'), ...mutants(2, 'Survived'), ...mutants(2, 'Survived', `'two words'`)],
  };
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());

  test('has the score without prose, and with it', () => {
    const rows = table([expr]).split('\n').map(cells);
    expect(rows[2]).toEqual([
      '`src/expr`',
      '4,000',
      '8',
      '6',
      '0',
      '2',
      '0',
      '75.0 %',
      '40.9 to 92.9 %',
      '60.0 % of 10',
    ]);
    expect(rows).toHaveLength(3);
  });

  test('adds up folders', () => {
    const other = { name: 'synth', mutants: 1000, prose: 0, results: mutants(10, 'Killed') };
    const last = cells(table([expr, other]).split('\n').at(-1)!);
    // 4,000 of 5,000 mutants at 75 %, the others at 100 %.
    expect(last.slice(0, 8)).toEqual(['all, by their mutants', '5,000', '18', '16', '0', '2', '0', '80.0 %']);
    // 5,000 of 6,000 at 60 %.
    expect(last[9]).toBe('66.7 %');
  });

  test('takes the place of the one before', () => {
    const page = 'a\n<!-- result -->\nold\n<!-- /result -->\nb\n';
    expect(replaceSection(page, 'result', 'new')).toBe('a\n<!-- result -->\n\nnew\n\n<!-- /result -->\nb\n');
    expect(() => replaceSection(page, 'other', 'new')).toThrow('no section other');
  });
});
