// Measures linting a generated repo, compared with only parsing it with the same YAML library, each in its own process.
// `node bench/lint/main.mjs [--write]`: --write puts the table into docs/performance.md; --sizes=100,1000 and --runs=1
// make it short.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { writeRepo } from './repo.mjs';

const HERE = import.meta.dirname;
const PROGRAM = join(HERE, '../program.cjs');
const option = (name, byDefault) =>
  process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? byDefault;
const SIZES = option('sizes', '100,1000,10000').split(',').map(Number);
const RUNS = Number(option('runs', '3'));
const flags = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'bench-lint-'));

/** A whole process: its wall time, the time that it kept cores busy, its peak memory, and the last that it says. */
function measure(script, ...args) {
  const begun = performance.now();
  const timed = ['-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', process.execPath, script, ...args];
  const { status, stdout, stderr } = spawnSync('bash', timed, { encoding: 'utf8', maxBuffer: 1e9 });
  const ms = performance.now() - begun;
  // 1: there are findings.
  if (status === null || status > 1) throw new Error(`${script} ${args.join(' ')}: ${stderr || stdout}`);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(stderr);
  const [, rss] = /rss (\d+)/.exec(stderr);
  return { ms, cpu: (Number(user) + Number(system)) * 1000, rss, last: stdout.trimEnd().split('\n').at(-1) };
}

/** The least disturbed of several runs. */
const best = (run) => Array.from({ length: RUNS }, run).sort((a, b) => a.cpu - b.cpu)[0];

const rows = SIZES.map((size) => {
  const repo = join(scratch, `repo-${size}`);
  writeRepo(repo, size);
  const parsing = best(() => measure(join(HERE, 'parse.mjs'), repo));
  const linting = best(() => measure(PROGRAM, 'lint', repo));
  rmSync(repo, { recursive: true, force: true });
  console.error(`${size}: parsing ${Math.round(parsing.cpu)} ms, linting ${Math.round(linting.cpu)} ms`);
  return { size, parsing, linting };
});
rmSync(scratch, { recursive: true, force: true });

const time = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
const both = ({ ms, cpu }) => `${time(ms)} (${time(cpu)})`;
const number = (value) => Math.round(value).toLocaleString('en');
const rate = (documents, { cpu }) => number((documents / cpu) * 1000);
/** What a tenfold repo costs, as the growth for each doubling. */
const growth = (from, to) => ((to.cpu / from.cpu) ** (1 / Math.log2(to.size / from.size))).toFixed(2);
const table = [
  '| apps | documents | parsing alone | linting | linting / parsing | documents a second, parsing | documents a second, linting | growth for each doubling | peak memory |',
  '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  ...rows.map(({ size, parsing, linting }, i) => {
    const documents = Number(parsing.last);
    const before = rows[i - 1];
    const grown = before ? growth({ size: before.size, cpu: before.linting.cpu }, { size, cpu: linting.cpu }) : '';
    return `| ${number(size)} | ${number(documents)} | ${both(parsing)} | ${both(linting)} | ${(linting.cpu / parsing.cpu).toFixed(2)} | ${rate(documents, parsing)} | ${rate(documents, linting)} | ${grown} | ${linting.rss} MB |`;
  }),
];
const last = rows.at(-1);
const machine = `${cpus()[0].model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB; Node ${process.version}; load ${loadavg()[0].toFixed(1)} while measuring; ${new Date().toISOString().slice(0, 10)}`;
const report = [
  `Measured on ${machine}, by \`npm run build && node bench/lint/main.mjs${flags.map((flag) => ` ${flag}`).join('')}\`. In brackets, and in all figures derived: how long cores were busy. Goal: linting / parsing at most 2, growth for each doubling at most 2.1.`,
  '',
  ...table,
  '',
  `Of ${number(last.size)} apps it reports: ${last.linting.last}.`,
].join('\n');
console.log(report);
if (flags.includes('--write')) {
  const page = join(HERE, '../../docs/performance.md');
  const text = readFileSync(page, 'utf8');
  writeFileSync(page, text.replace(/(<!-- lint -->\n)[^]*?(\n<!-- \/lint -->)/, `$1\n${report}\n$2`));
}
