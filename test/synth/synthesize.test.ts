import { existsSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { display } from '../../src/canaryfile/display-path';
import { sha256 } from '../../src/synth/output';
import { SynthesisOptions, synthesize } from '../../src/synth/synthesize';
import { Folder, spec } from '../cli/run';

let folder: Folder;
afterEach(() => folder.remove());

const at = (...names: string[]): string => join(folder.path, ...names);
const out = () => at('dist');
const shown = (path = '') => display(at('dist', path));
const synth = (options: Partial<SynthesisOptions> = {}) =>
  synthesize({ paths: [folder.path], out: out(), jobs: 1, ...options });
const fleet = (...names: string[]) => Object.fromEntries(names.map((name) => [`${name}.canary.yaml`, spec(name)]));
const files = () => folder.list('dist').filter((path) => !path.startsWith('.'));
const sums = () => folder.read('dist/.cdk8s-canary.sums');
const overlay = (replicas: number) =>
  `apiVersion: cdk8s-canary.dev/v1\nkind: CanaryApp\nspec: { replicas: ${replicas} }\n`;
const edit = (name: string, from: string | RegExp, to: string) =>
  folder.write({ [name]: folder.read(name).replace(from, to) });

describe('synthesize', () => {
  test('writes what is not there, then nothing, then what has changed', async () => {
    folder = new Folder(fleet('a', 'b'));
    const done = { problems: [], notes: [], changes: [], cutOff: false, deleted: [] };
    const both = ['shop/a.yaml', 'shop/b.yaml'];
    expect(await synth()).toEqual({ ...done, apps: 2, rendered: 2, files: 2, written: both });
    expect(files()).toEqual(both);
    expect(readdirSync(at('dist/.cdk8s-canary')).sort()).toEqual(['.gitignore', 'cache']);
    expect(sums()).toBe(
      both
        .map((path) => [path, path.slice(5, 6)])
        .map(([path, name]) => `# - ${name} ../${name}.canary.yaml\n${sha256(folder.read(`dist/${path}`))}  ${path}\n`)
        .join(''),
    );
    expect(await synth()).toEqual({ ...done, apps: 2, rendered: 0, files: 2, written: [] });
    edit('b.canary.yaml', ':1.4.2', ':1.4.3');
    expect(await synth()).toEqual({ ...done, apps: 2, rendered: 1, files: 2, written: ['shop/b.yaml'] });
    expect(folder.read('dist/shop/b.yaml')).toContain(':1.4.3');
  });

  test('says how far it is, of what is to be rendered', async () => {
    folder = new Folder(fleet('a', 'b', 'c'));
    const steps: [number, number][] = [];
    const onProgress = (done: number, of: number) => void steps.push([done, of]);
    await synth({ onProgress });
    edit('b.canary.yaml', ':1.4.2', ':1.4.3');
    await synth({ onProgress });
    expect(steps).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
      [1, 1],
    ]);
  });

  test('without a cache renders all, and keeps none', async () => {
    folder = new Folder(fleet('a'));
    for (let i = 0; i < 2; i++) expect(await synth({ cache: false })).toMatchObject({ rendered: 1, notes: [] });
    expect(existsSync(at('dist/.cdk8s-canary/cache'))).toBe(false);
  });

  test('believes the cache only of files that are as they were', async () => {
    folder = new Folder(fleet('a', 'b'));
    await synth();
    // Another time, and the same content.
    utimesSync(at('dist/shop/a.yaml'), 1, 1);
    expect(await synth()).toMatchObject({ rendered: 0, written: [] });
    expect(await synth()).toMatchObject({ rendered: 0, written: [] });
    rmSync(at('dist/shop/a.yaml'));
    expect(await synth()).toMatchObject({ rendered: 1, written: ['shop/a.yaml'], notes: [] });
    folder.write({ 'dist/shop/b.yaml': 'mine\n' });
    expect(await synth()).toMatchObject({ rendered: 1, written: ['shop/b.yaml'] });
  });

  test('reads each spec again when its layout or its defaults change', async () => {
    folder = new Folder(fleet('a'));
    await synth();
    folder.write({
      'canary.defaults.yaml': 'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryDefaults\nspec: { replicas: 7 }\n',
    });
    expect(await synth()).toMatchObject({ rendered: 1, written: ['shop/a.yaml'] });
    expect(folder.read('dist/shop/a.yaml')).toContain('replicas: 7');
    const moved = await synth({ layout: 'resource' });
    expect(moved).toMatchObject({ rendered: 1, deleted: ['shop/a.yaml'] });
    expect(files()).toContain('shop/a/rollout-a.yaml');
    expect(sums().match(/^#.*$/gm)).toEqual(['# - a ../a.canary.yaml']);
  });

  test('replaces a list that is not as it would write it', async () => {
    folder = new Folder(fleet('a'));
    await synth();
    const right = sums();
    folder.write({ 'dist/.cdk8s-canary.sums': right.replace('../a.', '../z.') });
    await synth();
    expect(sums()).toBe(right);
  });

  test('with the layout of folders writes one file for each, with its owner', async () => {
    folder = new Folder({ ...fleet('top'), 'x y/a.canary.yaml': spec('a'), 'x y/b.canary.yaml': spec('b') });
    folder.write({ 'x y/z/c.canary.yaml': spec('c') });
    expect(await synth({ layout: 'folder' })).toMatchObject({ apps: 4, rendered: 4, files: 3, problems: [] });
    expect(files()).toEqual(['manifests.yaml', 'x y.yaml', 'x y/z.yaml']);
    expect(folder.read('dist/x y.yaml').match(/^kind: Rollout$/gm)).toHaveLength(2);
    expect(sums().match(/^#.*$/gm)).toEqual(['# - . ..', '# - x_y ../x y', '# - x_y/z ../x y/z']);
    expect(await synth({ layout: 'folder' })).toMatchObject({ rendered: 0, written: [] });
  });
});

describe('synthesize for environments', () => {
  beforeEach(() => {
    folder = new Folder({
      ...fleet('a', 'b'),
      'a.canary.prod.yaml': overlay(8),
      'b.canary.dev.yaml': overlay(1),
    });
  });

  test('writes each into a folder of its own', async () => {
    const result = await synth({ environments: ['prod', 'dev'] });
    expect(result).toMatchObject({ apps: 4, rendered: 4, files: 4, problems: [], notes: [] });
    expect(files()).toEqual(['dev/shop/a.yaml', 'dev/shop/b.yaml', 'prod/shop/a.yaml', 'prod/shop/b.yaml']);
    expect(folder.read('dist/prod/shop/a.yaml')).toContain('replicas: 8');
    expect(folder.read('dist/dev/shop/a.yaml')).not.toContain('replicas: 8');
    expect(sums().match(/^#.*$/gm)).toEqual([
      '# dev a ../a.canary.yaml',
      '# dev b ../b.canary.yaml',
      '# prod a ../a.canary.yaml',
      '# prod b ../b.canary.yaml',
    ]);
    expect(await synth({ environments: ['prod', 'dev'] })).toMatchObject({ rendered: 0 });
    expect(await synth({ environments: [] })).toMatchObject({ apps: 2, rendered: 2, deleted: [] });
  });

  test('in folders as well', async () => {
    await synth({ environments: ['prod'], layout: 'folder' });
    expect(files()).toEqual(['prod/manifests.yaml']);
    expect(sums().match(/^#.*$/gm)).toEqual(['# prod . ..']);
  });

  test('knows those that were written before, and refuses names that are none', async () => {
    await synth({ environments: ['prod'] });
    rmSync(at('a.canary.prod.yaml'));
    expect(await synth({ environments: ['prod'] })).toMatchObject({ rendered: 1, problems: [] });
    await expect(synth({ environments: ['Prod'] })).rejects.toThrow(/^'Prod' cannot be the name of an environment; /);
    await expect(synth({ environments: ['pord'] })).rejects.toThrow(
      "no overlay or defaults file mentions the environment 'pord'; did you mean 'prod'?",
    );
  });

  test('reports an overlay without a spec', async () => {
    folder.write({ 'aa.canary.prod.yaml': overlay(2), 'deep/zzzzzz.canary.dev.yaml': overlay(2) });
    const { problems, written } = await synth();
    expect(problems).toEqual([
      `${display(at('aa.canary.prod.yaml'))}: this overlay matches no spec: there is no aa.canary.yaml; did you mean 'a.canary.yaml'?`,
      `${display(at('deep/zzzzzz.canary.dev.yaml'))}: this overlay matches no spec: there is no zzzzzz.canary.yaml`,
    ]);
    expect([written, existsSync(at('dist/shop'))]).toEqual([[], false]);
  });
});

describe('synthesize with problems', () => {
  test('writes nothing, and prunes nothing', async () => {
    folder = new Folder({ ...fleet('a', 'b'), 'c.canary.yaml': spec('c', '  unknownField: 1\n') });
    const { problems, ...rest } = await synth();
    expect(problems).toEqual([expect.stringContaining('c.canary.yaml')]);
    expect(rest).toEqual({
      apps: 3,
      rendered: 3,
      files: 2,
      written: [],
      deleted: [],
      notes: [],
      changes: [],
      cutOff: false,
    });
    expect(files()).toEqual([]);
    expect(readdirSync(at('dist/.cdk8s-canary'))).toEqual(['.gitignore']);
  });

  test('writes what is right if it is to keep going, and prunes nothing', async () => {
    folder = new Folder(fleet('a', 'b', 'c', 'd', 'e', 'f'));
    await synth();
    rmSync(at('f.canary.yaml'));
    edit('a.canary.yaml', ':1.4.2', ':1.4.3');
    edit('b.canary.yaml', 'port: 8080', 'port: none');
    const result = await synth({ keepGoing: true });
    expect(result).toMatchObject({ written: ['shop/a.yaml'], deleted: [], problems: [expect.any(String)] });
    expect(files()).toContain('shop/f.yaml');
    expect(sums()).toContain('shop/b.yaml');
    // What is broken is rendered again.
    expect(await synth({ keepGoing: true })).toMatchObject({ rendered: 1, written: [] });
  });

  test('reports what defaults say once', async () => {
    folder = new Folder(fleet('a', 'b'));
    folder.write({ 'canary.defaults.yaml': 'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryDefaults\nspec: { x: 1 }\n' });
    expect((await synth()).problems).toHaveLength(1);
  });

  test('reports two specs that make the same, in the order of their names', async () => {
    folder = new Folder({ 'z.canary.yaml': spec('same'), 'm.canary.yaml': spec('same') });
    const { problems } = await synth();
    const [m, z] = ['m', 'z'].map((name) => display(at(`${name}.canary.yaml`)));
    expect(problems).toContain(`${z}: Service shop/same is also that of ${m}; give one of them another name`);
    expect(problems).toContain(
      `${z}: host 'same.example.com' of a VirtualService is also that of ${m}; give one of them another name`,
    );
    expect(problems.filter((problem) => problem.includes('the file '))).toEqual([]);
  });

  test('reports one that makes what an unchanged one makes', async () => {
    folder = new Folder(fleet('a', 'm'));
    await synth();
    edit('a.canary.yaml', 'hosts: [a.', 'hosts: [m.');
    const { problems, rendered } = await synth();
    expect([problems, rendered]).toEqual([
      [
        `${display(at('m.canary.yaml'))}: host 'm.example.com' of a VirtualService is also that of ${display(at('a.canary.yaml'))}; give one of them another name`,
      ],
      1,
    ]);
  });

  test('refuses what is not made by it, and in the way', async () => {
    folder = new Folder({ ...fleet('a', 'b'), 'dist/shop/a.yaml': 'mine\n', 'dist/shop/b.yaml': 'mine\n' });
    for (const dryRun of [true, false]) {
      await expect(synth({ dryRun })).rejects.toThrow(
        new Error(
          `${shown('shop/a.yaml')}, ${shown('shop/b.yaml')}: not made by cdk8s-canary, and in the way; move it, or choose another folder`,
        ),
      );
    }
    expect(folder.read('dist/shop/a.yaml')).toBe('mine\n');
    expect(existsSync(at('dist/.cdk8s-canary.sums'))).toBe(false);
  });

  test('accepts a file that is there as it would be made', async () => {
    folder = new Folder(fleet('a'));
    await synth();
    rmSync(at('dist/.cdk8s-canary.sums'));
    rmSync(at('dist/.cdk8s-canary'), { recursive: true });
    expect(await synth()).toMatchObject({ rendered: 1, written: [], notes: [] });
    expect(sums()).toContain('shop/a.yaml');
  });

  test.each([true, false])('refuses a file in place of a folder (dry run: %s)', async (dryRun) => {
    folder = new Folder({ ...fleet('a'), 'dist/shop': 'mine\n' });
    await expect(synth({ dryRun })).rejects.toThrow(
      `${at('dist/shop')} is a file, where a folder is needed; move it away`,
    );
  });

  test('is refused where there are no specs', async () => {
    folder = new Folder({ 'x/other.yaml': '', 'y/z': '' });
    await expect(synth({ paths: [at('x'), at('y')] })).rejects.toThrow(
      new Error(`no canary.yaml in ${at('x')}, ${at('y')}; \`cdk8s-canary init\` makes one`),
    );
    expect(existsSync(out())).toBe(false);
  });
});

describe('synthesize and files of earlier runs', () => {
  test('says which it has written over, in the singular and the plural', async () => {
    folder = new Folder(fleet('a', 'b'));
    await synth();
    const rest = 'and written anew: make the change in the canary file, such as by patches';
    folder.write({ 'dist/shop/a.yaml': 'mine\n' });
    expect((await synth()).notes).toEqual([`shop/a.yaml: changed after synth wrote it, ${rest}`]);
    folder.write({ 'dist/shop/a.yaml': 'mine\n', 'dist/shop/b.yaml': 'mine\n' });
    expect((await synth()).notes).toEqual([`shop/a.yaml, shop/b.yaml: changed after synth wrote them, ${rest}`]);
  });

  test('asks before it removes many, and says that nothing was changed', async () => {
    folder = new Folder(fleet('a', 'b', 'c'));
    await synth();
    rmSync(at('b.canary.yaml'));
    edit('a.canary.yaml', ':1.4.2', ':1.4.3');
    const question =
      'this run would delete 1 of 3 files (33 %), whose specs are gone: shop/b.yaml; pass --prune to delete, or --no-prune to keep them';
    await expect(synth()).rejects.toThrow(new Error(`${shown()}: ${question}; nothing was changed`));
    expect(folder.read('dist/shop/a.yaml')).toContain(':1.4.2');
    expect((await synth({ dryRun: true })).notes).toEqual([question]);
    expect(await synth({ prune: false })).toMatchObject({ written: ['shop/a.yaml'], deleted: [], notes: [] });
    expect(sums()).toContain('shop/b.yaml');
    expect(await synth({ prune: true })).toMatchObject({ written: [], deleted: ['shop/b.yaml'] });
    expect([files(), sums().includes('shop/b.yaml')]).toEqual([['shop/a.yaml', 'shop/c.yaml'], false]);
  });

  test('forgets those that are gone', async () => {
    folder = new Folder(fleet('a', 'b'));
    await synth();
    rmSync(at('b.canary.yaml'));
    rmSync(at('dist/shop/b.yaml'));
    expect(await synth()).toMatchObject({ written: [], deleted: [] });
    expect(sums()).not.toContain('shop/b.yaml');
  });

  test('in a dry run changes nothing, and gives both texts in the order of paths', async () => {
    folder = new Folder(fleet('a', 'b', 'c', 'd', 'e', 'f'));
    await synth();
    rmSync(at('a.canary.yaml'));
    edit('b.canary.yaml', ':1.4.2', ':1.4.3');
    folder.write({ 'd2.canary.yaml': spec('d2') });
    const before = folder.snapshot('dist');
    const { changes, written, deleted, rendered, files: count } = await synth({ dryRun: true });
    expect(changes.map(({ path, before: old, after }) => [path, old !== undefined, after !== undefined])).toEqual([
      ['shop/a.yaml', true, false],
      ['shop/b.yaml', true, true],
      ['shop/d2.yaml', false, true],
    ]);
    expect(changes[0].before).toBe(before['shop/a.yaml']);
    expect(changes[1]).toMatchObject({ before: before['shop/b.yaml'], after: expect.stringContaining(':1.4.3') });
    expect([written, deleted, rendered, count]).toEqual([[], [], 6, 6]);
    expect(folder.snapshot('dist')).toEqual(before);
  });

  test('in a dry run makes no folder', async () => {
    folder = new Folder(fleet('a'));
    expect(await synth({ dryRun: true })).toMatchObject({ changes: [{ path: 'shop/a.yaml' }], cutOff: false });
    expect(existsSync(out())).toBe(false);
  });
});
