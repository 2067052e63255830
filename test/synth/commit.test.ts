import fs, { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { sealOf } from '../../src/formats/seal';
import { STAGING, commit, isCutOff, recover } from '../../src/synth/commit';
import { SUMS, StagedFile, Sums, sha256, writeSums } from '../../src/synth/output';
import { Folder } from '../cli/run';

let folder: Folder;
let out: string;
beforeEach(() => {
  folder = new Folder({});
  out = join(folder.path, 'out');
  mkdirSync(join(out, STAGING), { recursive: true });
});
afterEach(() => {
  jest.restoreAllMocks();
  folder.remove();
});

const journal = () => join(out, '.cdk8s-canary/journal');
const at = (path: string) => join(out, path);

function write(files: Record<string, string>): void {
  folder.write(Object.fromEntries(Object.entries(files).map(([path, text]) => [`out/${path}`, text])));
}

/** Rendered files that wait, and the list of them. */
function staged(files: Record<string, string>): { files: StagedFile[]; sums: Sums } {
  const waiting = Object.entries(files).map(([path, text], i) => {
    const name = `${STAGING}/0-${i}`;
    writeFileSync(at(name), text);
    return { path, sha256: sha256(text), staged: name };
  });
  return { files: waiting, sums: new Map(waiting.map(({ path, sha256: sum }) => [path, { sha256: sum }])) };
}

/** Every file with its text, and every folder; by default but for the state of this machine. */
function tree(root = '', ours = false): Record<string, string> {
  return Object.fromEntries(
    readdirSync(at(root), { recursive: true, withFileTypes: true })
      .map((entry) => [relative(out, join(entry.parentPath, entry.name)), entry] as const)
      .filter(([path]) => ours || !path.startsWith('.cdk8s-canary/'))
      .filter(([path]) => path !== '.cdk8s-canary')
      .map(([path, entry]) => (entry.isFile() ? [path, readFileSync(at(path), 'utf8')] : [`${path}/`, ''])),
  );
}

const refusal = (code: string | undefined) => Object.assign(new Error(`${code}: refused`), { code });

/** Has a function of the file system fail for the paths that a test names; all else works. */
function failing<K extends 'linkSync' | 'mkdirSync' | 'renameSync' | 'rmSync' | 'writeFileSync' | 'fsyncSync'>(
  name: K,
  fails: (...args: unknown[]) => boolean,
  error: Error,
): jest.SpyInstance {
  const real = fs[name] as (...args: unknown[]) => unknown;
  return jest.spyOn(fs, name as 'rmSync').mockImplementation(((...args: unknown[]) => {
    if (fails(...args)) throw error;
    return real(...args);
  }) as typeof fs.rmSync);
}

describe('a commit', () => {
  test('moves rendered files into new folders, with the list of their sums', () => {
    const { files, sums } = staged({ 'shop/a.yaml': 'a: 1\n', 'top.yaml': 't: 1\n', 'x/y/z.yaml': 'z: 1\n' });
    commit(out, files, [], sums);
    expect(tree()).toEqual({
      [SUMS]: writeSums(sums),
      'shop/': '',
      'shop/a.yaml': 'a: 1\n',
      'top.yaml': 't: 1\n',
      'x/': '',
      'x/y/': '',
      'x/y/z.yaml': 'z: 1\n',
    });
    expect(tree(STAGING, true)).toEqual({ [`${STAGING}/old/`]: '' });
    expect(readdirSync(at('.cdk8s-canary'))).toEqual(['staging']);
  });

  test('writes the list that it is told to', () => {
    commit(out, [], [], staged({}).sums, '.cdk8s-canary.sums.1-of-2');
    expect(tree()).toEqual({ '.cdk8s-canary.sums.1-of-2': '' });
  });

  test('keeps what it replaces and removes by a second name, in the order of the journal', () => {
    write({ 'shop/a.yaml': 'old a\n', 'shop/gone.yaml': 'old gone\n', [SUMS]: 'old sums\n' });
    const { files, sums } = staged({ 'shop/new.yaml': 'new\n', 'shop/a.yaml': 'new a\n' });
    commit(out, files, ['shop/gone.yaml'], sums);
    expect(tree()).toEqual({
      [SUMS]: writeSums(sums),
      'shop/': '',
      'shop/a.yaml': 'new a\n',
      'shop/new.yaml': 'new\n',
    });
    const old = `${STAGING}/old`;
    expect(tree(old, true)).toEqual({
      [`${old}/1`]: 'old a\n',
      [`${old}/2`]: 'old sums\n',
      [`${old}/3`]: 'old gone\n',
    });
  });

  test('removes folders that become empty, up to one that does not, and never the output folder', () => {
    write({ 'a/b/c/x.yaml': '', 'a/keep.yaml': '', 'd/e/y.yaml': '', 'd/e/z.yaml': '', 'top.yaml': '' });
    mkdirSync(at('f/g'), { recursive: true });
    mkdirSync(at('empty'));
    const deletes = ['a/b/c/x.yaml', 'd/e/y.yaml', 'd/e/z.yaml', 'top.yaml', 'f/g/h/never-was.yaml'];
    commit(out, [], deletes, new Map());
    expect(tree()).toEqual({ [SUMS]: '', 'a/': '', 'a/keep.yaml': '', 'empty/': '' });
    expect(existsSync(out)).toBe(true);
  });

  test.each([
    ['a folder', 'shop/a.yaml', { 'shop/': '' }],
    ['a folder in a folder', 'shop/x/a.yaml', { 'shop/': '', 'shop/x/': '' }],
  ])('lets a file that is no longer made give way to %s', (_, path, folders) => {
    write({ shop: 'a file\n', other: '' });
    const { files, sums } = staged({ [path]: 'a: 1\n' });
    commit(out, files, ['other', 'shop'], sums);
    expect(tree()).toEqual({ [SUMS]: writeSums(sums), ...folders, [path]: 'a: 1\n' });
  });

  test('says in the journal all that is to be done, before anything is', () => {
    write({ 'gone.yaml': 'old\n' });
    const { files, sums } = staged({ 'shop/a.yaml': 'a: 1\n' });
    const seen: unknown[] = [];
    const real = fs.rmSync;
    jest.spyOn(fs, 'rmSync').mockImplementation((path, options) => {
      if (path === at('gone.yaml')) seen.push(JSON.parse(readFileSync(journal(), 'utf8')), isCutOff(out));
      real(path, options);
    });
    const synced = jest.spyOn(fs, 'fsyncSync');
    const closed = jest.spyOn(fs, 'closeSync');
    commit(out, files, ['gone.yaml'], sums);
    expect(seen).toEqual([
      {
        seal: sealOf(at('.cdk8s-canary')),
        moves: [
          [`${STAGING}/0-0`, 'shop/a.yaml'],
          [`${STAGING}/sums`, SUMS],
        ],
        deletes: ['gone.yaml'],
      },
      true,
    ]);
    expect(synced).toHaveBeenCalledTimes(1);
    expect(closed).toHaveBeenCalledWith(synced.mock.calls[0][0]);
    expect(isCutOff(out)).toBe(false);
  });

  test('refuses what is in the way before it changes anything', () => {
    write({ shop: 'a file\n' });
    mkdirSync(at('folder.yaml'));
    const one = staged({ 'shop/a.yaml': 'a: 1\n' });
    expect(() => commit(out, one.files, [], one.sums)).toThrow(
      `${at('shop')} is a file, where a folder is needed; move it away`,
    );
    expect(() => commit(out, [], ['folder.yaml'], new Map())).toThrow(
      `${at('folder.yaml')} is a folder, where a file is needed; move it away`,
    );
    expect(tree()).toEqual({ shop: 'a file\n', 'folder.yaml/': '' });
  });
});

describe('a commit that fails changes nothing', () => {
  let before: Record<string, string>;
  let files: StagedFile[];
  let sums: Sums;
  const deletes = ['shop/gone.yaml', 'lone/gone.yaml'];
  beforeEach(() => {
    write({ 'shop/a.yaml': 'old a\n', 'shop/gone.yaml': 'old\n', 'lone/gone.yaml': 'lone\n', [SUMS]: 'old sums\n' });
    // It was there before, so that it stays although it is empty.
    mkdirSync(at('empty'));
    before = tree();
    ({ files, sums } = staged({
      'shop/a.yaml': 'new a\n',
      'new/deep/b.yaml': 'b\n',
      'empty/c.yaml': 'c\n',
      'other/d.yaml': 'd\n',
    }));
  });
  const is = (path: string) => (given: unknown) => given === at(path);
  const to = (path: string) => (_: unknown, given: unknown) => given === at(path);

  test.each<[string, 'mkdirSync' | 'writeFileSync' | 'linkSync' | 'renameSync', (...args: unknown[]) => boolean]>([
    ['a folder', 'mkdirSync', (path) => is('other')(path)],
    ['the list', 'writeFileSync', (path) => is(`${STAGING}/sums`)(path)],
    ['the folder of what is replaced', 'mkdirSync', (path) => is(`${STAGING}/old`)(path)],
    ['a second name', 'linkSync', (path) => is('shop/gone.yaml')(path)],
    ['the journal', 'writeFileSync', (path) => is('.cdk8s-canary/journal.new')(path)],
    ['the name of the journal', 'renameSync', (_, path) => to('.cdk8s-canary/journal')(_, path)],
    ['the first file', 'renameSync', (_, path) => to('shop/a.yaml')(_, path)],
    ['a later file', 'renameSync', (_, path) => to('empty/c.yaml')(_, path)],
    ['the list in its place', 'renameSync', (_, path) => to(SUMS)(_, path)],
  ])('with %s', (_, name, fails) => {
    const error = refusal('ENOSPC');
    // Once, as on a disk that has room again: what is taken back needs the same calls.
    let count = 0;
    failing(name, (...args) => fails(...args) && count++ === 0, error);
    expect(() => commit(out, files, deletes, sums)).toThrow(error);
    expect(tree()).toEqual(before);
    expect(isCutOff(out)).toBe(false);
    // The next attempt of the same run finds all of it.
    for (const file of files) expect(sha256(readFileSync(at(file.staged)))).toBe(file.sha256);
  });

  test('where the journal is in its place, but that cannot be told', () => {
    const real = fs.renameSync;
    jest.spyOn(fs, 'renameSync').mockImplementation((from, path) => {
      real(from, path);
      if (path === journal()) throw refusal('EIO');
    });
    expect(() => commit(out, files, deletes, sums)).toThrow('EIO: refused');
    expect(tree()).toEqual(before);
    expect(isCutOff(out)).toBe(false);
  });

  test('where folders are empty and removed by then', () => {
    let count = 0;
    const removed = failing('rmSync', (path) => path === journal() && count++ === 0, refusal('EIO'));
    expect(() => commit(out, files, deletes, sums)).toThrow('EIO: refused');
    expect(removed).toHaveBeenCalledWith(journal(), { force: true });
    expect(tree()).toEqual(before);
    expect(isCutOff(out)).toBe(false);
  });

  test.each<[string, 'renameSync' | 'rmSync', (...args: unknown[]) => boolean]>([
    ['with a file in the folder', 'renameSync', (_, path) => path === at('blocked/b.yaml')],
    ['with the file itself', 'rmSync', (path) => path === at('blocked')],
  ])('where a file was to give way to a folder, %s', (_, name, fails) => {
    write({ blocked: 'a file\n' });
    before = tree();
    const more = staged({ 'blocked/x/a.yaml': 'a\n', 'blocked/b.yaml': 'b\n' });
    failing(name, fails, refusal('EIO'));
    expect(() => commit(out, more.files, ['none.yaml', 'blocked'], more.sums)).toThrow('EIO: refused');
    expect(tree()).toEqual(before);
    expect(isCutOff(out)).toBe(false);
  });

  test.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])('but for a disk without links (%s): it copies', (code) => {
    failing('linkSync', () => true, refusal(code));
    failing('renameSync', (_, path) => path === at(SUMS), refusal('EIO'));
    expect(() => commit(out, files, deletes, sums)).toThrow('EIO: refused');
    expect(tree()).toEqual(before);
    jest.restoreAllMocks();
    failing('linkSync', () => true, refusal(code));
    commit(out, files, deletes, sums);
    expect(readFileSync(at('shop/a.yaml'), 'utf8')).toBe('new a\n');
    expect(existsSync(at('lone'))).toBe(false);
  });

  test.each(['EACCES', 'EMLINK', undefined])('with an error of a link that has another reason (%s)', (code) => {
    const copied = jest.spyOn(fs, 'copyFileSync');
    failing('linkSync', () => true, refusal(code));
    expect(() => commit(out, files, deletes, sums)).toThrow(`${code}: refused`);
    expect(copied).not.toHaveBeenCalled();
    expect(tree()).toEqual(before);
  });
});

