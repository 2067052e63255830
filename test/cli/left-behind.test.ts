import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
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

describe.each<NodeJS.Signals>(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s', (signal) => {
  test.each([
    ['synth --check', ['synth', 'apps', '--check', '--output', 'out']],
    ['synth to standard output', ['synth', 'apps', '--output', '-']],
    ['plan of canary files', ['plan', 'apps']],
  ])('%s leaves nothing behind', async (_what, args) => {
    folder = new Folder(apps(60));
    mkdirSync(join(folder.path, 'tmp'));
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: folder.path,
      env: { ...process.env, TMPDIR: join(folder.path, 'tmp') },
      stdio: 'ignore',
    });
    const ended = new Promise<[number | null, NodeJS.Signals | null]>((done) =>
      child.once('exit', (...how) => done(how)),
    );
    // As soon as there is something that could be left.
    while (left().length === 0 && child.exitCode === null) await wait(2);
    expect(left()).not.toEqual([]);
    child.kill(signal);
    const [code, by] = await ended;
    // It may have come to its end before the signal reached it.
    expect([signal, null]).toContain(by);
    expect(by === null ? [0, 1] : [null]).toContain(code);
    expect(left()).toEqual([]);
  });
});

test.each([
  ['synth', ['synth', 'apps', '--check', '--output', 'out']],
  ['plan', ['plan', 'apps']],
])('%s says that TMPDIR is missing', (_what, args) => {
  folder = new Folder(apps(1));
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: folder.path,
    env: { ...process.env, TMPDIR: join(folder.path, 'none') },
    encoding: 'utf8',
  });
  expect(stderr).toContain('no temporary folder can be made in');
  expect(stderr).not.toContain('this is a defect');
  expect(status).toBe(2);
});
