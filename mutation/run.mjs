// Mutation testing: `npm run mutation -- [options]`. It draws some of the mutants of each folder by a seed, and has StrykerJS
// run the folder's tests against each of them.
//
//   --seed=N         which mutants are drawn; default 1
//   --sample=N       how many of each folder; default 100
//   --all            all of them, which takes days
//   --only=A,B       these folders: rules, controller, expr, synth; default all four
//   --concurrency=N  how many processes run tests; default 1
//   --json=FILE      write the results there, each mutant with its status
//   --from=A,B       read the results from files that --json wrote, and run nothing
//   --survivors      print the mutants that no test noticed
//   --write          put the table into docs/mutation.md
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import fastGlob from 'fast-glob';
import figures from './figures.cjs';
import { FOLDERS } from './folders.mjs';

const HERE = import.meta.dirname;
const ROOT = resolve(HERE, '..');
const PAGE = join(ROOT, 'docs/mutation.md');
/** Stryker copies the project there, and runs the tests in the copy. */
const WORK = 'build/mutation';
const NOT_COPIED = ['/build', '/site', '/e2e', '/editors', '/findings', '/rosetta', '/mutation'];

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    sample: { type: 'string', default: '100' },
    all: { type: 'boolean', default: false },
    only: { type: 'string', default: Object.keys(FOLDERS).join(',') },
    concurrency: { type: 'string', default: '1' },
    json: { type: 'string' },
    from: { type: 'string' },
    survivors: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
for (const name of options.only.split(',')) {
  if (!Object.hasOwn(FOLDERS, name)) fail(`--only=${name}: there are ${Object.keys(FOLDERS).join(', ')}`);
}
for (const name of ['seed', 'sample', 'concurrency']) {
  if (!/^\d+$/.test(options[name])) fail(`--${name}=${options[name]}: give a whole number`);
}

const runs = options.from
  ? options.from.split(',').map((file) => JSON.parse(readFileSync(file, 'utf8')))
  : [await measure()];
if (options.json) writeFileSync(options.json, `${JSON.stringify(runs[0], null, 1)}\n`);
const folders = runs.flatMap((run) => run.folders);
if (options.survivors) folders.forEach(printSurvivors);
const report = reportOf(runs, folders);
console.log(report);
if (options.write) {
  writeFileSync(PAGE, figures.replaceSection(readFileSync(PAGE, 'utf8'), 'result', report));
  execFileSync('npx', ['--no-install', 'prettier', '--write', PAGE], { cwd: ROOT, stdio: 'ignore' });
}

function fail(message) {
  console.error(message);
  process.exit(2);
}

/** Draws and runs the mutants of the folders. */
async function measure() {
  const install = ['ci', '--no-audit', '--no-fund', '--silent'];
  if (!existsSync(join(HERE, 'node_modules'))) execFileSync('npm', install, { cwd: HERE, stdio: 'inherit' });
  process.chdir(ROOT);
  mkdirSync(WORK, { recursive: true });
  const found = [];
  for (const name of options.only.split(',')) found.push(await folderOf(name));
  const versions = `StrykerJS ${versionOf('@stryker-mutator/core')}, jest ${versionOf('jest')}, Node ${process.version}`;
  return {
    command: commandOf(),
    on: `${new Date().toISOString().slice(0, 10)}, ${versions}`,
    folders: found,
  };
}

function commandOf() {
  const only = options.only === Object.keys(FOLDERS).join(',') ? '' : ` --only=${options.only}`;
  return `npm run mutation --${only} --seed=${options.seed} ${options.all ? '--all' : `--sample=${options.sample}`}`;
}

function versionOf(name) {
  const file = [HERE, ROOT].map((at) => join(at, 'node_modules', name, 'package.json')).find((at) => existsSync(at));
  return JSON.parse(readFileSync(file, 'utf8')).version;
}

