import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Folder, PROGRAM } from './run';

const spec = (name: string): string => `apiVersion: cdk8s-canary.dev/v1
kind: CanaryApp
metadata: { name: ${name}, namespace: shop }
spec:
  image: registry.example.com/shop:1
  port: 8080
  hosts: [${name}.example.com]
  prometheus: http://prometheus:9090
`;
const apps = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`apps/a${i}/canary.yaml`, spec(`a${i}`)]));

let folder: Folder;
afterEach(() => folder.remove());

/** What is in the folder for temporary files. */
const left = (): string[] => readdirSync(join(folder.path, 'tmp'));

/** A program that has ended may still be listed, without its arguments, until its parent takes note. */
function isRunning(pid: string): boolean {
  const arguments_ = `/proc/${pid}/cmdline`;
  return existsSync(arguments_) && readFileSync(arguments_, 'utf8') !== '';
}

describe.each<NodeJS.Signals>(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s', (signal) => {
  test('leaves no folder and no program of a rendering behind', async () => {
    folder = new Folder({
      'overlay/kustomization.yaml': 'resources: [a.yaml]\n',
      'overlay/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n',
      'bin/kustomize': `#!/bin/sh\necho $$ > ${'${TMPDIR}'}/../../started\nexec /bin/sleep 60\n`,
    });
    chmodSync(join(folder.path, 'bin/kustomize'), 0o755);
    mkdirSync(join(folder.path, 'tmp'));
    const child = spawn(process.execPath, [PROGRAM, 'lint', 'overlay'], {
      cwd: folder.path,
      env: { ...process.env, PATH: join(folder.path, 'bin'), TMPDIR: join(folder.path, 'tmp') },
      stdio: 'ignore',
    });
    const ended = new Promise<[number | null, NodeJS.Signals | null]>((done) =>
      child.once('exit', (...how) => done(how)),
    );
    const started = join(folder.path, 'started');
    while (!existsSync(started) || readFileSync(started, 'utf8') === '') await wait(10);
    expect(left()).not.toEqual([]);
    child.kill(signal);
    expect(await ended).toEqual([null, signal]);
    expect(left()).toEqual([]);
    await wait(200);
    expect(isRunning(readFileSync(started, 'utf8').trim())).toBe(false);
  });
});

test.each([
  ['synth --check', ['synth', 'apps', '--check', '--output', 'out']],
  ['synth to standard output', ['synth', 'apps', '--output', '-']],
  ['plan', ['plan', 'apps']],
  ['lint', ['lint', 'apps']],
])('%s needs no folder for temporary files, so that nothing is left there whatever ends it', (_what, args) => {
  folder = new Folder(apps(3));
  const results = [tmpdir(), join(folder.path, 'none')].map((temporary) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
      cwd: folder.path,
      env: { ...process.env, TMPDIR: temporary },
      encoding: 'utf8',
    });
    return { status, stdout, stderr };
  });
  expect(results[1]).toEqual(results[0]);
  expect(results[0].stdout).not.toBe('');
});

test('rehearse says that TMPDIR is missing', () => {
  folder = new Folder(apps(1));
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, 'rehearse', 'apps'], {
    cwd: folder.path,
    env: { ...process.env, TMPDIR: join(folder.path, 'none') },
    encoding: 'utf8',
  });
  expect(stderr).toContain('no temporary folder can be made in');
  expect(stderr).not.toContain('this is a defect');
  expect(status).toBe(2);
});
