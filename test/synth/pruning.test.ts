import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { inShard } from '../../src/formats/shard';
import { Owner, Sums, WrittenFile, sha256 } from '../../src/synth/output';
import { Pruning, Scope, listed, ownerKey, pruning } from '../../src/synth/prune';
import { Folder } from '../cli/run';

let folder: Folder;
beforeEach(() => (folder = new Folder({})));
afterEach(() => folder.remove());
const out = () => join(folder.path, 'out');
const path = (name: string) => `shop/${name}.yaml`;
const owner = (name: string, environment?: string): Owner => ({ spec: `../specs/${name}.yaml`, name, environment });

/** What is recorded: files that are there as they were written. */
function written(files: Record<string, Owner | undefined>): Map<string, WrittenFile> {
  folder.write(Object.fromEntries(Object.keys(files).map((name) => [`out/${name}`, name])));
  return new Map(Object.entries(files).map(([name, own]) => [name, { sha256: sha256(name), owner: own }]));
}

/** Ten files, so that two are few. */
const ten = Array.from({ length: 10 }, (_, i) => `a${i}`);
const fleet = () => written(Object.fromEntries(ten.map((name) => [path(name), owner(name)])));

function prune(
  before: Sums,
  gone: readonly string[],
  scope: Partial<Scope> & { readonly confirmed?: boolean } = {},
): Pruning {
  const { confirmed = false, ...rest } = scope;
  const whole: Scope = { out: out(), paths: [folder.path], environments: [undefined], rendered: new Set(), ...rest };
  return pruning(before, (one) => !gone.includes(one), whole, confirmed);
}

const nothing = { deleted: [], gone: [], notes: [], question: undefined };
const asked = (what: string, files: string) =>
  `this run would delete ${what}, whose specs are gone: ${files}; pass --prune to delete, or --no-prune to keep them`;

describe('a file that is no longer made', () => {
  test('is deleted, while those that are made are not', () => {
    expect(prune(fleet(), [])).toEqual(nothing);
    expect(prune(fleet(), [path('a3')])).toEqual({ ...nothing, deleted: [path('a3')] });
    expect(prune(fleet(), [path('a5'), path('a3')])).toEqual({ ...nothing, deleted: [path('a3'), path('a5')] });
  });

  test('is forgotten where it is gone', () => {
    const before = fleet();
    before.set('shop/not-there.yaml', { sha256: 'x', owner: owner('not-there') });
    before.set('shop/folder', { sha256: 'x', owner: owner('not-there') });
    before.set(`${path('a0')}/below-a-file`, { sha256: 'x', owner: owner('not-there') });
    mkdirSync(join(out(), 'shop/folder'));
    const gone = ['shop/not-there.yaml', 'shop/folder', `${path('a0')}/below-a-file`];
    expect(prune(before, gone)).toEqual({ ...nothing, gone });
  });

  test('is kept where it was changed, and that is said', () => {
    const before = fleet();
    folder.write({ 'out/shop/a1.yaml': 'mine' });
    const notes = [
      'shop/a1.yaml is no longer made, but was changed after synth wrote it; it is kept: delete it by hand',
    ];
    expect(prune(before, [path('a1')])).toEqual({ ...nothing, notes });
    expect(prune(before, [path('a1')], { confirmed: true })).toEqual({ ...nothing, notes });
  });

  test('is deleted where it is as another shard recorded it, and only then', () => {
    const before = fleet();
    folder.write({ 'out/shop/a1.yaml': 'other', 'out/shop/a2.yaml': 'mine' });
    for (const name of ['a1', 'a2']) {
      before.set(path(name), { ...before.get(path(name))!, others: [sha256('x'), sha256('other')] });
    }
    const found = prune(before, [path('a1'), path('a2')]);
    expect(found.deleted).toEqual([path('a1')]);
    expect(found.notes).toHaveLength(1);
  });

  test('is no link, whatever that leads to', () => {
    const before = fleet();
    symlinkSync('a1.yaml', join(out(), 'shop/link.yaml'));
    before.set('shop/link.yaml', { sha256: sha256(path('a1')), owner: owner('x') });
    expect(prune(before, ['shop/link.yaml'])).toEqual({ ...nothing, gone: ['shop/link.yaml'] });
  });
});