async function folderOf(name) {
  const { mutantsOf, keyOf } = await import('./mutants.mjs');
  const all = await mutantsOf(ROOT, `src/${name}`);
  const drawn = options.all ? all : figures.draw(all, Number(options.sample), Number(options.seed));
  console.log(`src/${name}: ${all.length} mutants, ${drawn.length} drawn`);
  const begun = performance.now();
  const statuses = await statusesOf(name, drawn);
  const results = drawn.map((mutant) => {
    const { fileName, location, mutatorName, replacement, original } = mutant;
    return { fileName, location, mutatorName, replacement, original, ...statuses.get(keyOf(mutant)) };
  });
  const minutes = Math.round((performance.now() - begun) / 6000) / 10;
  return { name, mutants: all.length, prose: all.filter(figures.isProse).length, minutes, results };
}

/** What became of each drawn mutant, by its key. */
async function statusesOf(name, drawn) {
  const { Stryker } = await import('@stryker-mutator/core');
  const { keyOf, placeOf } = await import('./mutants.mjs');
  const { tests, without, always, starting } = FOLDERS[name];
  const state = join(ROOT, WORK, `${name}.json`);
  rmSync(`${state}.log`, { force: true });
  const files = fastGlob.sync(tests, { cwd: ROOT, ignore: without }).sort();
  const results = await new Stryker({
    mutate: [...new Set(drawn.map(placeOf))],
    plugins: [join(HERE, 'runner.mjs')],
    testRunner: 'sample',
    sample: { drawn: drawn.map(keyOf), root: ROOT, state, starting, always },
    // For Stryker, a mutant that only another process runs is one that no test reaches.
    coverageAnalysis: starting ? 'off' : 'perTest',
    jest: { config: { testMatch: files.map((file) => `<rootDir>/${file}`) }, enableFindRelatedTests: false },
    concurrency: Number(options.concurrency),
    // The machine does other things, too: a slow test is no mutant that hangs.
    timeoutFactor: 2,
    timeoutMS: 15_000,
    dryRunTimeoutMinutes: 30,
    disableTypeChecks: false,
    reporters: ['progress-append-only'],
    tempDirName: `${WORK}/${name}`,
    ignorePatterns: [...NOT_COPIED, ...(starting ? [] : ['/lib'])],
    allowConsoleColors: false,
  }).runMutationTest();
  return new Map(results.map((result) => [keyOf(asDrawn(result)), statusOf(result)]));
}

/** A result counts lines and columns from 1, and says where the copy's original is by its whole path. */
function asDrawn({ fileName, location: { start, end }, mutatorName, replacement }) {
  const place = ({ line, column }) => ({ line: line - 1, column: column - 1 });
  return {
    fileName: fileName.slice(ROOT.length + 1),
    location: { start: place(start), end: place(end) },
    mutatorName,
    replacement,
  };
}

function statusOf({ status, static: isStatic, killedBy, statusReason }) {
  const reason = status === 'RuntimeError' ? statusReason?.slice(0, 300) : undefined;
  return { status, static: isStatic, killedBy: killedBy?.[0], reason };
}

function printSurvivors({ results }) {
  for (const { fileName, location, mutatorName, replacement, original, status } of results) {
    if (status !== 'Survived' && status !== 'NoCoverage') continue;
    const { line, column } = location.start;
    const short = (text) => (text.length > 160 ? `${text.slice(0, 160)} …` : text).replaceAll(/\s+/g, ' ');
    const prose = figures.isProse({ mutatorName, original }) ? ' (prose)' : '';
    console.log(
      `${fileName}:${line + 1}:${column + 1} ${mutatorName} ${status}${prose}\n  - ${short(original)}\n  + ${short(replacement)}`,
    );
  }
}

function reportOf(all, measured) {
  const prose = measured.reduce((sum, one) => sum + one.prose, 0).toLocaleString('en');
  const errors = measured.flatMap(({ results }) => results.filter(({ status }) => status === 'RuntimeError')).length;
  return [
    ...all.map(({ command, on }) => `- \`${command}\`; ${on}`),
    '',
    figures.table(measured),
    '',
    `${prose} mutants of prose are in the last column only. ${errors} of those drawn kept a test file from loading, and are in no score.`,
  ].join('\n');
}
