import { cpSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { inShard, readShard } from '../../src/formats/shard';
import { statedName } from '../../src/synth/stated-name';
import { Ran, folderWith, runCli } from '../cli/run-cli';
import { spec } from '../cli/run';

const overlay = (replicas: number) =>
  `apiVersion: cdk8s-canary.dev/v1\nkind: CanaryApp\nspec: { replicas: ${replicas} }\n`;

/** The files below a folder, by their path from there. */
function list(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith('.cdk8s-canary'))
    .sort();
}

describe('synth and what exists', () => {
  let cwd: string;
  const synth = (...args: string[]): Promise<Ran> => runCli(['synth', ...args, '-o', 'out'], { cwd });
  const files = () => list(join(cwd, 'out'));
  const fleet = (...names: string[]) => Object.fromEntries(names.map((name) => [`${name}/canary.yaml`, spec(name)]));

  test('a misspelt environment changes nothing', async () => {
    cwd = folderWith({ ...fleet('a'), 'a/canary.production.yaml': overlay(4) });
    expect((await synth('--env', 'production')).code).toBe(0);
    const before = files();
    const { code, err } = await synth('--env', 'prodution');
    expect([code, err]).toEqual([
      2,
      "cdk8s-canary: no overlay or defaults file mentions the environment 'prodution'; did you mean 'production'? If it is new, create canary.defaults.prodution.yaml\n",
    ]);
    expect(files()).toEqual(before);
  });

  test('an unknown environment is reported with the way to create it', async () => {
    cwd = folderWith(fleet('a'));
    await synth('.');
    expect((await synth('--env', 'prod')).err).toBe(
      "cdk8s-canary: no overlay or defaults file mentions the environment 'prod'; if it is new, create canary.defaults.prod.yaml\n",
    );
  });

  test('an environment is known by an overlay elsewhere in the repository, and by defaults', async () => {
    cwd = folderWith({ ...fleet('a', 'b'), 'b/canary.production.yaml': overlay(4), '.git/HEAD': '' });
    expect((await synth('a', '--env', 'production')).code).toBe(0);
    writeFileSync(
      join(cwd, 'canary.defaults.staging.yaml'),
      'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryDefaults\nspec: {}\n',
    );
    expect((await synth('a', '--env', 'staging')).code).toBe(0);
    expect(files()).toEqual(['production/shop/a.yaml', 'staging/shop/a.yaml']);
  });

  test('a path that leads to nothing is an error that names what may be meant', async () => {
    cwd = folderWith(fleet('checkout'));
    const { code, err } = await synth('chekout');
    expect([code, err]).toEqual([2, expect.stringContaining("no such file or folder; did you mean 'checkout'?")]);
    expect(files()).toEqual([]);
  });

  test('one environment does not prune the others', async () => {
    const [one, other] = [{ 'a/canary.production.yaml': overlay(4) }, { 'a/canary.staging.yaml': overlay(1) }];
    cwd = folderWith({ ...fleet('a'), ...one, ...other });
    await synth('--env', 'production', 'staging');
    expect((await synth('--env', 'production')).code).toBe(0);
    expect(files()).toEqual(['production/shop/a.yaml', 'staging/shop/a.yaml']);
  });

  test('part of a workspace prunes only what that part owned', async () => {
    cwd = folderWith(fleet('a', 'b', 'c'));
    await synth('.');
    rmSync(join(cwd, 'b/canary.yaml'));
    expect((await synth('a')).code).toBe(0);
    expect(files()).toEqual(['shop/a.yaml', 'shop/b.yaml', 'shop/c.yaml']);
    expect((await synth('.', '--prune')).out).toContain('1 removed');
    expect(files()).toEqual(['shop/a.yaml', 'shop/c.yaml']);
  });

  test('a file that was changed manually is kept, and reported', async () => {
    cwd = folderWith(fleet('a', 'b', 'c', 'd', 'e', 'f'));
    await synth('.');
    for (const name of ['a', 'b']) rmSync(join(cwd, name), { recursive: true });
    writeFileSync(join(cwd, 'out/shop/a.yaml'), 'mine: true\n');
    const { code, err } = await synth('.');
    expect([code, err]).toEqual([
      0,
      'shop/a.yaml is no longer made, but was changed after synth wrote it; it is kept: delete it by hand\n',
    ]);
    expect(files()).toEqual(['shop/a.yaml', 'shop/c.yaml', 'shop/d.yaml', 'shop/e.yaml', 'shop/f.yaml']);
  });

  test('a file that is written anew over a manual change is reported', async () => {
    cwd = folderWith(fleet('a', 'b'));
    await synth('.');
    const written = readFileSync(join(cwd, 'out/shop/a.yaml'), 'utf8');
    writeFileSync(join(cwd, 'out/shop/a.yaml'), `${written}# mine\n`);
    const note =
      'shop/a.yaml: changed after synth wrote it, and written anew: make the change in the canary file, such as by patches\n';
    expect((await synth('.', '--dry-run')).err).toBe(note);
    expect(readFileSync(join(cwd, 'out/shop/a.yaml'), 'utf8')).toContain('# mine');
    expect(await synth('.')).toMatchObject({ code: 0, err: note });
    expect(readFileSync(join(cwd, 'out/shop/a.yaml'), 'utf8')).toBe(written);
    // What only the spec changed is not.
    writeFileSync(join(cwd, 'a/canary.yaml'), spec('a').replace(/image: .*/, 'image: registry.example.com/a:2'));
    expect(await synth('.')).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(join(cwd, 'out/shop/a.yaml'), 'utf8')).not.toBe(written);
  });

  test('many deletions need --prune, and --dry-run lists them', async () => {
    cwd = folderWith(fleet('a', 'b', 'c'));
    await synth('.');
    rmSync(join(cwd, 'b'), { recursive: true });
    const { code, err } = await synth('.');
    expect([code, err]).toEqual([
      2,
      expect.stringContaining(
        'this run would delete 1 of 3 files (33 %), whose specs are gone: shop/b.yaml; pass --prune',
      ),
    ]);
    const dry = await synth('.', '--dry-run');
    expect([dry.code, dry.out]).toEqual([0, 'would delete shop/b.yaml\nout: 0 to write, 1 to delete, 2 unchanged\n']);
    expect(files()).toHaveLength(3);
    expect((await synth('.', '--no-prune')).code).toBe(0);
    expect(files()).toHaveLength(3);
    expect((await synth('.', '--prune')).code).toBe(0);
    expect(files()).toEqual(['shop/a.yaml', 'shop/c.yaml']);
  });

  test('all of an environment needs --prune, however small it is', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `a${i}`);
    cwd = folderWith({ ...fleet(...names), 'x/canary.yaml': spec('x'), 'x/canary.production.yaml': overlay(4) });
    await synth('.');
    await synth('x', '--env', 'production');
    rmSync(join(cwd, 'x/canary.yaml'));
    rmSync(join(cwd, 'x/canary.production.yaml'));
    writeFileSync(join(cwd, 'x/w.canary.yaml'), spec('w'));
    const { code, err } = await synth('x', '--env', 'production');
    expect([code, err]).toEqual([2, expect.stringContaining("all files of the environment 'production'")]);
    expect(files()).toContain('production/shop/x.yaml');
  });

  test('a file that moves is no deletion', async () => {
    cwd = folderWith(fleet('a', 'b'));
    await synth('.');
    for (const name of ['a', 'b']) writeFileSync(join(cwd, `${name}/canary.yaml`), spec(name, '', 'other'));
    expect((await synth('.')).code).toBe(0);
    expect(files()).toEqual(['other/a.yaml', 'other/b.yaml']);
  });

  test('the list of an earlier release tells no owners: its files stay until --prune', async () => {
    cwd = folderWith(fleet('a', 'b'));
    await synth('.');
    const sums = join(cwd, 'out/.cdk8s-canary.sums');
    writeFileSync(sums, readFileSync(sums, 'utf8').replace(/^#.*\n/gm, ''));
    rmSync(join(cwd, 'b'), { recursive: true });
    expect(await synth('.')).toMatchObject({ code: 0, err: expect.stringContaining('shop/b.yaml: no longer made') });
    expect((await synth('.', '--prune')).code).toBe(0);
    expect(files()).toEqual(['shop/a.yaml']);
  });

  test('the outputs of shards merge by copying into those of one run, and stay apart when one runs again', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `app-${i}`);
    cwd = folderWith(fleet(...names));
    const run = (out: string, ...args: string[]) => runCli(['synth', '.', '-o', out, ...args], { cwd });
    await run('whole');
    const made: string[][] = [];
    for (const i of [1, 2, 3]) {
      expect((await run(`part${i}`, '--shard', `${i}/3`)).code).toBe(0);
      made.push(list(join(cwd, `part${i}`)));
      cpSync(join(cwd, `part${i}`), join(cwd, 'merged'), { recursive: true });
    }
    expect(made.every((part) => part.length > 0)).toBe(true);
    expect(made.flat().sort()).toEqual(list(join(cwd, 'whole')));
    for (const path of made.flat()) {
      expect(readFileSync(join(cwd, 'merged', path))).toEqual(readFileSync(join(cwd, 'whole', path)));
    }
    const gone = [1, 2, 3].map((i) => names.find((name) => inShard({ index: i, count: 3 }, name))!);
    for (const name of gone) rmSync(join(cwd, name), { recursive: true });
    await run('merged', '--shard', '2/3', '--prune');
    expect(list(join(cwd, 'merged'))).toEqual(
      made
        .flat()
        .filter((path) => path !== `shop/${gone[1]}.yaml`)
        .sort(),
    );
    await run('merged', '--prune');
    expect(list(join(cwd, 'merged'))).toHaveLength(9);
    expect(readdirSync(join(cwd, 'merged')).filter((name) => name.includes('-of-'))).toEqual([]);
  });
});

