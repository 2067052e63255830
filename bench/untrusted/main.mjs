// Runs commands over inputs that ask for far more than they say, each in a process of its own, and holds the CPU time and
// the memory against their bounds. `node bench/untrusted/main.mjs [--write] [--only=TEXT] [--commands=lint,plan]`: --write
// puts the table into docs/performance.md. Exits with 1 where a bound is broken.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CASES } from './cases.mjs';

const HERE = import.meta.dirname;
const PROGRAM = join(HERE, '../program.cjs');
const option = (name) => process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const only = option('only');
const commands = option('commands')?.split(',');
const LIMIT_SECONDS = Number(option('limit') ?? 150);

const ARGUMENTS = {
  simulate: ['--runs', '2000'],
  synth: ['--output', 'out'],
  adopt: ['--output', 'out'],
  upgrade: ['--from', 'argo-rollouts=1.8', '--to', 'argo-rollouts=1.10'],
};

/** Runs one command in a folder: CPU seconds, peak MB, exit code, and whether it ended by itself and without a defect. */
function measure(command, folder) {
  // What synth and rehearse have is in processes of their own, which `time` counts along.
  const script = `TIMEFORMAT="cpu %U %S"; ulimit -t ${LIMIT_SECONDS}; time "$@"`;
  const args = ['-c', script, 'bash', process.execPath, PROGRAM, command, '.', ...(ARGUMENTS[command] ?? [])];
  const { stdout, stderr, signal } = spawnSync('bash', args, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    timeout: LIMIT_SECONDS * 4000,
  });
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(stderr) ?? [, Infinity, 0];
  const [, rss] = /rss (\d+)/.exec(stderr) ?? [];
  const defect = /this is a defect|heap out of memory|Maximum call stack|Cannot find module/.test(stderr);
  return {
    cpu: Number(user) + Number(system),
    rss: Number(rss ?? Infinity),
    ended: rss !== undefined && signal === null,
    defect,
    stdout,
    stderr,
  };
}

const scratch = mkdtempSync(join(tmpdir(), 'bench-untrusted-'));
const rows = [];
let broken = 0;
try {
  for (const { name, files, commands: wanted, seconds, megabytes } of CASES) {
    if (only !== undefined && !name.includes(only)) continue;
    const cells = [];
    for (const command of wanted) {
      if (commands && !commands.includes(command)) continue;
      const folder = mkdtempSync(join(scratch, 'case-'));
      for (const [file, text] of Object.entries(files())) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), text);
      }
      const found = measure(command, folder);
      const fine = found.ended && !found.defect && found.cpu <= seconds && found.rss <= megabytes;
      if (!fine) broken++;
      const how = found.defect ? 'defect, ' : found.ended ? '' : 'killed, ';
      cells.push(`${command} ${how}${found.cpu.toFixed(1)} s, ${found.rss} MB${fine ? '' : ' (!)'}`);
      console.error(`${fine ? 'ok  ' : 'FAIL'} ${name}: ${cells.at(-1)}`);
      if (process.argv.includes('--show')) console.error((found.stdout + found.stderr).slice(0, 2000));
      else if (found.defect) console.error(found.stderr.slice(0, 900));
      rmSync(folder, { recursive: true, force: true });
    }
    if (cells.length > 0) rows.push(`| ${name} | ${seconds} s, ${megabytes} MB | ${cells.join('; ')} |`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
const date = new Date().toISOString().slice(0, 10);
const machine = `Measured on ${cpus()[0].model}, ${cpus().length} cores; Node ${process.version}; load ${loadavg()[0].toFixed(1)} at the end; ${date}, by \`npm run build && node bench/untrusted/main.mjs --write\`. \`(!)\`: the bound is broken.`;
const report = [machine, '', '| input | bound | measured |', '| --- | --- | --- |', ...rows].join('\n');
console.log(report);
if (process.argv.includes('--write')) {
  const page = join(HERE, '../../docs/performance.md');
  writeFileSync(
    page,
    readFileSync(page, 'utf8').replace(/(<!-- untrusted -->\n)[^]*?(\n<!-- \/untrusted -->)/, `$1\n${report}\n$2`),
  );
}
process.exitCode = broken > 0 ? 1 : 0;
