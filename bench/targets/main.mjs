// The project's targets, each as a ratio of two things that are measured by turns in one run, whole processes, medians:
//
//   npm run build && node bench/targets/main.mjs [--write] [--runs=5] [--only=lint,memory,cache,workers,synth,spec]
//
// --write puts the table into docs/performance.md; rows that a run does not measure stay as they are. Go builds kubeconform; without Go its rows say so.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRepo } from '../lint/repo.mjs';
import { alternate, flagText, machine, measure, option, otherRows, PROGRAM, publish, time } from '../measure.mjs';
import { writeSpecs } from '../synth/specs.mjs';
import { buildKubeconform, writeSchemas } from './kubeconform.mjs';
import { countsThreads, threadsOf } from './threads.mjs';

const RUNS = Number(option('runs', '5'));
const ONLY = option('only', 'lint,memory,cache,workers,synth,spec').split(',');
const scratch = mkdtempSync(join(tmpdir(), 'bench-targets-'));
const node = process.execPath;
const rows = [];

function row(work, limit, value, figures) {
  const [sign, most] = limit.split(' ');
  const met = value === undefined ? 'no' : (sign === '≤' ? value <= most : value >= most) ? 'yes' : 'no';
  const found = value === undefined ? '' : value >= 100 ? `${Math.round(value)} MB` : value.toFixed(2);
  const when = value === undefined ? '' : `; load ${loadavg()[0].toFixed(0)}`;
  rows.push(`| ${work} | ${limit} | ${found} | ${figures}${when} | ${met} |`);
  console.error(rows.at(-1));
}
const both = ({ ms, cpu }) => `${time(cpu)} CPU, ${time(ms)}`;
const repoOf = (apps) => {
  const repo = join(scratch, `repo-${apps}`);
  writeRepo(repo, apps);
  return repo;
};
/** What V8 compiled is kept by the first runs after a build, which are no measure of the others. */
const settle = (run) => {
  for (let nth = 0; nth < 4; nth++) run();
};
const lint = (repo, ...more) => measure([node, PROGRAM, 'lint', repo, ...more]);

/** Linting against a peer that only validates. Three kinds are not custom resources, and are validated in a row of their own. */
function lintRows() {
  const { program, missing } = buildKubeconform(join(scratch, 'bin'));
  if (missing) {
    for (const [what, limit] of [
      ['CPU', '≤ 1.0'],
      ['by the clock', '≤ 1.2'],
    ]) {
      row(`lint, 1,000 apps: ${what} / kubeconform's`, limit, undefined, missing);
    }
    return;
  }
  const repo = repoOf(1000);
  const schemas = writeSchemas(join(scratch, 'schemas'));
  const custom = ['-skip', 'Service,HorizontalPodAutoscaler,PodDisruptionBudget'];
  settle(() => lint(repo));
  const found = alternate(
    {
      ours: () => lint(repo),
      custom: () => measure([program, '-summary', ...schemas, ...custom, repo]),
      all: () => measure([program, '-summary', ...schemas, repo]),
    },
    RUNS,
  );
  rmSync(repo, { recursive: true });
  const { ours } = found;
  for (const [name, documents] of [
    ['custom', '7,000'],
    ['all', '12,000'],
  ]) {
    const theirs = found[name];
    const figures = `${both(ours)} / ${both(theirs)}`;
    const peer = `kubeconform's, which validates ${documents} documents`;
    row(`lint, 1,000 apps: CPU / ${peer}`, '≤ 1.0', ours.cpu / theirs.cpu, figures);
    row(`lint, 1,000 apps: clock / ${peer}`, '≤ 1.2', ours.ms / theirs.ms, figures);
  }
}

function memoryRow() {
  const repo = repoOf(10_000);
  const found = lint(repo);
  row('lint, 10,000 apps: memory', '≤ 400 MB', found.rss, both(found));
  rmSync(repo, { recursive: true });
}

/** Another weight of the canary in one file, as a pull request changes it. */
function cacheRow() {
  const repo = repoOf(10_000);
  const file = join(repo, 'team-3/app-3/rollout.yaml');
  const cache = ['--cache-folder', join(scratch, 'lint-cache')];
  lint(repo, ...cache);
  let weight = 10;
  const change = () => {
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace(`setWeight: ${weight}\n`, `setWeight: ${++weight}\n`));
  };
  const changed = () => (change(), lint(repo, ...cache));
  settle(changed);
  const found = alternate({ changed, whole: () => lint(repo) }, Math.min(RUNS, 3));
  const figures = `${both(found.changed)} / ${both(found.whole)}`;
  const ratio = found.changed.cpu / found.whole.cpu;
  row('lint, one file changed of 10,000 apps: with a cache / without', '≤ 0.05', ratio, figures);
  rmSync(repo, { recursive: true });
}

