// Renders many specs, side by side in one run: (a) ours, cold and incremental; (b) the same objects in one cdk8s App;
// (c) serialization alone of the same objects; (d) jsonnet. And ours where no two specs have the same shape. `node bench/synth/main.mjs [--full] [--write]`:
// --full takes (b) and (d) to 10,000 too, --write puts the tables into docs/performance.md, --sizes=1,100 and --runs=1
// make it short.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { touchSpec, writeSpecs } from './specs.mjs';

const HERE = import.meta.dirname;
const PROGRAM = join(HERE, '../program.cjs');
const option = (name, byDefault) =>
  process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? byDefault;
const SIZES = option('sizes', '1,100,1000,3000,10000').split(',').map(Number);
const RUNS = Number(option('runs', '3'));
/** Beyond this jsonnet takes many minutes. */
const MOST_JSONNET = 1000;
const CORES = availableParallelism();
const flags = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'bench-synth-'));

/** The wall time of a whole process, the time that it kept a core busy, and its peak memory where it tells. */
function measure(command, ...args) {
  const begun = performance.now();
  const timed = ['-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', command, ...args];
  const { status, stdout, stderr } = spawnSync('bash', timed, { encoding: 'utf8', maxBuffer: 1e9 });
  const ms = performance.now() - begun;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr || stdout}`);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(stderr);
  const rss = /rss (\d+)/.exec(stderr)?.[1];
  return { ms, cpu: (Number(user) + Number(system)) * 1000, rss: rss && Number(rss), stdout };
}

/** The best of several runs: what the machine can do, undisturbed. */
function best(size, run, times = size >= 3000 ? Math.min(2, RUNS) : RUNS) {
  const runs = Array.from({ length: times }, run);
  return runs.sort((a, b) => a.ms - b.ms)[0];
}

const inner = (script, ...args) => {
  return JSON.parse(measure(process.execPath, join(HERE, script), ...args).stdout);
};
const empty = (name) => {
  const folder = join(scratch, name);
  rmSync(folder, { recursive: true, force: true });
  return folder;
};
const made = (name) => {
  const folder = empty(name);
  mkdirSync(folder);
  return folder;
};
const jsonnet = spawnSync('jsonnet', ['--version'], { encoding: 'utf8' }).stdout?.trim();

const rows = SIZES.map((size) => {
  const specs = join(scratch, `specs-${size}`);
  writeSpecs(specs, size);
  const synth = (out, ...more) => measure(process.execPath, PROGRAM, 'synth', specs, '--out', out, ...more);
  const cold = best(size, () => synth(empty('ours')));
  const single = best(size, () => synth(empty('ours'), '--jobs', '1'));
  let version = 0;
  const change = () => {
    touchSpec(specs, size > 1 ? ++version : 0);
    return synth(join(scratch, 'ours'));
  };
  // So short a run is disturbed by the disk that still writes what the one before it left.
  const warm = best(size, change, 2 * RUNS);
  const others = join(scratch, `unlike-${size}`);
  let unlike;
  if (size <= 3000) {
    writeSpecs(others, size, true);
    unlike = best(size, () => measure(process.execPath, PROGRAM, 'synth', others, '--out', empty('unlike')));
  }
  const jobs = size > 150 ? Math.min(CORES, Math.ceil(size / 150)) : 1;
  const floor = best(size, () => inner('serialize.mjs', size, empty('floor'), jobs));
  const floorSingle = best(size, () => inner('serialize.mjs', size, empty('floor'), 1));
  const one =
    size <= 3000 || flags.includes('--full') ? best(3000, () => inner('one-app.mjs', size, empty('one'))) : undefined;
  const net =
    jsonnet && (size <= MOST_JSONNET || flags.includes('--full'))
      ? best(size, () =>
          measure('jsonnet', '-m', made('net'), '--tla-code', `count=${size}`, join(HERE, 'apps.jsonnet')),
        )
      : undefined;
  console.error(`${size}: ${Math.round(cold.ms)} ms`);
  return { size, cold, single, unlike, warm, floor, floorSingle, one, net };
});
const load = best(1, () => measure(process.execPath, '-e', "require('cdk8s'); require('cdk8s-plus-27')"));
rmSync(scratch, { recursive: true, force: true });

const time = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
const seconds = (run) => (run === undefined ? 'not run' : `${time(run.ms)} (${time(run.cpu)})`);
const at = (size) => rows.find((row) => row.size === size) ?? {};
const ratio = (a, b) => (a && b ? { ms: a.ms / b.ms, cpu: a.cpu / b.cpu } : undefined);
const growth = (from, to) => {
  const times = ratio(at(to).cold, at(from).cold);
  const each = (all) => all ** (1 / Math.log2(to / from));
  return times && { ms: each(times.ms), cpu: each(times.cpu) };
};
/**
 * By the clock, and by the time that cores were busy: on a machine that others use, only the second says much. But where
 * one side uses several cores and the other cannot, the clock is what is asked.
 */
function goal(what, asked, found, byClock = false) {
  if (found === undefined) return `| ${what} | ${asked} | not run | not run | not run |`;
  const [, sign, limit] = /^(\S+) ([\d.]+)/.exec(asked);
  const value = byClock ? found.ms : found.cpu;
  const met = sign === '≥' ? value >= Number(limit) : value <= Number(limit);
  return `| ${what} | ${asked} | ${found.ms.toFixed(2)} | ${found.cpu.toFixed(2)} | ${met ? 'yes' : 'no'} |`;
}
const table = [
  `| specs | ours, cold | ours, one core | ours, no two alike | ours, one changed | (b) one App | (c) serialization, ${CORES} cores | (c) one core | (d) jsonnet | peak memory |`,
  '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  ...rows.map(
    ({ size, cold, single, unlike, warm, one, floor, floorSingle, net }) =>
      `| ${size.toLocaleString('en')} | ${[cold, single, unlike, warm, one, floor, floorSingle, net].map(seconds).join(' | ')} | ${cold.rss} MB |`,
  ),
];
const rss = at(10_000).cold?.rss;
// Whether there is a second thread, which has 50 MB of its own, depends on how long the work takes.
const flat = rss && at(1000).single && at(10_000).single.rss / at(1000).single.rss;
const goals = [
  '| goal | asked | by the clock | by busy cores | met |',
  '| --- | ---: | ---: | ---: | :---: |',
  goal('3,000 specs: times faster than one App', '≥ 8', ratio(at(3000).one, at(3000).cold), true),
  goal(`3,000 specs: times serialization alone, ${CORES} cores each`, '≤ 1.5', ratio(at(3000).cold, at(3000).floor)),
  goal('3,000 specs: times serialization alone, one core each', '≤ 1.5', ratio(at(3000).single, at(3000).floorSingle)),
  goal('1,000 to 3,000 specs: growth for each doubling', '≤ 2.1', growth(1000, 3000)),
  goal('3,000 to 10,000 specs: growth for each doubling', '≤ 2.1', growth(3000, 10_000)),
  goal(`one spec, cold: times loading cdk8s and cdk8s-plus-27 (${seconds(load)})`, '≤ 2', ratio(at(1).cold, load)),
  goal('one changed of 3,000: part of the full run', '≤ 0.1', ratio(at(3000).warm, at(3000).cold)),
  `| peak memory at 10,000 | < 400 MB | ${rss ? `${rss} MB | | ${rss < 400 ? 'yes' : 'no'}` : 'not run | | not run'} |`,
  `| peak memory on one core, 10,000 to 1,000 | flat | ${flat ? `${flat.toFixed(2)} times | | ${flat < 1.5 ? 'yes' : 'no'}` : 'not run | | not run'} |`,
];
const machine = `${cpus()[0].model.trim()}, ${CORES} cores, ${Math.round(totalmem() / 2 ** 30)} GB; Node ${process.version}; ${jsonnet ?? 'no jsonnet'}; load ${loadavg()[0].toFixed(1)} while measuring; ${new Date().toISOString().slice(0, 10)}`;
const report = [
  `Measured on ${machine}, by \`npm run build && node bench/synth/main.mjs${flags.map((flag) => ` ${flag}`).join('')}\`. In brackets: how long cores were busy.`,
  '',
  ...table,
  '',
  ...goals,
].join('\n');
console.log(report);
if (flags.includes('--write')) {
  const page = join(HERE, '../../docs/performance.md');
  const text = readFileSync(page, 'utf8');
  writeFileSync(page, text.replace(/(<!-- synth -->\n)[^]*?(\n<!-- \/synth -->)/, `$1\n${report}\n$2`));
}
