import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replaceProblem, replaceTextFile } from '../../src/formats/replace-file';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'replace-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

test('a file is replaced at once, keeps its permissions, and nothing else is left', () => {
  const path = file('a.yaml', 'old');
  chmodSync(path, 0o640);
  expect(replaceProblem(path, 'old')).toBeUndefined();
  const { ino } = statSync(path);
  replaceTextFile(path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o640);
  // Another file took its place, so that a reader never finds half of one.
  expect(statSync(path).ino).not.toBe(ino);
  expect(readdirSync(folder)).toEqual(['a.yaml']);
});

test('a file is not replaced through a link', () => {
  const target = file('target.yaml', 'old');
  symlinkSync(target, join(folder, 'link.yaml'));
  expect(replaceProblem(join(folder, 'link.yaml'), 'old')).toMatch(/symbolic link/);
});

test('bytes that are not UTF-8 are not lost', () => {
  const bytes = Buffer.from([0x61, 0x3a, 0x20, 0xff, 0x0a]);
  const path = file('a.yaml', bytes);
  expect(replaceProblem(path, bytes.toString('utf8'))).toMatch(/not UTF-8/);
});

test('what has changed since it was read is not replaced', () => {
  expect(replaceProblem(file('a.yaml', 'newer'), 'old')).toMatch(/has changed/);
  expect(replaceProblem(join(folder, 'gone.yaml'), 'old')).toMatch(/no such file/);
});

test('a byte order mark and CRLF stay', () => {
  const text = '\ufeffa: 1\r\n';
  expect(replaceProblem(file('a.yaml', text), text)).toBeUndefined();
});

test('where the folder cannot be written to, the file stays as it is', () => {
  const path = file('a.yaml', 'old');
  expect(() => replaceTextFile(join(folder, 'none', 'a.yaml'), 'new')).toThrow(/no such file/);
  expect(readFileSync(path, 'utf8')).toBe('old');
});
