import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isSettled } from '../../src/formats/file-signature';
import { findManifestFiles } from '../../src/graph';
import { KnownFolders } from '../../src/lint-cache';
import { folderWith, runCli } from '../cli/run-cli';

const FILES = {
  'a.yaml': 'kind: A',
  'b/one.yaml': 'kind: B',
  'b/two.txt': '',
  'c/d/e.json': '{}',
  'c/f.yml': 'kind: C',
};

/** Waits until folders that were just written can be known by their metadata. */
async function settle(root: string): Promise<void> {
  const folders = [root, ...readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name))];
  while (!folders.every((folder) => isSettled(statSync(folder)))) await new Promise((done) => setTimeout(done, 100));
}

const found = (root: string, folders?: KnownFolders): readonly string[] =>
  findManifestFiles(['.'], root, folders?.list).files;

/** ext, tmpfs and overlayfs, on which CI and most machines work. */
const isKnown = (root: string): boolean => [0xef53, 0x01021994, 0x794c7630].includes(statfsSync(root).type);

const CHANGES: readonly (readonly [what: string, change: (root: string) => void])[] = [
  ['a new file', (root) => writeFileSync(join(root, 'c/d/new.yaml'), '')],
  ['a new folder', (root) => mkdirSync(join(root, 'c/d/new'))],
  ['a deleted file', (root) => rmSync(join(root, 'b/one.yaml'))],
  ['a renamed file', (root) => renameSync(join(root, 'b/two.txt'), join(root, 'b/two.yaml'))],
  ['a moved folder', (root) => renameSync(join(root, 'c/d'), join(root, 'b/d'))],
  [
    'a folder in the place of another',
    (root) => {
      renameSync(join(root, 'b'), join(root, 'old'));
      renameSync(join(root, 'c/d'), join(root, 'b'));
    },
  ],
  [
    'a link in the place of a file',
    (root) => {
      rmSync(join(root, 'b/one.yaml'));
      symlinkSync('../a.yaml', join(root, 'b/one.yaml'));
    },
  ],
  [
    'a folder in the place of a file',
    (root) => {
      rmSync(join(root, 'c/f.yml'));
      mkdirSync(join(root, 'c/f.yml'));
      writeFileSync(join(root, 'c/f.yml/g.yaml'), '');
    },
  ],
];

describe('folders that an earlier run listed', () => {
  test('are not read again while nothing is written in them', async () => {
    const root = folderWith(FILES);
    await settle(root);
    const first = new KnownFolders();
    const files = found(root, first);
    expect(files).toEqual(found(root));
    if (isKnown(root)) expect(first.added).toBe(4);
    const second = new KnownFolders(first.listed);
    expect(found(root, second)).toEqual(files);
    expect(second.added).toBe(0);
    expect(second.listed).toEqual(first.listed);
    writeFileSync(join(root, 'a.yaml'), 'kind: Other');
    const third = new KnownFolders(second.listed);
    expect(found(root, third)).toEqual(files);
    expect(third.listed).toEqual(first.listed);
  });

  test.each(CHANGES)('are read again after %s', async (_, change) => {
    const root = folderWith(FILES);
    await settle(root);
    const first = new KnownFolders();
    found(root, first);
    change(root);
    expect(found(root, new KnownFolders(first.listed))).toEqual(found(root));
  });

  test('are not known while they are too new', () => {
    const root = folderWith(FILES);
    const folders = new KnownFolders();
    expect(found(root, folders)).toEqual(found(root));
    expect(folders.listed.size).toBe(0);
  });

  test('lint --cache finds a file that is added to one', async () => {
    const cwd = folderWith({ 'apps/one.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: one }\n' });
    const env = { XDG_CACHE_HOME: folderWith({}) };
    await settle(cwd);
    const lint = async (...more: string[]): Promise<string> => (await runCli(['lint', '.', ...more], { cwd, env })).out;
    expect(await lint('--cache')).toContain('1 resource in 1 file');
    expect(await lint('--cache')).toContain('1 resource in 1 file');
    writeFileSync(join(cwd, 'apps/two.yaml'), readFileSync(join(cwd, 'apps/one.yaml'), 'utf8').replace('one', 'two'));
    expect(await lint('--cache')).toContain('2 resources in 2 files');
  });
});
