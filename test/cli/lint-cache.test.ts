import { cpSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settledSignatureOf } from '../../src/formats/file-signature';
import { repository } from '../lint-cache/repository';
import { folderWith, type Ran, runCli } from './run-cli';

const NAME = 'apps/payment/rollout.yaml';

/** A repository, and the user's folder for caches. */
function setup(): { cwd: string; caches: string; edit: (from: string, to: string, name?: string) => void } {
  const cwd = folderWith(Object.fromEntries(repository(4)));
  return {
    cwd,
    caches: folderWith({}),
    edit: (from, to, name = NAME) => {
      const text = readFileSync(join(cwd, name), 'utf8');
      expect(text).toContain(from);
      writeFileSync(join(cwd, name), text.replace(from, to));
    },
  };
}

const lint = (cwd: string, caches: string, ...more: string[]): Promise<Ran> =>
  runCli(['lint', '.', ...more], { cwd, env: { XDG_CACHE_HOME: caches } });

/** The folder with the stored results. */
function storeIn(caches: string, own = 'cdk8s-canary'): string {
  const folder = join(caches, own, 'lint');
  return join(folder, readdirSync(folder)[0]);
}

/** Waits until a file that was just written can be known by its signature. */
async function settled(file: string): Promise<void> {
  while (settledSignatureOf(file) === undefined) await new Promise((resolve) => setTimeout(resolve, 100));
}

