import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isCutOff, recover } from '../../src/synth/commit';
import { lock } from '../../src/synth/lock';
import { Folder, PROGRAM, spec } from './run';
import { sample } from '../sample';

let folder: Folder;
afterEach(() => folder.remove());

/** Runs synth with a fault at a certain change of the file system. */
function synthWith(fault: string) {
  const args = ['--require', join(__dirname, 'fault.cjs'), PROGRAM, 'synth', 'apps', '-o', 'dist', '--prune'];
  const env = { ...process.env, FAULT: fault };
  const { status, signal, stderr } = spawnSync(process.execPath, args, { cwd: folder.path, env, encoding: 'utf8' });
  return { status, signal, stderr };
}

const folders = () =>
  readdirSync(join(folder.path, 'dist'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !join(entry.parentPath, entry.name).includes('.cdk8s-canary'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** A folder as it was rendered, and specs that change one file, remove one, and add one in a folder of its own. */
function begun() {
  folder = new Folder({
    'apps/stays.canary.yaml': spec('stays'),
    'apps/changes.canary.yaml': spec('changes'),
    'apps/goes.canary.yaml': spec('goes', '', 'left'),
    'dist/shop/foreign.yaml': 'kept: true\n',
  });
  folder.run('synth', 'apps', '-o', 'dist', '--prune');
  const old = folder.snapshot('dist');
  rmSync(join(folder.path, 'apps/goes.canary.yaml'));
  folder.write({
    'apps/changes.canary.yaml': spec('changes', '  replicas: 9\n'),
    'apps/comes.canary.yaml': spec('comes', '', 'entered'),
  });
  folder.run('synth', 'apps', '-o', 'new');
  const fresh = { ...folder.snapshot('new'), 'shop/foreign.yaml': 'kept: true\n' };
  rmSync(join(folder.path, 'new'), { recursive: true });
  spawnSync('cp', ['-a', 'dist', 'kept'], { cwd: folder.path });
  const again = () => {
    rmSync(join(folder.path, 'dist'), { recursive: true });
    spawnSync('cp', ['-a', 'kept', 'dist'], { cwd: folder.path });
  };
  const { stderr } = synthWith('count:0');
  expect(folder.snapshot('dist')).toEqual(fresh);
  const changes = Number(/changes: (\d+)/.exec(stderr)?.[1]);
  expect(changes).toBeGreaterThan(15);
  again();
  return { old, fresh, changes, again };
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);

describe('what synth leaves', () => {
  test('is all or nothing, at whichever change of the file system it is killed', () => {
    const { old, fresh, changes, again } = begun();
    const left = new Set<string>();
    for (const at of sample(upTo(changes), 2)) {
      expect(synthWith(`kill:${at}`).signal).toBe('SIGKILL');
      if (!isCutOff(join(folder.path, 'dist'))) expect([old, fresh]).toContainEqual(folder.snapshot('dist'));
      else left.add('cut off');
      recover(join(folder.path, 'dist'));
      const now = folder.snapshot('dist');
      expect([old, fresh]).toContainEqual(now);
      left.add(now['shop/changes.yaml'] === old['shop/changes.yaml'] ? 'old' : 'new');
      again();
    }
    expect([...left].sort()).toEqual(['cut off', 'new', 'old']);
  }, 120_000);

  test('is what there was, at whichever change of the file system the disk is full', () => {
    const { old, fresh, changes, again } = begun();
    const before = folders();
    const left = new Set<number | null>();
    for (const at of sample(upTo(changes), 2)) {
      const { status, stderr } = synthWith(`full:${at}`);
      left.add(status);
      expect(isCutOff(join(folder.path, 'dist'))).toBe(false);
      expect(folder.snapshot('dist')).toEqual(status === 0 ? fresh : old);
      if (status !== 0) {
        expect(stderr).toContain('cdk8s-canary: dist: there is no room left on the disk');
        expect(stderr).toContain('nothing was changed');
        expect(folders()).toEqual(before);
      }
      again();
    }
    expect([...left].sort()).toEqual([0, 2]);
  }, 120_000);

  test('is whole when many run at once: one after the other, or refused', async () => {
    folder = new Folder(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`a${i}.canary.yaml`, spec(`a${i}`)])));
    const runs = Array.from(
      { length: 4 },
      () =>
        new Promise<{ code: number | null; err: string }>((done) => {
          const child = spawn(process.execPath, [PROGRAM, 'synth', '-o', 'dist'], { cwd: folder.path });
          let err = '';
          child.stderr.on('data', (text) => (err += String(text)));
          child.on('exit', (code) => done({ code, err }));
        }),
    );
    const outcomes = await Promise.all(runs);
    expect(outcomes.some(({ code }) => code === 0)).toBe(true);
    for (const { code, err } of outcomes) {
      if (code !== 0) expect(err).toMatch(/dist is being written by process \d+; wait for it/);
    }
    const made = folder.snapshot('dist');
    folder.run('synth', '-o', 'fresh');
    expect(made).toEqual(folder.snapshot('fresh'));
    expect(readdirSync(join(folder.path, 'dist/.cdk8s-canary')).sort()).toEqual(['.gitignore', 'cache']);
  });
});

