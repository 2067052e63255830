import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import {
  Sums,
  currentText,
  isInside,
  readSums,
  refuseObstacles,
  sha256,
  shardSums,
  sumsFile,
  writeSums,
} from '../../src/synth/output';
import { Folder } from '../cli/run';

let folder: Folder;
beforeEach(() => (folder = new Folder({})));
afterEach(() => folder.remove());
const at = (...names: string[]): string => join(folder.path, ...names);
const [A, B, C] = ['a', 'b', 'c'].map((text) => sha256(text));

test('a checksum is that of sha256sum', () => {
  expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(sha256(Buffer.from('abc'))).toBe(sha256('abc'));
});

describe('a path', () => {
  test.each(['a', 'a.yaml', 'a/b/c.yaml', '...', 'a/..b', '.gitignore', 'a/.cdk8s-canary', 'x.git/a', 'a b', 'é'])(
    'stays in its folder: %j',
    (path) => expect(isInside(path)).toBe(true),
  );

  test.each(
    [
      [
        '',
        '/',
        '/a',
        'a/',
        'a//b',
        '.',
        './a',
        'a/.',
        '..',
        '../a',
        'a/..',
        'a/../b',
        '.git',
        '.git/x',
        'a/.git/x',
        '.GIT/x',
      ],
      ['a\\b', 'a\nb', 'a\tb', 'a\u0000b', 'a\u001fb', 'a\r', '.cdk8s-canary', '.cdk8s-canary/cache'],
    ].flat(),
  )('does not, or can stand in no list: %j', (path) => expect(isInside(path)).toBe(false));
});

describe('the list of sums', () => {
  test('has a name for each shard', () => {
    expect(sumsFile()).toBe('.cdk8s-canary.sums');
    expect(sumsFile({ index: 3, count: 12 })).toBe('.cdk8s-canary.sums.3-of-12');
  });

  test('of shards are found by their whole name, in order', () => {
    const names = ['.cdk8s-canary.sums.3-of-3', '.cdk8s-canary.sums.10-of-12', '.cdk8s-canary.sums.1-of-3'];
    const others = [
      '.cdk8s-canary.sums',
      '.cdk8s-canary.sums.1-of-3.bak',
      'x.cdk8s-canary.sums.1-of-3',
      '.cdk8s-canary.sums.a-of-3',
      '.cdk8s-canary.sums.1-of-b',
      '.cdk8s-canary.sums.-of-3',
      '.cdk8s-canaryxsums.1-of-3',
    ];
    for (const name of [...names, ...others]) folder.write({ [name]: '' });
    expect(shardSums(folder.path)).toEqual([...names].sort());
    expect(shardSums(at('none'))).toEqual([]);
  });

  const sums: Sums = new Map([
    ['shop/b.yaml', { sha256: B, owner: { spec: '../b.canary.yaml', name: 'b' } }],
    ['shop/a.yaml', { sha256: A, owner: { spec: '../a b/canary.yaml', name: 'a' } }],
    ['prod/x.yaml', { sha256: C, owner: { spec: '../b.canary.yaml', name: 'b', environment: 'prod' } }],
    ['shop/c.yaml', { sha256: C, owner: { spec: '../b.canary.yaml', name: 'b' } }],
    ['a.yaml', { sha256: A }],
  ]);
  const text = `${A}  a.yaml
# prod b ../b.canary.yaml
${C}  prod/x.yaml
# - a ../a b/canary.yaml
${A}  shop/a.yaml
# - b ../b.canary.yaml
${B}  shop/b.yaml
${C}  shop/c.yaml
`;

  test('is in the order of paths, and tells each owner once', () => {
    expect(writeSums(sums)).toBe(text);
    expect(writeSums(new Map([...sums].reverse()))).toBe(text);
    expect(writeSums(new Map())).toBe('');
  });

  test('is read as it was written', () => {
    folder.write({ '.cdk8s-canary.sums': text });
    expect(readSums(folder.path)).toEqual(new Map([...sums].sort()));
    expect(readSums(at('none'))).toEqual(new Map());
  });

  test('may have empty lines, and no end of the last one', () => {
    folder.write({ '.cdk8s-canary.sums': `\n${A}  a.yaml\n\n${B}  b.yaml` });
    expect([...readSums(folder.path)]).toEqual([
      ['a.yaml', { sha256: A, owner: undefined }],
      ['b.yaml', { sha256: B, owner: undefined }],
    ]);
  });

  test('that shards of several counts left knows all sums of a file, each once', () => {
    folder.write({
      '.cdk8s-canary.sums': `${A}  a.yaml\n${A}  same.yaml\n`,
      '.cdk8s-canary.sums.1-of-2': `${B}  a.yaml\n${A}  same.yaml\n`,
      '.cdk8s-canary.sums.1-of-3': `# - a s\n${C}  a.yaml\n${C}  only.yaml\n`,
      '.cdk8s-canary.sums.2-of-3': `${C}  a.yaml\n`,
    });
    expect([...readSums(folder.path)]).toEqual([
      ['a.yaml', { sha256: C, owner: undefined, others: [B, A] }],
      ['same.yaml', { sha256: A, owner: undefined }],
      ['only.yaml', { sha256: C, owner: { spec: 's', name: 'a' } }],
    ]);
  });

  test.each([
    ['a word', 'nothing'],
    ['a sum without a path', `${A}  `],
    ['one space', `${A} a.yaml`],
    ['a sum that is too short', `${A.slice(1)}  a.yaml`],
    ['a sum that is too long', `${A}0  a.yaml`],
    ['a sum in capitals', `${A.toUpperCase()}  a.yaml`],
    ['a letter before the sum', `x${A}  a.yaml`],
    ['a path that leads out', `${A}  ../a.yaml`],
    ['a line of Windows', `${A}  a.yaml\r`],
    ['an owner without a spec', '# - a'],
    ['an owner without a space after the sign', '#- a spec'],
    ['an owner that is indented', ' # - a spec'],
    ['an owner of two spaces', '#  - a'],
  ])('with %s is refused, with the number of the line', (_, line) => {
    folder.write({ '.cdk8s-canary.sums': `# - a s\n${A}  a.yaml\n${line}\n` });
    expect(() => readSums(folder.path)).toThrow(
      new Error(
        `${at('.cdk8s-canary.sums')}:3: this is no line of a list of checksums; restore the file, or delete it`,
      ),
    );
  });

  test('that cannot be read is refused, with what to do', () => {
    mkdirSync(at('.cdk8s-canary.sums'));
    expect(() => readSums(folder.path)).toThrow(
      new Error(`${at('.cdk8s-canary.sums')}: is a folder; restore the file, or delete it`),
    );
  });
});

