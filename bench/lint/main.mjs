// Measures linting a generated repo, compared with only parsing it with the same YAML library, each in its own process.
// `node bench/lint/main.mjs [--write]`: --write puts the table into docs/performance.md; --sizes=100,1000 and --runs=1
// make it short.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flagText, machine, measure, option, PROGRAM, publish, time } from '../measure.mjs';
import { writeRepo } from './repo.mjs';

const HERE = import.meta.dirname;
const SIZES = option('sizes', '100,1000,10000').split(',').map(Number);
const RUNS = Number(option('runs', '3'));
const scratch = mkdtempSync(join(tmpdir(), 'bench-lint-'));

/** The least disturbed of several runs. */
const best = (run) => Array.from({ length: RUNS }, run).sort((a, b) => a.cpu - b.cpu)[0];

const rows = SIZES.map((size) => {
  const repo = join(scratch, `repo-${size}`);
  writeRepo(repo, size);
  const parsing = best(() => measure([process.execPath, join(HERE, 'parse.mjs'), repo]));
  const linting = best(() => measure([process.execPath, PROGRAM, 'lint', repo]));
  rmSync(repo, { recursive: true, force: true });
  console.error(`${size}: parsing ${Math.round(parsing.cpu)} ms, linting ${Math.round(linting.cpu)} ms`);
  return { size, parsing, linting };
});
rmSync(scratch, { recursive: true, force: true });

const lastLine = ({ stdout }) => stdout.trimEnd().split('\n').at(-1);
const both = ({ ms, cpu }) => `${time(ms)} (${time(cpu)})`;
const number = (value) => Math.round(value).toLocaleString('en');
const rate = (documents, { cpu }) => number((documents / cpu) * 1000);
/** What a tenfold repo costs, as the growth for each doubling. */
const growth = (from, to) => ((to.cpu / from.cpu) ** (1 / Math.log2(to.size / from.size))).toFixed(2);
const table = [
  '| apps | documents | parsing alone | linting | linting / parsing | documents a second, parsing | documents a second, linting | growth for each doubling | peak memory |',
  '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  ...rows.map(({ size, parsing, linting }, i) => {
    const documents = Number(lastLine(parsing));
    const before = rows[i - 1];
    const grown = before ? growth({ size: before.size, cpu: before.linting.cpu }, { size, cpu: linting.cpu }) : '';
    return `| ${number(size)} | ${number(documents)} | ${both(parsing)} | ${both(linting)} | ${(linting.cpu / parsing.cpu).toFixed(2)} | ${rate(documents, parsing)} | ${rate(documents, linting)} | ${grown} | ${linting.rss} MB |`;
  }),
];
const last = rows.at(-1);
const report = [
  `Measured on ${machine()}, by \`npm run build && node bench/lint/main.mjs${flagText}\`. In brackets, and in all figures derived: how long cores were busy. Goal: linting / parsing at most 2, growth for each doubling at most 2.1.`,
  '',
  ...table,
  '',
  `Of ${number(last.size)} apps it reports: ${lastLine(last.linting)}.`,
].join('\n');
publish('lint', report);
