import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findManifestFiles, loadManifests } from '../../src/graph';

let top: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'cdk8s-canary-files-'));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const write = (...names: string[]): void => {
  for (const name of names) {
    mkdirSync(dirname(join(top, name)), { recursive: true });
    writeFileSync(join(top, name), '');
  }
};
const find = (...args: string[]) => findManifestFiles(args, join(top, 'repo'));

test('reads each real folder once, however many links lead to it', () => {
  // Followed along every path, twelve folders that link to each other give 12! ways to each file.
  const names = Array.from({ length: 12 }, (_, i) => `f${i}`);
  write(...names.map((name) => `repo/${name}/a.yaml`));
  for (const from of names) for (const to of names) symlinkSync(`../${to}`, join(top, 'repo', from, `to-${to}`));
  expect(find('.').files).toEqual(names.map((name) => `${name}/a.yaml`).sort());
});

test('names a file by its own path, where a link sorts before it', () => {
  write('repo/real/a.yaml');
  symlinkSync('real', join(top, 'repo/alias'));
  expect(find('.')).toEqual({ files: ['real/a.yaml'], unreadable: [], skipped: [], kustomizations: [], inputs: [] });
});

test('reads each real file once, by a link only where it has no path of its own', () => {
  write('repo/real/a.yaml');
  write('repo/real/text.txt');
  for (const name of ['b.yaml', 'other.yaml']) symlinkSync('real/a.yaml', join(top, 'repo', name));
  symlinkSync('real/text.txt', join(top, 'repo/c.yaml'));
  symlinkSync('real/text.txt', join(top, 'repo/d.yaml'));
  expect(find('.').files).toEqual(['real/a.yaml', 'c.yaml']);
});

test('follows links within the current folder, and to a folder that was given', () => {
  write('repo/base/a.yaml', 'repo/env/b.yaml', 'elsewhere/c.yaml');
  symlinkSync('../base', join(top, 'repo/env/base'));
  expect(find('env').files).toEqual(['env/b.yaml', 'env/base/a.yaml']);
  symlinkSync(join(top, 'elsewhere'), join(top, 'given'));
  expect(find('../given').files).toEqual(['../given/c.yaml']);
});

test('skips a link that leads out, and reports it without its content', () => {
  write('repo/a.yaml', 'outside/secret.yaml');
  symlinkSync('../outside', join(top, 'repo/folder'));
  symlinkSync('../outside/secret.yaml', join(top, 'repo/file.yaml'));
  symlinkSync('/dev/zero', join(top, 'repo/device.yaml'));
  const message = 'a symbolic link that leads out of this folder; name its target to read it';
  expect(find('.')).toEqual({
    files: ['a.yaml'],
    unreadable: [],
    skipped: ['device.yaml', 'file.yaml', 'folder'].map((name) => ({ name, message })),
    kustomizations: [],
    inputs: [],
  });
  expect(find('../outside/secret.yaml').files).toEqual(['../outside/secret.yaml']);
});

test('skips pipes, and links to nothing or to themselves', () => {
  write('repo/a.yaml');
  spawnSync('mkfifo', [join(top, 'repo/pipe.yaml')]);
  symlinkSync('none', join(top, 'repo/gone.yaml'));
  symlinkSync('loop.yaml', join(top, 'repo/loop.yaml'));
  symlinkSync('none', join(top, 'repo/README'));
  expect(find('.')).toEqual({
    files: ['a.yaml'],
    unreadable: [],
    skipped: [
      { name: 'gone.yaml', message: 'a symbolic link to nothing' },
      { name: 'loop.yaml', message: 'a symbolic link to nothing' },
      { name: 'pipe.yaml', message: 'a named pipe, and no regular file' },
    ],
    kustomizations: [],
    inputs: [],
  });
});

describe('assertions of tests', () => {
  const text = (name: string, content: string): void => {
    write(name);
    writeFileSync(join(top, name), content);
  };

  test('skips what tests of chainsaw and kuttl expect, and says how many files', () => {
    text(
      'repo/test/chainsaw-test.yaml',
      'apiVersion: chainsaw.kyverno.io/v1alpha1\nkind: Test\nspec:\n  steps:\n' +
        '    - try: [{ apply: { file: app.yaml } }, { assert: { file: expected/*.yaml } }, { error: { file: gone.yaml } }]\n',
    );
    write('repo/test/app.yaml', 'repo/test/gone.yaml', 'repo/test/expected/a.yaml', 'repo/kuttl/00-assert.yaml');
    write('repo/kuttl/00-install.yaml', 'repo/other/gone.yaml');
    const { files, skipped } = find('.');
    expect(files).toEqual(['kuttl/00-install.yaml', 'other/gone.yaml', 'test/app.yaml', 'test/chainsaw-test.yaml']);
    expect(skipped.map(({ message }) => message)).toEqual([
      '3 files of tests that say what a cluster should hold (assertions of chainsaw or kuttl) were skipped',
    ]);
  });

  test('reads no object from an assertion that is given by its own name', () => {
    const assertion = (key: string): string =>
      `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: { name: a }\nspec: { rules: [{ ${key}: 1 }] }\n`;
    const read = (key: string): number => loadManifests([{ name: 'a.yaml', text: assertion(key) }]).resources.length;
    expect(read('(length(backendRefs))')).toBe(0);
    expect(read("'(weight)'")).toBe(0);
    expect(read('backendRefs')).toBe(1);
  });
});
