// What the benches share: measuring whole processes, and writing a table into docs/performance.md.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

/** The command line; it says at its end how much memory it took. */
export const PROGRAM = join(import.meta.dirname, 'program.cjs');

/** The value of `--name=value`. */
export const option = (name, byDefault) =>
  process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? byDefault;

/**
 * A whole process: its time by the clock, the time that it kept cores busy (both in milliseconds), its peak memory in MB
 * and what it printed.
 *
 * @param accepted the exit codes that are fine; 1 stands for findings
 */
export function measure([command, ...args], { accepted = [0, 1], env = process.env } = {}) {
  const timed = ['-c', 'TIMEFORMAT="cpu %U %S"; time "$@"', 'bash', command, ...args];
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync('bash', timed, { encoding: 'utf8', maxBuffer: 1e9, env });
  const ms = performance.now() - begun;
  if (!accepted.includes(status)) throw new Error(`${command} ${args.join(' ')}: ${stderr || stdout}`);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(stderr);
  const rss = Number(/rss (\d+)/.exec(stderr)?.[1]);
  return { ms, cpu: (Number(user) + Number(system)) * 1000, rss, stdout };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/**
 * Runs candidates by turns, so that a busy machine slows all of them down alike, and gives the median of each figure.
 *
 * @param candidates by name, what measures one run
 */
export function alternate(candidates, runs) {
  const measured = Object.fromEntries(Object.keys(candidates).map((name) => [name, []]));
  for (let i = 0; i < runs; i++) {
    for (const [name, run] of Object.entries(candidates)) measured[name].push(run());
  }
  const of = (all, figure) => median(all.map((one) => one[figure]));
  return Object.fromEntries(
    Object.entries(measured).map(([name, all]) => [
      name,
      { ...all.at(-1), ms: of(all, 'ms'), cpu: of(all, 'cpu'), rss: of(all, 'rss') },
    ]),
  );
}

/** The machine, and how busy it was. */
export const machine = () =>
  `${cpus()[0].model.trim()}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GB; Node ${process.version}; load ${loadavg()[0].toFixed(1)} at the end; ${new Date().toISOString().slice(0, 10)}`;

/** The flags with which a bench was called, as they stand behind its name. */
const flags = process.argv.slice(2);
export const flagText = flags.map((flag) => ` ${flag}`).join('');

const PAGE = join(import.meta.dirname, '../docs/performance.md');
const sectionOf = (name) => new RegExp(`(<!-- ${name} -->\\n)([^]*?)(\\n?<!-- /${name} -->)`);

/** The rows of the table in docs/performance.md that a run did not measure. */
export function otherRows(section, rows) {
  const nameOf = (row) => row.split('|')[1].trim();
  const measured = new Set(rows.map(nameOf));
  const [, , before] = sectionOf(section).exec(readFileSync(PAGE, 'utf8'));
  const old = before.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| ---'));
  return old.slice(1).filter((row) => !measured.has(nameOf(row)));
}

/** Prints a report, and with --write puts it into docs/performance.md. */
export function publish(section, report) {
  console.log(report);
  if (!flags.includes('--write')) return;
  const text = readFileSync(PAGE, 'utf8');
  writeFileSync(
    PAGE,
    text.replace(sectionOf(section), (_, begin, _old, end) => `${begin}\n${report}\n${end}`),
  );
}

/** Milliseconds as people read them. */
export const time = (ms) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