describe('lint --cache', () => {
  test('reports the same as without, in every format, before and after an edit', async () => {
    const { cwd, caches, edit } = setup();
    for (const change of [undefined, ['setWeight: 10', 'setWeight: 120'], ['name: payment', 'name: paiment']]) {
      if (change) edit(change[0], change[1]);
      for (const format of ['text', 'json', 'sarif', 'junit', 'github', 'gitlab']) {
        const expected = await lint(cwd, caches, '--format', format);
        expect(await lint(cwd, caches, '--cache', '--format', format)).toEqual(expected);
        expect(await lint(cwd, caches, '--cache', '--format', format)).toEqual(expected);
      }
    }
  });

  test('keeps results outside of the repository, and stores none for an edit that follows from them', async () => {
    const { cwd, caches, edit } = setup();
    const before = readdirSync(cwd);
    await lint(cwd, caches, '--cache');
    expect(readdirSync(cwd)).toEqual(before);
    const index = readFileSync(join(storeIn(caches), 'index'));
    edit('setWeight: 10', 'setWeight: 120');
    expect((await lint(cwd, caches, '--cache')).out).toContain('120');
    expect(readFileSync(join(storeIn(caches), 'index'))).toEqual(index);
    edit('app: payment', 'app: paiment');
    await lint(cwd, caches, '--cache');
    expect(readFileSync(join(storeIn(caches), 'index'))).not.toEqual(index);
  });

  test('knows many files by new signatures once it has read them again, and a few not', async () => {
    const cwd = folderWith(Object.fromEntries(repository(40)));
    const caches = folderWith({});
    const first = await lint(cwd, caches, '--cache');
    const index = (): string => readFileSync(join(storeIn(caches), 'index'), 'utf8');
    const stored = index();
    const touch = (names: readonly string[], seconds: number): void => {
      for (const name of names) utimesSync(join(cwd, name), seconds, seconds);
    };
    const names = [...repository(40).keys()];
    await settled(join(cwd, names[0]));
    touch(names.slice(0, 10), 1e9);
    await settled(join(cwd, names[0]));
    // The first of these runs also finds that the files were too new for the run that is stored.
    expect(await lint(cwd, caches, '--cache')).toEqual(first);
    const known = index();
    expect(known).not.toBe(stored);
    touch(names.slice(0, 10), 2e9);
    await settled(join(cwd, names[0]));
    expect(await lint(cwd, caches, '--cache')).toEqual(first);
    expect(index()).toBe(known);
    touch(names, 2e9);
    await settled(join(cwd, names[0]));
    expect(await lint(cwd, caches, '--cache')).toEqual(first);
    expect(index()).not.toBe(known);
    const rollout = join(cwd, NAME);
    writeFileSync(rollout, readFileSync(rollout, 'utf8').replace('setWeight: 10', 'setWeight: 120'));
    expect((await lint(cwd, caches, '--cache')).out).toContain('120');
    expect(await lint(cwd, caches, '--cache')).toEqual(await lint(cwd, caches));
  });

  test('finds what was added, removed and renamed', async () => {
    const { cwd, caches } = setup();
    await lint(cwd, caches, '--cache');
    for (const change of [
      () => rmSync(join(cwd, 'apps/basket/services.yaml')),
      () => renameSync(join(cwd, 'apps/search/traffic.yaml'), join(cwd, 'apps/search/z.yaml')),
      () => writeFileSync(join(cwd, 'apps/more.yaml'), readFileSync(join(cwd, NAME))),
    ]) {
      change();
      expect(await lint(cwd, caches, '--cache')).toEqual(await lint(cwd, caches));
    }
  });

  test('other options are another run', async () => {
    const { cwd, caches, edit } = setup();
    edit('setWeight: 10', 'setWeight: 120');
    await lint(cwd, caches, '--cache');
    writeFileSync(join(cwd, '.cdk8s-canary.yaml'), 'severity: { ROL016: note }\n');
    for (const flags of [[], ['--ignore', 'ROL'], ['--closed-world'], ['--argo-rollouts', '1.8']]) {
      expect(await lint(cwd, caches, '--cache', ...flags)).toEqual(await lint(cwd, caches, ...flags));
    }
  });

  test('a baseline is applied to stored results', async () => {
    const { cwd, caches, edit } = setup();
    edit('setWeight: 10', 'setWeight: 120');
    await lint(cwd, caches, '--cache');
    const baseline = join(caches, 'baseline.json');
    expect((await lint(cwd, caches, '--cache', '--write-baseline', baseline)).err).toContain('--cache is not used');
    edit('setWeight: 120', 'setWeight: 130');
    const flags = ['--baseline', baseline];
    const found = await lint(cwd, caches, '--cache', ...flags);
    expect(found).toEqual(await lint(cwd, caches, ...flags));
    expect(found.out).toMatch(/\d+ in the baseline/);
  });

  test.each([
    [
      'an edited one',
      (index: string) =>
        writeFileSync(index, readFileSync(index, 'utf8').replace('"severity":"error"', '"severity":"note"')),
    ],
    ['one that was cut off', (index: string) => writeFileSync(index, readFileSync(index).subarray(0, 2000))],
    ['one that another user signed', (_: string, key: string) => writeFileSync(key, Buffer.alloc(32, 7))],
    [
      'one whose texts were edited',
      (index: string) =>
        writeFileSync(
          join(
            index,
            '..',
            readdirSync(join(index, '..')).find((name) => name.startsWith('texts'))!,
          ),
          'x',
        ),
    ],
  ])('believes no cache that is tampered with: %s', async (name, tamper) => {
    const { cwd, caches, edit } = setup();
    edit('setWeight: 10', 'setWeight: 120');
    await lint(cwd, caches, '--cache');
    const index = join(storeIn(caches), 'index');
    tamper(index, join(caches, 'cdk8s-canary/lint.key'));
    const tampered = readFileSync(index);
    // The old texts are read where a file has changed.
    if (name.includes('texts')) edit('setWeight: 120', 'setWeight: 130');
    expect(await lint(cwd, caches, '--cache')).toEqual(await lint(cwd, caches));
    expect(readFileSync(index)).not.toEqual(tampered);
  });

  test('believes no cache that comes with a repository', async () => {
    const { cwd, caches, edit } = setup();
    await lint(cwd, caches, '--cache-folder', 'kept');
    const stored = storeIn(cwd, 'kept');
    edit('setWeight: 10', 'setWeight: 120');
    const expected = await lint(cwd, caches);
    // Signed by this very user, for the file as it is now: only the folder was made anew.
    await lint(cwd, caches, '--cache-folder', 'kept');
    const index = join(stored, 'index');
    const copy = folderWith({});
    cpSync(stored, copy, { recursive: true });
    rmSync(stored, { recursive: true });
    cpSync(copy, stored, { recursive: true });
    const believed = readFileSync(index);
    expect(await lint(cwd, caches, '--cache-folder', 'kept')).toEqual(expected);
    expect(readFileSync(index)).not.toEqual(believed);
  });

  test('says where it cannot be used', async () => {
    const { cwd, caches } = setup();
    expect((await lint(cwd, caches, '--cache', '--fix')).err).toContain('--cache is not used: --fix writes files\n');
    const piped = await runCli(['lint', '-', '--cache'], { cwd, env: { XDG_CACHE_HOME: caches }, stdin: '{}' });
    expect(piped.err).toContain('--cache is not used: standard input is not a file\n');
  });
});
