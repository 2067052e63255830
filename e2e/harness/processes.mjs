// Child processes that end with the run, whatever happens.
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';

const running = new Set();

/** Starts a program. What it prints goes to NAME.log in `logs`. */
export function start(program, args, { logs, name = basename(program), env = process.env }) {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(join(logs, `${name}.log`));
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  running.add(child);
  child.on('exit', () => running.delete(child));
  return child;
}

/** Ends one process and waits until it is gone. */
export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(hard);
}

/** Ends what is still running, the last one first. */
export async function stopAll() {
  for (const child of [...running].reverse()) await stop(child);
}

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A port of the loopback address that nobody listens on. */
export function freePort() {
  return new Promise((done, failed) => {
    const server = createServer().on('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

export const sleep = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** Waits until `check` gives something, and gives it. Errors of `check` mean: not yet. */
export async function until(what, check, seconds = 60, every = 250) {
  const end = Date.now() + seconds * 1000;
  let last;
  while (Date.now() < end) {
    try {
      const value = await check();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    await sleep(every);
  }
  throw new Error(`${what}: not within ${seconds} s${last ? ` (${last.message})` : ''}`);
}