describe('a run deletes what is in its scope', () => {
  const gone = [path('a1')];
  const kept = (scope: Partial<Scope>) => expect(prune(fleet(), gone, scope)).toEqual(nothing);
  const deleted = (scope: Partial<Scope>) => expect(prune(fleet(), gone, scope)).toEqual({ ...nothing, deleted: gone });

  test('by the paths that it was given', () => {
    deleted({ paths: [join(folder.path, 'specs')] });
    deleted({ paths: [join(folder.path, 'other'), join(folder.path, 'specs/a1.yaml')] });
    deleted({ paths: ['/'] });
    kept({ paths: [join(folder.path, 'spec')] });
    kept({ paths: [join(folder.path, 'specs/a2.yaml')] });
    kept({ paths: [join(folder.path, 'specs/a1')] });
    kept({ paths: [] });
  });

  test('by environment', () => {
    kept({ environments: ['prod'] });
    deleted({ environments: ['prod', undefined] });
    const before = fleet();
    before.set('prod/x.yaml', { sha256: 'x', owner: owner('x', 'prod') });
    expect(prune(before, ['prod/x.yaml'])).toEqual(nothing);
    expect(prune(before, ['prod/x.yaml'], { environments: ['prod'] }).gone).toEqual(['prod/x.yaml']);
  });

  test('by shard', () => {
    const shards = [1, 2].map((index) => ({ index, count: 2 }));
    const own = shards.find((shard) => inShard(shard, 'a1'))!;
    const other = shards.find((shard) => shard !== own)!;
    deleted({ shard: own });
    kept({ shard: other });
  });
});

describe('a file without an owner', () => {
  const before = () => {
    const all = fleet();
    for (const [name, file] of written({ 'x.yaml': undefined, 'y.yaml': undefined })) all.set(name, file);
    return all;
  };
  const gone = ['x.yaml', 'y.yaml'];

  test('is kept, and all of them are listed once', () => {
    expect(prune(before(), gone)).toEqual({
      ...nothing,
      notes: [
        'x.yaml, y.yaml: no longer made, and the list of an earlier release does not tell of which spec; kept: pass --prune to delete',
      ],
    });
  });

  test('is deleted where that was asked for, in any scope', () => {
    const scope = { confirmed: true, paths: [], environments: ['prod'] };
    expect(prune(before(), gone, scope)).toEqual({ ...nothing, deleted: gone });
  });

  test('is forgotten where it is gone', () => {
    const all = before();
    all.set('z.yaml', { sha256: 'z' });
    expect(prune(all, ['z.yaml'])).toEqual({ ...nothing, gone: ['z.yaml'] });
  });
});

describe('a deletion is to be confirmed', () => {
  test('where it is of more than a fifth', () => {
    const [two, three] = [2, 3].map((count) => ten.slice(0, count).map(path));
    expect(prune(fleet(), two).question).toBeUndefined();
    expect(prune(fleet(), three)).toEqual({
      ...nothing,
      deleted: three,
      question: asked('3 of 10 files (30 %)', 'shop/a0.yaml, shop/a1.yaml, shop/a2.yaml'),
    });
    expect(prune(fleet(), three, { confirmed: true })).toEqual({ ...nothing, deleted: three });
    const third = written({ 'a.yaml': owner('a'), 'b.yaml': owner('b'), 'c.yaml': owner('c') });
    expect(prune(third, ['a.yaml']).question).toBe(asked('1 of 3 files (33 %)', 'a.yaml'));
  });

  test('not where the specs still make something: those files have moved', () => {
    const three = ten.slice(0, 3).map(path);
    const rendered = new Set(['a0', 'a1', 'a2'].map((name) => ownerKey(owner(name))));
    expect(prune(fleet(), three, { rendered })).toEqual({ ...nothing, deleted: three });
    rendered.delete(ownerKey(owner('a1')));
    expect(prune(fleet(), three, { rendered }).question).toBeUndefined();
  });

  test('where it is all of an environment', () => {
    const before = fleet();
    for (const [name, file] of written({ 'prod/x.yaml': owner('x', 'prod') })) before.set(name, file);
    const scope = { environments: ['prod'] };
    expect(prune(before, ['prod/x.yaml'], scope).question).toBe(
      asked("all files of the environment 'prod'", 'prod/x.yaml'),
    );
    expect(prune(before, ['prod/x.yaml'], { ...scope, confirmed: true }).question).toBeUndefined();
    const rendered = new Set([ownerKey(owner('x', 'prod'))]);
    expect(prune(before, ['prod/x.yaml'], { ...scope, rendered }).question).toBeUndefined();
    for (const [name, file] of written({ 'prod/y.yaml': owner('y', 'prod') })) before.set(name, file);
    expect(prune(before, ['prod/x.yaml'], scope).question).toBeUndefined();
    // Those without an environment are no environment.
    expect(prune(before, [path('a1')]).question).toBeUndefined();
  });
});

test('an owner is told apart by its environment and its spec', () => {
  expect(ownerKey({ spec: 'a b', name: 'x' })).toBe(' a b');
  expect(ownerKey({ spec: 'a', name: 'x', environment: 'prod' })).toBe('prod a');
});

test('of many paths five are listed', () => {
  expect(listed([])).toBe('');
  expect(listed(['a', 'b'])).toBe('a, b');
  expect(listed(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c, d, e');
  expect(listed(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toBe('a, b, c, d, e and 2 more');
});
