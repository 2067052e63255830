import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesize } from '../../src/synth/synthesize';
import { sha256 } from '../../src/synth/output';
import { Folder, spec } from '../cli/run';

let folder: Folder;
afterEach(() => folder.remove());
const at = (...names: string[]): string => join(folder.path, ...names);
const synth = (out = 'dist', paths = ['.']) =>
  synthesize({ paths: paths.map((path) => at(path)), out: at(out), jobs: 1 });

/** A checkout of a repository in which everything was committed, the state on this machine too. */
function clone(name: string): void {
  cpSync(at('dist'), at(name), { recursive: true });
}

describe('state beside the output that came with a repository', () => {
  test('a cache hides no tampered manifest', async () => {
    folder = new Folder({ 'a.canary.yaml': spec('a') });
    await synth();
    const right = readFileSync(at('dist/shop/a.yaml'), 'utf8');
    clone('cloned');
    // Whoever commits the cache may as well commit a sum that agrees with what was tampered with.
    const tampered = right.replace('registry.example.com', 'evil.example.com');
    expect(tampered).not.toBe(right);
    writeFileSync(at('cloned/shop/a.yaml'), tampered);
    const cache = readFileSync(at('cloned/.cdk8s-canary/cache'), 'utf8');
    writeFileSync(at('cloned/.cdk8s-canary/cache'), cache.replaceAll(sha256(right), sha256(tampered)));
    const { notes, written } = await synth('cloned');
    expect(notes).toEqual([
      expect.stringContaining('left by another version or in another checkout; it is not used'),
      expect.stringContaining('shop/a.yaml: changed after synth wrote it, and written anew'),
    ]);
    expect(written).toEqual(['shop/a.yaml']);
    expect(readFileSync(at('cloned/shop/a.yaml'), 'utf8')).toBe(right);
  });

  test('the own cache is used, without a message', async () => {
    folder = new Folder({ 'a.canary.yaml': spec('a') });
    await synth();
    expect(await synth()).toMatchObject({ notes: [], rendered: 0 });
  });

  test('a journal deletes and writes nothing', async () => {
    folder = new Folder({ 'a.canary.yaml': spec('a'), 'dist/keep.yaml': 'mine: true\n' });
    await synth();
    folder.write({
      'dist/.cdk8s-canary/staging/0-0': 'evil: true\n',
      'dist/.cdk8s-canary/journal': JSON.stringify({
        seal: '1 1',
        moves: [['.cdk8s-canary/staging/0-0', 'shop/evil.yaml']],
        deletes: ['keep.yaml'],
      }),
    });
    const { notes, cutOff } = await synth();
    expect(notes).toEqual([expect.stringContaining('a journal in the output folder was left in another checkout')]);
    expect(cutOff).toBe(false);
    expect(existsSync(at('dist/keep.yaml'))).toBe(true);
    expect(existsSync(at('dist/shop/evil.yaml'))).toBe(false);
    expect(readdirSync(at('dist/.cdk8s-canary'))).not.toContain('journal');
  });

  test('a list of sums deletes nothing that it does not describe, and nothing in .git', async () => {
    folder = new Folder({ 'a.canary.yaml': spec('a'), '.git/HEAD': 'ref: refs/heads/main\n', 'notes.yaml': 'a: 1\n' });
    const sums = (path: string, text: string) => `# - gone gone.canary.yaml\n${sha256(text)}  ${path}\n`;
    folder.write({ '.cdk8s-canary.sums': sums('notes.yaml', 'a: 2\n') });
    await synthesize({ paths: [at('.')], out: at('.'), jobs: 1, prune: true });
    expect(readFileSync(at('notes.yaml'), 'utf8')).toBe('a: 1\n');
    for (const name of ['.git', '.GIT']) {
      folder.write({ '.cdk8s-canary.sums': sums(`${name}/HEAD`, 'ref: refs/heads/main\n') });
      await expect(synthesize({ paths: [at('.')], out: at('.'), jobs: 1, prune: true })).rejects.toThrow(
        'this is no line of a list of checksums',
      );
    }
    expect(existsSync(at('.git/HEAD'))).toBe(true);
  });
});

test('a link in place of the output folder is followed once, and reported', async () => {
  folder = new Folder({ 'a.canary.yaml': spec('a') });
  mkdirSync(at('elsewhere'));
  symlinkSync('elsewhere', at('dist'));
  const { notes } = await synth();
  expect(notes).toEqual([expect.stringMatching(/is a symbolic link: its target .*elsewhere is written to/)]);
  expect(existsSync(at('elsewhere/shop/a.yaml'))).toBe(true);
  rmSync(at('dist'));
});
