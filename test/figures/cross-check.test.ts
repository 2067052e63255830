import { readFileSync, writeFileSync } from 'node:fs';
import { CanaryCheck, SaturatedResource } from '../../src';
import { BINARY, describeReal } from '../rehearse/real';
import { appWith, CHECKS, SOURCES } from './catalogue';
import { rehearsed, simulated, type Truth, type Verdict } from './cross-check';
import { manifestsOf, SHAPES } from './shapes';

/**
 * Every check of the catalogue and every shape of query, with truths clearly within and clearly beyond the limit: both
 * engines must end as the truth demands, or refuse. A sample by default; FIGURES=whole tries all and prints the matrix
 * into the file that FIGURES_MATRIX names.
 */
const WHOLE = process.env.FIGURES === 'whole';
const NAMES = (process.env.FIGURES_NAMES ?? 'ledger,x,cart,pay').split(',');
/** Milliseconds for one cell: where all of them run, the machine may be busy for long. */
const PATIENCE = WHOLE ? 600_000 : 120_000;
const FIRST_SEED = Number(process.env.FIGURES_SEED ?? 1);

interface Row {
  readonly what: string;
  readonly source: string;
  readonly truth: Truth['outcome'];
  readonly name: string;
  readonly simulate: Verdict;
  readonly rehearse: Verdict;
}
const rows: Row[] = [];
const word = (verdict: Verdict): string =>
  verdict === 'right' ? 'right' : 'refused' in verdict ? 'refused' : `WRONG: ${verdict.wrong}`;
const isWrong = (verdict: Verdict): boolean => typeof verdict === 'object' && 'wrong' in verdict;

/** Some of them, spread evenly; all where the whole is asked for. */
const sampled = <T>(all: readonly T[], every: number): T[] => all.filter((_, i) => WHOLE || i % every === 0);

const catalogue = CHECKS.flatMap((one) =>
  Object.keys(SOURCES)
    .filter((source) => !one.withoutRequests || source === 'application')
    .filter((source) => !one.ofBuckets || !source.includes('native histogram'))
    .flatMap((source) => ([true, false] as const).map((beyond) => ({ one, source, beyond }))),
).map((cell, i) => ({ ...cell, name: NAMES[i % NAMES.length], seed: FIRST_SEED + (i % 7) }));

test('every check of the catalogue is in the cross-check, and in the matrix of the page', () => {
  const tried = new Set(CHECKS.map(({ name }) => name));
  const checks = Object.entries(Object.getOwnPropertyDescriptors(CanaryCheck)).flatMap(([name, { value }]) =>
    typeof value === 'function' && !name.startsWith('_') ? [name] : [],
  );
  expect(checks).toContain('sequentialLatencyTest');
  expect(checks.filter((name) => !tried.has(name))).toEqual([]);
  const resources = Object.values(SaturatedResource);
  expect([...tried].filter((name) => name.startsWith('saturation'))).toHaveLength(resources.length);
  const page = readFileSync('docs/conformance.md', 'utf8');
  const rows = new Set([...page.matchAll(/^\| (.*?) +\|.*simulate right, rehearse right/gm)].map(([, what]) => what));
  expect([...tried].filter((name) => !rows.has(name))).toEqual([]);
});

describeReal('the cross-check', () => {
  // After each cell: what was found is there even if somebody stops the others.
  afterEach(() => {
    const { FIGURES_MATRIX } = process.env;
    if (FIGURES_MATRIX) writeFileSync(FIGURES_MATRIX, JSON.stringify(rows, null, 2));
  });

  test.each(
    sampled(catalogue, 9).map(
      (cell) =>
        [`${cell.one.name}, ${cell.source}, ${cell.beyond ? 'beyond' : 'within'} (${cell.name})`, cell] as const,
    ),
  )(
    'of the catalogue: %s',
    async (_, { one, source, beyond, name, seed }) => {
      const truth = beyond ? one.beyond : one.within;
      const graph = appWith(one.check(beyond), source, name, 'bank');
      const found = {
        simulate: simulated(graph, truth, seed),
        rehearse: await rehearsed(graph, truth, seed, BINARY!),
      };
      rows.push({ what: one.name, source, truth: truth.outcome, name, ...found });
      expect([found.simulate, found.rehearse].filter(isWrong).map(word)).toEqual([]);
    },
    PATIENCE,
  );

  test.each(
    sampled(
      SHAPES.flatMap((one, i) =>
        [true, false].map((beyond) => ({ one, beyond, name: NAMES[i % NAMES.length], seed: FIRST_SEED + (i % 5) })),
      ),
      3,
    ).map((cell) => [`${cell.one.name}, ${cell.beyond ? 'beyond' : 'within'}`, cell] as const),
  )(
    'of public templates: %s',
    async (_, { one, beyond, name, seed }) => {
      const truth = beyond ? one.beyond : one.within;
      const graph = manifestsOf(one, name, 'demo');
      const found = {
        simulate: simulated(graph, truth, seed),
        rehearse: await rehearsed(graph, truth, seed, BINARY!),
      };
      rows.push({ what: one.name, source: 'public template', truth: truth.outcome, name, ...found });
      const { refused } = one;
      if (refused === undefined) expect(found).toEqual({ simulate: 'right', rehearse: 'right' });
      else {
        expect(found.simulate).toEqual({ refused: expect.stringMatching(refused) as string });
        const alike = one.name === 'each pod by itself' || typeof found.rehearse === 'object';
        expect(alike).toBe(true);
        expect(isWrong(found.rehearse) && one.name !== 'each pod by itself').toBe(false);
      }
    },
    PATIENCE,
  );
});