test('the text of a file is that of the file itself, and of nothing else', () => {
  folder.write({ 'a/b.yaml': 'b: 1\n' });
  symlinkSync('a/b.yaml', at('link'));
  expect(currentText(folder.path, 'a/b.yaml')).toBe('b: 1\n');
  for (const path of ['a', 'link', 'none', 'none/x', 'a/b.yaml/x']) {
    expect(currentText(folder.path, path)).toBeUndefined();
  }
});

describe('an obstacle', () => {
  beforeEach(() => {
    folder.write({ file: '', 'real/x.yaml': '', 'deep/file': '' });
    mkdirSync(at('folder.yaml'));
    symlinkSync('real', at('link'));
    symlinkSync('real', at('deep/link'));
    symlinkSync('x.yaml', at('real/link.yaml'));
  });
  const link = (path: string) => `${at(path)} is a symbolic link; what is rendered stays in ${folder.path}`;
  const isFile = (path: string) => `${at(path)} is a file, where a folder is needed; move it away`;
  const isFolder = (path: string) => `${at(path)} is a folder, where a file is needed; move it away`;

  test.each<[string, string[], string[], () => string]>([
    ['a link to a folder', ['link/a.yaml'], [], () => link('link')],
    ['one further down', ['ok.yaml', 'deep/link/x/a.yaml'], [], () => link('deep/link')],
    ['one that something is deleted below', [], ['link/x.yaml'], () => link('link')],
    ['a link in place of a file', ['real/link.yaml'], [], () => link('real/link.yaml')],
    ['a file in place of a folder', ['file/a.yaml'], [], () => isFile('file')],
    ['one further down', ['deep/file/x/y/a.yaml'], ['deep'], () => isFile('deep/file')],
    ['one that something is deleted below', [], ['file/a.yaml'], () => isFile('file')],
    ['a folder in place of a file', ['folder.yaml'], [], () => isFolder('folder.yaml')],
    ['a folder in place of a file that is deleted', ['a.yaml'], ['folder.yaml'], () => isFolder('folder.yaml')],
  ])('is %s', (_, files, deletes, message) => {
    expect(() => refuseObstacles(folder.path, files, deletes)).toThrow(new Error(message()));
  });

  test.each<[string, string[], string[]]>([
    ['what is not there', ['a.yaml', 'new/deep/a.yaml'], ['gone/b.yaml', 'c.yaml']],
    ['a file that is replaced or deleted', ['real/x.yaml'], ['deep/file']],
    ['a file that gives way to a folder', ['file/x/a.yaml'], ['real/x.yaml', 'file']],
    ['a link that is deleted', [], ['real/link.yaml']],
    ['nothing', [], []],
  ])('is not %s', (_, files, deletes) => {
    expect(() => refuseObstacles(folder.path, files, deletes)).not.toThrow();
  });
});