/**
 * What four threads take off one, by the CPU time of the first thread: it does its share of the work, waits for the others,
 * and does alone what is done by one. Four cores could not be faster than a quarter of what all threads take together.
 */
async function workersRow() {
  const work = 'lint, 4 workers against 1';
  if (!countsThreads) return row(work, '≥ 2.5', undefined, 'measured on Linux only');
  const repo = repoOf(10_000);
  const found = { 1: [], 4: [] };
  for (let nth = 0; nth < Math.min(RUNS, 3); nth++) {
    for (const jobs of [1, 4]) found[jobs].push(await threadsOf([node, PROGRAM, 'lint', repo, '--jobs', String(jobs)]));
  }
  const [one, four] = [1, 4].map((jobs) => found[jobs].sort((a, b) => a.first - b.first)[found[jobs].length >> 1]);
  const floor = Math.max(four.first, four.all / 4);
  const rss = lint(repo, '--jobs', '4').rss;
  const figures = `10,000 apps; first thread: ${time(one.first)} / ${time(four.first)} CPU; all threads: ${time(one.all)} / ${time(four.all)} CPU, ${Math.round(rss)} MB`;
  row(work, '≥ 2.5', one.first / floor, figures);
  rmSync(repo, { recursive: true });
}

const inner = (script, ...args) =>
  JSON.parse(measure([node, join(import.meta.dirname, '../synth', script), ...args.map(String)]).stdout);
const fresh = (name) => {
  rmSync(join(scratch, name), { recursive: true, force: true });
  return join(scratch, name);
};
const synth = (specs, ...more) =>
  measure([node, PROGRAM, 'synth', specs, '--out', fresh('out'), ...more], { accepted: [0] });

function synthRows() {
  const [unlike, alike] = [join(scratch, 'unlike'), join(scratch, 'alike')];
  writeSpecs(unlike, 3000, true);
  writeSpecs(alike, 3000);
  const serialization = () => inner('serialize.mjs', 3000, fresh('floor'), 1);
  const first = alternate({ ours: () => synth(unlike, '--jobs', '1'), serialization }, Math.min(RUNS, 3));
  const figures = `${both(first.ours)} / ${both(first.serialization)}`;
  const ratio = first.ours.cpu / first.serialization.cpu;
  row('synth, 3,000 specs, no two alike: CPU / serialization alone', '≤ 1.4', ratio, figures);
  const ours = alternate({ ours: () => synth(alike) }, Math.min(RUNS, 3)).ours;
  const one = inner('one-app.mjs', 3000, fresh('one'));
  const text = `${both(one)} / ${both(ours)}`;
  row('synth, 3,000 specs of few shapes: times faster than one App', '≥ 8', one.ms / ours.ms, text);
}

function specRow() {
  const specs = join(scratch, 'one-spec');
  writeSpecs(specs, 1);
  const load = () => measure([node, '-e', "require('cdk8s'); require('cdk8s-plus-27')"]);
  settle(() => synth(specs));
  const found = alternate({ ours: () => synth(specs), load }, 2 * RUNS);
  const figures = `${both(found.ours)} / ${both(found.load)}`;
  row('one spec, cold: CPU / loading cdk8s and cdk8s-plus', '≤ 1.3', found.ours.cpu / found.load.cpu, figures);
}

const PARTS = {
  lint: lintRows,
  memory: memoryRow,
  cache: cacheRow,
  workers: workersRow,
  synth: synthRows,
  spec: specRow,
};
mkdirSync(join(scratch, 'bin'));
try {
  for (const part of ONLY) await PARTS[part]();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
publish(
  'targets',
  [
    `Measured on ${machine()}, by \`npm run build && node bench/targets/main.mjs${flagText}\`. Candidates run by turns; medians of up to ${RUNS} runs; rows of parts that this run left out are those of an earlier one. The load is that of the machine: what is above the number of cores was other programs, which slow both sides down, but by the clock not alike.`,
    '',
    '| work | target | found | measured | met |',
    '| --- | ---: | ---: | --- | :---: |',
    ...rows,
    ...otherRows('targets', rows),
  ].join('\n'),
);
