import fs, { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { display } from '../../src/canaryfile/display-path';
import { sealOf } from '../../src/formats/seal';
import { inShard } from '../../src/formats/shard';
import { SynthesisOptions, synthesize } from '../../src/synth/synthesize';
import { Folder, spec } from '../cli/run';

let folder: Folder;
afterEach(() => {
  jest.restoreAllMocks();
  folder.remove();
});

const at = (...names: string[]): string => join(folder.path, ...names);
const state = (name: string) => at('dist/.cdk8s-canary', name);
const synth = (options: Partial<SynthesisOptions> = {}) =>
  synthesize({ paths: [folder.path], out: at('dist'), jobs: 1, ...options });
const fleet = (...names: string[]) => Object.fromEntries(names.map((name) => [`${name}.canary.yaml`, spec(name)]));
const files = () => folder.list('dist').filter((path) => !path.startsWith('.'));

describe('a shard', () => {
  const names = Array.from({ length: 8 }, (_, i) => `app-${i}`);
  const shards = [1, 2].map((index) => ({ index, count: 2 }));
  const [first, second] = shards.map((shard) => names.filter((name) => inShard(shard, name)));
  const paths = (some: readonly string[]) => some.map((name) => `shop/${name}.yaml`);
  const list = (index: number) => folder.read(`dist/.cdk8s-canary.sums.${index}-of-2`).match(/shop\/.*$/gm);

  test('renders its part, into a list of its own', async () => {
    folder = new Folder(fleet(...names));
    expect(await synth({ shard: shards[0] })).toMatchObject({ apps: first.length, rendered: first.length });
    expect(files()).toEqual(paths(first));
    await synth({ shard: shards[1] });
    expect([list(1), list(2)]).toEqual([paths(first), paths(second)]);
    expect(existsSync(at('dist/.cdk8s-canary.sums'))).toBe(false);
    expect(await synth({ shard: shards[1] })).toMatchObject({ written: [], deleted: [], notes: [] });
  });

  test('is replaced by a whole run, with its list', async () => {
    folder = new Folder(fleet(...names));
    for (const shard of shards) await synth({ shard });
    expect(await synth()).toMatchObject({ written: [], deleted: [], notes: [] });
    expect(readdirSync(at('dist')).sort()).toEqual(['.cdk8s-canary', '.cdk8s-canary.sums', 'shop']);
    expect(folder.read('dist/.cdk8s-canary.sums').match(/shop\/.*$/gm)).toEqual(paths(names));
  });

  test('removes only what was its own', async () => {
    folder = new Folder(fleet(...names));
    for (const shard of shards) await synth({ shard });
    for (const [name] of [first, second]) rmSync(at(`${name}.canary.yaml`));
    expect((await synth({ shard: shards[0], prune: true })).deleted).toEqual(paths(first.slice(0, 1)));
    expect(files()).toContain(paths(second)[0]);
  });

  test('goes by folders where they are the files', async () => {
    folder = new Folder(Object.fromEntries(names.map((name) => [`${name}/canary.yaml`, spec(`of-${name}`)])));
    expect(await synth({ shard: shards[0], layout: 'folder' })).toMatchObject({
      apps: first.length,
      rendered: first.length,
    });
    expect(files()).toEqual(first.map((name) => `${name}.yaml`));
    expect(folder.read('dist/.cdk8s-canary.sums.1-of-2').match(/^[^#]/gm)).toHaveLength(first.length);
  });
});

describe('the state of the output folder', () => {
  test('that was cut off is finished first, and that is said', async () => {
    folder = new Folder(fleet('a'));
    await synth();
    folder.write({
      'dist/.cdk8s-canary/staging/0-0': 'moved\n',
      'dist/.cdk8s-canary/journal': JSON.stringify({
        seal: sealOf(at('dist/.cdk8s-canary')),
        moves: [['.cdk8s-canary/staging/0-0', 'shop/moved.yaml']],
        deletes: [],
      }),
    });
    expect(await synth({ dryRun: true })).toMatchObject({ cutOff: true, notes: [] });
    expect(existsSync(at('dist/shop/moved.yaml'))).toBe(false);
    expect(await synth()).toMatchObject({ cutOff: true, notes: [], rendered: 0 });
    expect(folder.read('dist/shop/moved.yaml')).toBe('moved\n');
    expect(readdirSync(state('')).sort()).toEqual(['.gitignore', 'cache']);
  });

  test('with a journal of another checkout is cleared of it, and that is said first', async () => {
    folder = new Folder(fleet('a'));
    await synth();
    folder.write({ 'dist/.cdk8s-canary/journal': '{"moves":[],"deletes":["shop/a.yaml"]}' });
    const { cutOff, notes } = await synth();
    expect([cutOff, notes]).toEqual([
      false,
      [
        'a journal in the output folder was left in another checkout; it was removed, and nothing that it says was done',
      ],
    ]);
    expect(files()).toEqual(['shop/a.yaml']);
  });

  test('with a cache of another checkout is used without it, once', async () => {
    folder = new Folder(fleet('a'));
    await synth();
    writeFileSync(state('cache'), readFileSync(state('cache'), 'utf8').replace(/^/, 'x'));
    const path = display(state('cache'));
    expect(await synth()).toMatchObject({
      rendered: 1,
      notes: [`${path} was left by another version or in another checkout; it is not used`],
    });
    expect(await synth()).toMatchObject({ rendered: 0, notes: [] });
    writeFileSync(state('cache'), 'other\n');
    // Where no cache is wanted, nothing is to be said of it.
    expect((await synth({ cache: false })).notes).toEqual([]);
    expect((await synth({ dryRun: true })).notes).toEqual([]);
    // The note comes also with problems.
    folder.write({ 'a.canary.yaml': spec('a', '  x: 1\n') });
    expect((await synth()).notes).toHaveLength(1);
  });

  test('behind a link is where it leads, and that is said', async () => {
    folder = new Folder(fleet('a'));
    mkdirSync(at('real'));
    symlinkSync('real', at('dist'));
    const notes = [`${display(at('dist'))} is a symbolic link: its target ${at('real')} is written to`];
    expect(await synth()).toMatchObject({ notes, rendered: 1 });
    expect(folder.list('real')).toEqual(['.cdk8s-canary.sums', 'shop/a.yaml']);
  });

  test('that stays from a run that was killed while it rendered is removed', async () => {
    folder = new Folder({ ...fleet('a'), 'dist/.cdk8s-canary/staging/9-9': 'left\n' });
    await synth();
    expect(existsSync(state('staging'))).toBe(false);
  });

  test('is unlocked whatever happens', async () => {
    folder = new Folder({ ...fleet('a'), 'dist/shop/a.yaml': 'mine\n' });
    await expect(synth()).rejects.toThrow('in the way');
    expect(readdirSync(state(''))).toEqual(['.gitignore']);
  });

  test('is as it was where the disk is full, and that is said', async () => {
    folder = new Folder(fleet('a'));
    const real = fs.renameSync;
    jest.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      if (to === at('dist/shop/a.yaml')) throw Object.assign(new Error('ENOSPC: refused'), { code: 'ENOSPC' });
      real(from, to);
    });
    await expect(synth()).rejects.toThrow(
      new Error(`${display(at('dist'))}: there is no room left on the disk (ENOSPC: refused); nothing was changed`),
    );
    expect(readdirSync(at('dist'))).toEqual(['.cdk8s-canary']);
    expect(readdirSync(state(''))).toEqual(['.gitignore']);
  });

  test('keeps what waits where a run is cut off', async () => {
    folder = new Folder(fleet('a'));
    const real = fs.rmSync;
    // Neither what it began nor taking it back ends.
    jest.spyOn(fs, 'rmSync').mockImplementation((path, options) => {
      if (path === state('journal')) throw Object.assign(new Error('EROFS: refused'), { code: 'EROFS' });
      real(path, options);
    });
    await expect(synth()).rejects.toThrow(/the next run finishes what this one began$/);
    jest.restoreAllMocks();
    expect(readdirSync(state('')).sort()).toEqual(['.gitignore', 'journal', 'staging']);
    expect(await synth()).toMatchObject({ cutOff: true, written: [], problems: [] });
    expect(files()).toEqual(['shop/a.yaml']);
  });
});
