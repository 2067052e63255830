import { spawnSync } from 'node:child_process';
import fs, { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lock } from '../../src/synth/lock';
import { Folder } from '../cli/run';

let folder: Folder;
let out: string;
beforeEach(() => {
  folder = new Folder({});
  out = join(folder.path, 'out');
});
afterEach(() => {
  jest.restoreAllMocks();
  folder.remove();
});

const state = (...names: string[]) => join(out, '.cdk8s-canary', ...names);
const held = () => readFileSync(state('lock'), 'utf8');
const refusal = (code: string | undefined) => Object.assign(new Error(`${code}: refused`), { code });
/** A process that has ended, and one that runs as long as this one. */
const ended = spawnSync(process.execPath, ['-e', '']).pid;
const alive = process.ppid;

function hold(text: string): void {
  mkdirSync(state(), { recursive: true });
  writeFileSync(state('lock'), text);
}

/** Has links fail, the given number of times. */
function withoutLinks(error: Error, times = Infinity): jest.SpyInstance {
  const real = fs.linkSync;
  let count = 0;
  return jest.spyOn(fs, 'linkSync').mockImplementation((from, to) => {
    if (count++ < times) throw error;
    real(from, to);
  });
}

describe('a lock', () => {
  test('names its process, and is gone when it is released', () => {
    const unlock = lock(out);
    expect(held()).toBe(String(process.pid));
    expect(readdirSync(state()).sort()).toEqual(['.gitignore', 'lock']);
    expect(readFileSync(state('.gitignore'), 'utf8')).toBe('*\n');
    unlock();
    expect(readdirSync(state())).toEqual(['.gitignore']);
    // Released twice is released.
    expect(unlock).not.toThrow();
  });

  test('of a process that runs is waited for, and stays', () => {
    hold(String(alive));
    expect(() => lock(out)).toThrow(new Error(`${out} is being written by process ${alive}; wait for it`));
    expect(held()).toBe(String(alive));
    expect(readdirSync(state()).sort()).toEqual(['.gitignore', 'lock']);
  });

  test('of a process that another user runs is waited for', () => {
    hold('4242');
    const kill = jest.spyOn(process, 'kill').mockImplementation(() => {
      throw refusal('EPERM');
    });
    expect(() => lock(out)).toThrow(new Error(`${out} is being written by process 4242; wait for it`));
    expect(kill.mock.calls).toEqual([[4242, 0]]);
  });

  test.each<[string, string]>([
    ['a process that has ended', String(ended)],
    ['this process, which left it', String(process.pid)],
    ['nobody', ''],
    ['process 0', '0'],
    ['a group of processes', '-1'],
    ['half a process', '1.5'],
    ['what is no number', 'somebody'],
  ])('of %s is taken over', (_, text) => {
    hold(text);
    const kill = jest.spyOn(process, 'kill');
    const unlock = lock(out);
    expect(held()).toBe(String(process.pid));
    expect(readdirSync(state()).sort()).toEqual(['.gitignore', 'lock']);
    // 0 and -1 are not one process: a signal would reach many.
    expect(kill.mock.calls).toEqual(text === String(ended) ? [[ended, 0]] : []);
    unlock();
    expect(existsSync(state('lock'))).toBe(false);
  });

  test('that has just been released is tried again', () => {
    const links = withoutLinks(refusal('EEXIST'), 3);
    lock(out);
    expect(links).toHaveBeenCalledTimes(4);
    expect(links).toHaveBeenCalledWith(state(`lock.${process.pid}`), state('lock'));
    expect(held()).toBe(String(process.pid));
  });

  test('that comes back ten times is left to its holder', () => {
    hold(String(ended));
    const links = withoutLinks(refusal('EEXIST'));
    jest.spyOn(fs, 'renameSync').mockImplementation(() => {
      throw refusal('ENOENT');
    });
    expect(() => lock(out)).toThrow(new Error(`${out} is being written by process ${ended}; wait for it`));
    expect(links).toHaveBeenCalledTimes(11);
    expect(readdirSync(state()).sort()).toEqual(['.gitignore', 'lock']);
  });

  test('that is newer than the one that was found is put back', () => {
    hold(String(ended));
    const real = fs.renameSync;
    jest.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      // Another process was faster, and holds it by now.
      writeFileSync(from, String(alive));
      real(from, to);
    });
    expect(() => lock(out)).toThrow(new Error(`${out} is being written by process ${alive}; wait for it`));
    expect(held()).toBe(String(alive));
    expect(readdirSync(state()).sort()).toEqual(['.gitignore', 'lock']);
  });
});

describe('on a file system without links, a lock', () => {
  test.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])('is written (%s)', (code) => {
    withoutLinks(refusal(code));
    lock(out);
    expect(held()).toBe(String(process.pid));
    expect(readdirSync(state()).sort()).toEqual(['.gitignore', 'lock']);
  });

  test('of a process that runs is waited for', () => {
    hold(String(alive));
    withoutLinks(refusal('EPERM'));
    expect(() => lock(out)).toThrow(new Error(`${out} is being written by process ${alive}; wait for it`));
    expect(held()).toBe(String(alive));
  });

  test('of a process that has ended is taken over', () => {
    hold(String(ended));
    withoutLinks(refusal('EPERM'));
    lock(out);
    expect(held()).toBe(String(process.pid));
  });

  test('that cannot be written either is an error', () => {
    withoutLinks(refusal('EPERM'));
    const real = fs.writeFileSync;
    jest.spyOn(fs, 'writeFileSync').mockImplementation((path, text, options) => {
      if (path === state('lock')) throw refusal('ENOSPC');
      real(path, text, options);
    });
    expect(() => lock(out)).toThrow('ENOSPC: refused');
    expect(readdirSync(state())).toEqual(['.gitignore']);
  });

  test.each(['EIO', 'ENOSPC', undefined])('is not tried where the link has failed otherwise (%s)', (code) => {
    withoutLinks(refusal(code));
    expect(() => lock(out)).toThrow(`${code}: refused`);
    expect(readdirSync(state())).toEqual(['.gitignore']);
  });
});

describe('the folder of the state', () => {
  const refused = (path: string) => new Error(`${path} is not what synth left there; delete it`);

  test('is refused where it is a link', () => {
    mkdirSync(out);
    mkdirSync(join(folder.path, 'elsewhere'));
    symlinkSync('../elsewhere', state());
    expect(() => lock(out)).toThrow(refused(state()));
    expect(readdirSync(join(folder.path, 'elsewhere'))).toEqual([]);
  });

  test('is refused where it is a file', () => {
    folder.write({ 'out/.cdk8s-canary': '' });
    expect(() => lock(out)).toThrow(refused(state()));
  });

  test('is refused where a link is in it', () => {
    folder.write({ 'out/.cdk8s-canary/a': '' });
    symlinkSync('../../a', state('cache'));
    expect(() => lock(out)).toThrow(refused(state('cache')));
  });

  test('is refused where a pipe is in it', () => {
    mkdirSync(state(), { recursive: true });
    expect(spawnSync('mkfifo', [state('lock')]).status).toBe(0);
    expect(() => lock(out)).toThrow(refused(state('lock')));
  });

  test('may have files and folders in it', () => {
    folder.write({ 'out/.cdk8s-canary/cache': 'x', 'out/.cdk8s-canary/staging/0-0': 'y' });
    lock(out);
    expect(readdirSync(state()).sort()).toEqual(['.gitignore', 'cache', 'lock', 'staging']);
  });
});
