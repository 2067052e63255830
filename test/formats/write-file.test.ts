import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { writeWholeFile } from '../../src/formats/write-file';
import { folderWith } from '../cli/run-cli';

const read = (path: string): string => readFileSync(path, 'utf8');

test('a file is made, and replaced as another file that keeps its permissions', () => {
  const folder = folderWith({});
  const path = join(folder, 'a');
  writeWholeFile(path, 'old');
  chmodSync(path, 0o640);
  const { ino } = statSync(path);
  writeWholeFile(path, 'new');
  expect([read(path), statSync(path).mode & 0o777, readdirSync(folder)]).toEqual(['new', 0o640, ['a']]);
  // Whoever reads the old file reads it to its end.
  expect(statSync(path).ino).not.toBe(ino);
});

test('a link stays, and its target is written', () => {
  const folder = folderWith({ target: 'old' });
  symlinkSync('target', join(folder, 'link'));
  writeWholeFile(join(folder, 'link'), 'new');
  expect([read(join(folder, 'target')), lstatSync(join(folder, 'link')).isSymbolicLink()]).toEqual(['new', true]);
});

test('a new file takes the place of none, and leaves nothing behind', () => {
  const folder = folderWith({ a: 'kept' });
  symlinkSync('nowhere', join(folder, 'b'));
  for (const name of ['a', 'b'])
    expect(() => writeWholeFile(join(folder, name), 'x', { isNew: true })).toThrow('EEXIST');
  writeWholeFile(join(folder, 'c'), 'x', { isNew: true });
  expect([read(join(folder, 'a')), readdirSync(folder)]).toEqual(['kept', ['a', 'b', 'c']]);
});

test('a file clears away what killed processes left beside it, and nothing else', () => {
  const dead = spawnSync('true').pid;
  const of = (pid: number, hex: string) => `.cdk8s-canary-${pid}-${hex.repeat(16)}.tmp`;
  const old = {
    [of(dead, 'a')]: 'half of a text',
    [of(process.pid, 'b')]: 'of a process that is running',
    [`.cdk8s-canary-${dead}-notes.tmp`]: 'of the user',
    'a.tmp': 'of the user',
  };
  const folder = folderWith({ ...old, [of(dead, 'c')]: 'just written, perhaps in another container' });
  for (const name of Object.keys(old)) utimesSync(join(folder, name), new Date(0), new Date(0));
  symlinkSync('a.tmp', join(folder, of(dead, 'd')));
  writeWholeFile(join(folder, 'file'), 'x');
  const left = [...Object.keys(old).slice(1), of(dead, 'c'), of(dead, 'd'), 'file'];
  expect(readdirSync(folder).sort()).toEqual(left.sort());
});

test('a device is written to', () => {
  writeWholeFile('/dev/null', 'x');
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});

test('an error names the file that was asked for', () => {
  const folder = folderWith({});
  mkdirSync(join(folder, 'a'));
  expect(() => writeWholeFile(join(folder, 'a'), 'x')).toThrow(/^EISDIR.*\/a'$/);
  expect(() => writeWholeFile(join(folder, 'none/a'), 'x')).toThrow(/^ENOENT.*none\/a'$/);
});

test('a full disk leaves the old text', () => {
  const folder = folderWith({});
  const path = join(folder, 'a');
  writeFileSync(path, 'old');
  const program = `require('esbuild').buildSync({ entryPoints: ['src/formats/write-file.ts'], bundle: true, platform: 'node', outfile: ${JSON.stringify(join(folder, 'w.cjs'))}, logLevel: 'error' });
require(${JSON.stringify(join(folder, 'w.cjs'))}).writeWholeFile(${JSON.stringify(path)}, 'x'.repeat(8e6));`;
  // A limit of the size of files that the process writes stands for the disk; it leaves room for the bundle.
  const script = `trap '' XFSZ; ulimit -f 4000; exec "$@"`;
  const { status } = spawnSync('bash', ['-c', script, 'bash', process.execPath, '-e', program], {
    cwd: join(__dirname, '../..'),
    encoding: 'utf8',
  });
  expect(status).not.toBe(0);
  expect([read(path), readdirSync(folder).sort()]).toEqual(['old', ['a', 'w.cjs']]);
});