describe('a shard', () => {
  test.each([
    ['3/8', { index: 3, count: 8 }],
    ['1/1', { index: 1, count: 1 }],
    ['0/3', undefined],
    ['4/3', undefined],
    ['1', undefined],
    ['a/b', undefined],
  ])('is read from %s', (text, shard) => expect(readShard(text)).toEqual(shard));

  test('all of one count are complete and disjoint', () => {
    const names = Array.from({ length: 2000 }, (_, i) => `service-${i}`);
    for (const count of [1, 2, 7, 8]) {
      const found = names.map((name) =>
        Array.from({ length: count }, (_, i) => inShard({ index: i + 1, count }, name)),
      );
      expect(found.every((one) => one.filter((is) => is).length === 1)).toBe(true);
    }
  });

  test.each([
    ['metadata: { name: ledger, namespace: pay }\n', 'ledger'],
    ['metadata: { namespace: pay, name: "ledger" }\n', 'ledger'],
    ['metadata:\n  # Who?\n  namespace: pay\n  name: ledger\n', 'ledger'],
    ['spec: { image: x }\n', 'shop'],
  ])('goes by the name that a spec states: %j', (text, name) => {
    const folder = folderWith({ 'shop.canary.yaml': text });
    expect(statedName(join(folder, 'shop.canary.yaml'))).toBe(name);
  });
});