describe('the lock of a folder', () => {
  test('is held by a living process alone', () => {
    folder = new Folder({ 'dist/.cdk8s-canary/lock': '999999999' });
    const dist = join(folder.path, 'dist');
    const unlock = lock(dist);
    expect(folder.read('dist/.cdk8s-canary/lock')).toBe(String(process.pid));
    unlock();
    folder.write({ 'dist/.cdk8s-canary/lock': String(process.ppid) });
    expect(() => lock(dist)).toThrow(`is being written by process ${process.ppid}; wait for it`);
    expect(folder.read('dist/.cdk8s-canary/lock')).toBe(String(process.ppid));
  });
});

describe('foreign files that are committed next to the manifests', () => {
  test.each([
    ['a link in place of the private folder', (dist: string) => symlinkSync('../victim', join(dist, '.cdk8s-canary'))],
    [
      'a link in the private folder',
      (dist: string) => {
        mkdirSync(join(dist, '.cdk8s-canary'));
        symlinkSync('../../victim/staging/keep', join(dist, '.cdk8s-canary/cache.new'));
      },
    ],
  ])('is not followed: %s', (_, make) => {
    folder = new Folder({ 'a.canary.yaml': spec('a'), 'victim/staging/keep': 'x', 'dist/.keep': '' });
    make(join(folder.path, 'dist'));
    const { code, err } = folder.run('synth', '-o', 'dist');
    expect(code).toBe(2);
    expect(err).toContain('is not what synth left there; delete it');
    expect(folder.snapshot('victim')).toEqual({ 'staging/keep': 'x' });
  });

  test.each([
    [{ moves: [['../secret', 'shop/a.yaml']], deletes: [] }, 'names paths outside of the folder'],
    [{ moves: [['.cdk8s-canary/staging/../../../secret', 'a.yaml']], deletes: [] }, 'names paths outside'],
    [{ moves: [['.cdk8s-canary/staging/0', '../secret']], deletes: [] }, 'names paths outside of the folder'],
    [{ moves: [], deletes: ['../secret'] }, 'names paths outside of the folder'],
    [{ moves: 1 }, 'is no journal of synth'],
  ])('is not obeyed: the journal %j', (journal, message) => {
    folder = new Folder({
      'a.canary.yaml': spec('a'),
      secret: 'x',
      'dist/.cdk8s-canary/journal': JSON.stringify(journal),
    });
    const { code, err } = folder.run('synth', '-o', 'dist');
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(folder.read('secret')).toBe('x');
  });

  test('is not shown: what a link in place of a manifest sends requests to', () => {
    folder = new Folder({ 'a.canary.yaml': spec('a'), secret: 'top secret\n', 'dist/shop/.keep': '' });
    symlinkSync('../../secret', join(folder.path, 'dist/shop/a.yaml'));
    for (const flags of [[], ['--check'], ['--diff']]) {
      const { code, out, err } = folder.run('synth', '-o', 'dist', ...flags);
      expect(code).toBe(2);
      expect(out + err).not.toContain('top secret');
      expect(err).toContain('dist/shop/a.yaml is a symbolic link');
    }
  });
});