describe('a run that finds a journal', () => {
  const put = (text: unknown) =>
    write({ '.cdk8s-canary/journal': typeof text === 'string' ? text : JSON.stringify(text) });
  const sealed = (moves: unknown, deletes: unknown) => ({ seal: sealOf(at('.cdk8s-canary')), moves, deletes });
  const good: [string, string][] = [[`${STAGING}/0-0`, 'shop/a.yaml']];
  beforeEach(() => write({ [`${STAGING}/0-0`]: 'a: 1\n', 'gone/x.yaml': 'x\n' }));

  test('has nothing to do where there is none', () => {
    const before = tree('', true);
    expect(isCutOff(out)).toBe(false);
    expect(recover(out)).toBe('nothing');
    expect(recover(at('not-there'))).toBe('nothing');
    expect(tree('', true)).toEqual(before);
  });

  test('finishes what it says', () => {
    put(sealed(good, ['gone/x.yaml']));
    expect(isCutOff(out)).toBe(true);
    expect(recover(out)).toBe('finished');
    expect(tree()).toEqual({ 'shop/': '', 'shop/a.yaml': 'a: 1\n' });
    expect(isCutOff(out)).toBe(false);
  });

  test('finishes what was done in part', () => {
    write({ 'shop/b.yaml': 'b: 1\n' });
    put(sealed([...good, [`${STAGING}/0-1`, 'shop/b.yaml']], ['gone/y.yaml', 'gone/x.yaml']));
    expect(recover(out)).toBe('finished');
    expect(tree()).toEqual({ 'shop/': '', 'shop/a.yaml': 'a: 1\n', 'shop/b.yaml': 'b: 1\n' });
  });

  test.each([
    ['no seal', undefined],
    ['the seal of another folder', '1 1'],
    ['a seal that is no text', 1],
  ])('removes one with %s, and does nothing that it says', (_, seal) => {
    put({ ...sealed(good, ['gone/x.yaml']), seal });
    const before = tree();
    expect(recover(out)).toBe('foreign');
    expect(tree()).toEqual(before);
    expect(isCutOff(out)).toBe(false);
    expect(existsSync(at(`${STAGING}/0-0`))).toBe(true);
  });

  test.each<[string, unknown]>([
    ['nothing', ''],
    ['no JSON', 'moves: []'],
    ['half of it', '{"moves":[],"del'],
    ['null', null],
    ['an empty object', {}],
    ['no deletes', { moves: [] }],
    ['no moves', { deletes: [] }],
    ['moves that are no list', { moves: { flat: 1 }, deletes: [] }],
    ['a move without a target', { moves: [[`${STAGING}/0-0`]], deletes: [] }],
    ['a move with two targets', { moves: [[`${STAGING}/0-0`, 'a', 'b']], deletes: [] }],
    ['one such among good ones', { moves: [...good, [`${STAGING}/0-1`]], deletes: [] }],
    ['a source that is no text', { moves: [[1, 'a']], deletes: [] }],
    ['a target that is no text', { moves: [[`${STAGING}/0-0`, null]], deletes: [] }],
    ['a deletion that is no text', { moves: [], deletes: ['gone/x.yaml', 7] }],
    ['a text with a NUL byte', '{"moves":[],"deletes":[]}\0'],
  ])('refuses one that holds %s', (_, text) => {
    put(typeof text === 'object' && text !== null ? { seal: sealOf(at('.cdk8s-canary')), ...text } : text);
    const before = tree();
    const texts = JSON.stringify(text);
    expect(() => recover(out)).toThrow(`${journal()} is no journal of synth; delete it, and run synth again`);
    expect(tree()).toEqual(before);
    expect([isCutOff(out), JSON.stringify(text)]).toEqual([true, texts]);
  });

  test.each<[string, unknown, unknown]>([
    ['a source in its place', [['shop/a.yaml', 'shop/b.yaml']], []],
    ['a source beside the staged ones', [['.cdk8s-canary/staging-0', 'a']], []],
    ['the staging folder', [[STAGING, 'a']], []],
    ['nothing in the staging folder', [[`${STAGING}/`, 'a']], []],
    ['a source above the staging folder', [[`${STAGING}/../cache`, 'a']], []],
    ['a bad source after a good one', [...good, ['/etc/passwd', 'a']], []],
    ['a target above', [[`${STAGING}/0-0`, '../a.yaml']], []],
    ['a target at the root', [[`${STAGING}/0-0`, '/a.yaml']], []],
    ['a target in .git', [[`${STAGING}/0-0`, '.git/config']], []],
    ['a target in our state', [[`${STAGING}/0-0`, '.cdk8s-canary/cache']], []],
    ['a target without a name', [[`${STAGING}/0-0`, '']], []],
    ['a deletion above', good, ['gone/x.yaml', '../a.yaml']],
    ['a deletion in .git', good, ['.git/HEAD']],
  ])('refuses one that names %s', (_, moves, deletes) => {
    put(sealed(moves, deletes));
    const before = tree();
    expect(() => recover(out)).toThrow(
      `${journal()} names paths outside of the folder; delete it, and run synth again`,
    );
    expect(tree()).toEqual(before);
    expect(isCutOff(out)).toBe(true);
  });

  test.each<[string, [string, string][], string[]]>([
    ['a file', [[`${STAGING}/0-0`, 'link/a.yaml']], []],
    ['a deletion', [], ['link/a.yaml']],
  ])('refuses to follow a link to %s, and leaves it', (_, moves, deletes) => {
    mkdirSync(join(folder.path, 'elsewhere'));
    symlinkSync('../elsewhere', at('link'));
    put(sealed(moves, deletes));
    expect(() => recover(out)).toThrow(`${at('link')} is a symbolic link; what is rendered stays in ${out}`);
    expect(isCutOff(out)).toBe(true);
    expect(readdirSync(join(folder.path, 'elsewhere'))).toEqual([]);
  });
});
