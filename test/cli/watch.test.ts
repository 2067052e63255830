import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { run } from '../../src/cli/run';
import { spec } from './run';
import { folderWith, runCli } from './run-cli';

/** A run that goes on until it is told to end. */
class Watching {
  out = '';
  err = '';
  private readonly end = new AbortController();
  private readonly code: Promise<number>;

  constructor(cwd: string, ...args: string[]) {
    this.code = run(args, {
      cwd,
      env: {},
      stdin: Readable.from([]),
      out: (text) => void (this.out += text),
      err: (text) => void (this.err += text),
      colour: false,
      progress: false,
      interrupted: this.end.signal,
    });
  }

  async until(said: () => boolean): Promise<void> {
    const last = Date.now() + 60_000;
    while (!said()) {
      if (Date.now() > last) throw new Error(`still waiting: ${this.out}${this.err}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  stop(): Promise<number> {
    this.end.abort();
    return this.code;
  }
}

const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { ports: [{ port: 80 }] }\n';

test('lint runs again after a change, and its exit code is that of the last run', async () => {
  const cwd = folderWith({ 'a.yaml': SERVICE });
  const watching = new Watching(cwd, 'lint', '--watch');
  await watching.until(() => watching.err.includes('watching .'));
  expect(watching.out).not.toContain('SCH');
  writeFileSync(join(cwd, 'a.yaml'), SERVICE.replace('port: 80', 'prt: 80'));
  await watching.until(() => watching.out.includes('SCH003'));
  expect(watching.err).toContain('a.yaml has changed');
  expect(await watching.stop()).toBe(1);
});

test('a file that is not valid ends the run and not the watching', async () => {
  const cwd = folderWith({ 'canary.yaml': spec('checkout').replace('port: 8080', 'prt: 8080') });
  const watching = new Watching(cwd, 'plan', '--watch');
  await watching.until(() => watching.err.includes("there is no 'prt' here") && watching.err.includes('watching'));
  writeFileSync(join(cwd, 'canary.yaml'), spec('checkout'));
  await watching.until(() => watching.out.includes('promoted'));
  expect(await watching.stop()).toBe(0);
});

test('what synth writes starts no run', async () => {
  const cwd = folderWith({ 'canary.yaml': spec('checkout') });
  const watching = new Watching(cwd, 'synth', '--output', 'rendered', '--watch');
  await watching.until(() => watching.err.includes('watching'));
  await new Promise((done) => setTimeout(done, 500));
  expect(watching.err).not.toContain('has changed');
  rmSync(join(cwd, 'rendered'), { recursive: true });
  writeFileSync(join(cwd, 'canary.yaml'), `${spec('checkout')}# changed\n`);
  await watching.until(() => watching.err.includes('canary.yaml has changed'));
  expect(await watching.stop()).toBe(0);
});

test('standard input cannot be watched', async () => {
  expect(await runCli(['lint', '--watch', '-'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('--watch needs files'),
  });
});
