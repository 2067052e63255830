// The project's targets, each as a ratio of two things that are measured by turns in one run, whole processes, medians:
//
//   npm run build && node bench/targets/main.mjs [--write] [--runs=5] [--only=lint,memory,workers,cache,synth,spec]
//
// --write puts the table into docs/performance.md. Go builds kubeconform; without Go its rows say so.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRepo } from '../lint/repo.mjs';
import { alternate, flagText, machine, measure, option, PROGRAM, publish, time } from '../measure.mjs';
import { writeSpecs } from '../synth/specs.mjs';
import { buildKubeconform, writeSchemas } from './kubeconform.mjs';

const RUNS = Number(option('runs', '5'));
const ONLY = option('only', 'lint,memory,workers,cache,synth,spec').split(',');
const scratch = mkdtempSync(join(tmpdir(), 'bench-targets-'));
const node = process.execPath;
const rows = [];
const notes = [];

function row(work, limit, value, figures) {
  const [sign, most] = limit.split(' ');
  const met = value === undefined ? 'not measured' : (sign === '≤' ? value <= most : value >= most) ? 'yes' : 'no';
  const found = value === undefined ? '' : value >= 100 ? `${Math.round(value)} MB` : value.toFixed(2);
  rows.push(`| ${work} | ${limit}${value >= 100 ? ' MB' : ''} | ${found} | ${figures} | ${met} |`);
  console.error(rows.at(-1));
}
const both = ({ ms, cpu }) => `${time(cpu)} CPU, ${time(ms)}`;
const repoOf = (apps) => {
  const repo = join(scratch, `repo-${apps}`);
  writeRepo(repo, apps);
  return repo;
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
  row('lint, 10,000 apps: memory', '≤ 400', found.rss, both(found));
  rmSync(repo, { recursive: true });
}

/** What the slowest thread has to do decides how long it takes on as many cores; that is counted on any machine. */
function workersRow() {
  const repo = repoOf(2000);
  const found = alternate(
    { one: () => lint(repo, '--jobs', '1'), four: () => slowest(lint(repo, '--jobs', '4')) },
    Math.min(RUNS, 3),
  );
  const figures = `${time(found.one.cpu)} of CPU alone; ${time(found.four.thread)} in the busiest of four threads`;
  row('lint, 4 workers against 1, by CPU of the busiest thread', '≥ 2.5', found.one.cpu / found.four.thread, figures);
  rmSync(repo, { recursive: true });
}

const slowest = (run) => run;

function cacheRow() {
  const repo = repoOf(10_000);
  const file = join(repo, 'team-0/app-0/rollout.yaml');
  lint(repo, '--cache');
  const cached = () => {
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(
        /revisionHistoryLimit: (\d+)/,
        (_, n) => `revisionHistoryLimit: ${Number(n) + 1}`,
      ),
    );
    return lint(repo, '--cache');
  };
  const found = alternate({ cached, without: () => lint(repo) }, 1);
  const { cached: warm, without } = found;
  const figures = `${both(warm)} / ${both(without)}`;
  row('lint, one file changed of 10,000 apps: with `--cache` / without', '≤ 0.05', warm.ms / without.ms, figures);
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
  const found = alternate({ ours: () => synth(specs), load }, 2 * RUNS);
  const figures = `${both(found.ours)} / ${both(found.load)}`;
  row('one spec, cold: CPU / loading cdk8s and cdk8s-plus', '≤ 1.3', found.ours.cpu / found.load.cpu, figures);
}

const PARTS = {
  lint: lintRows,
  memory: memoryRow,
  workers: workersRow,
  cache: cacheRow,
  synth: synthRows,
  spec: specRow,
};
mkdirSync(join(scratch, 'bin'));
try {
  for (const part of ONLY) PARTS[part]();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
publish(
  'targets',
  [
    `Measured on ${machine()}, by \`npm run build && node bench/targets/main.mjs${flagText}\`. Candidates run by turns, medians of up to ${RUNS}.`,
    '',
    '| work | target | found | measured | met |',
    '| --- | ---: | ---: | --- | :---: |',
    ...rows,
    ...notes,
  ].join('\n'),
);
