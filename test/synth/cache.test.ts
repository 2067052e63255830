import fs, { existsSync, mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cache, CachedJob, SourceFact, cacheIn, toolFingerprint } from '../../src/synth/cache';
import { Sources } from '../../src/synth/sources';
import { sha256 } from '../../src/synth/output';
import { Folder, spec } from '../cli/run';

let folder: Folder;
let path: string;
beforeEach(() => {
  folder = new Folder({});
  path = join(folder.path, 'cache');
});
afterEach(() => {
  jest.restoreAllMocks();
  folder.remove();
});

const SEAL = 'tool 1 2';
const lines = () => readFileSync(path, 'utf8').split('\n');
const job = (name: string, inputs = `in\n${name}`): CachedJob => ({
  inputs,
  files: [
    { path: `shop/${name}.yaml`, sha256: `sum-${name}`, signature: '1 2 3 4' },
    { path: `shop/${name}-b.yaml`, sha256: 'sum-b', signature: '' },
  ],
  identities: [`||Service shop/${name}`, `|host|${name}.example.com`],
  apps: 2,
});
const fact: SourceFact = { signature: '9 8 7 6', sha256: 'sum', hasBase: false, hasFiles: false };

/** Writes a cache in which these jobs are. */
function written(...names: string[]): void {
  const cache = new Cache(path, SEAL);
  for (const name of names) cache.setJob(name, job(name));
  cache.write();
}

/** A run that keeps some jobs and sets others. */
function run(kept: readonly string[], set: readonly string[], inputs?: string): void {
  const cache = new Cache(path, SEAL);
  for (const name of kept) cache.keepJob(name);
  for (const name of set) cache.setJob(name, job(name, inputs));
  cache.write();
}

const keys = () => {
  const cache = new Cache(path, SEAL);
  return ['a', 'b', 'c', 'd', 'e'].filter((name) => cache.job(name, `in\n${name}`) !== undefined);
};

describe('a cache', () => {
  test('gives jobs back as they were set', () => {
    const cache = new Cache(path, SEAL);
    cache.setJob('a:"b"\t', job('a'));
    cache.setJob('none', { inputs: '', files: [], identities: [], apps: 1 });
    cache.setJob('unsigned', { inputs: 'x', files: [{ path: 'p', sha256: 's' }], identities: ['i'], apps: 1 });
    cache.write();
    const again = new Cache(path, SEAL);
    expect(again.isForeign).toBe(false);
    expect({ ...again.job('a:"b"\t', 'in\na') }).toEqual(job('a'));
    expect({ ...again.job('none', '') }).toEqual({ inputs: '', files: [], identities: [], apps: 1 });
    expect(again.job('unsigned', 'x')!.files).toEqual([{ path: 'p', sha256: 's', signature: '' }]);
    expect(lines()[0]).toBe(SEAL);
    expect(readdirSync(folder.path).sort()).toEqual(['.git', 'cache']);
  });

  test('knows a job by its inputs and its name', () => {
    written('a');
    const cache = new Cache(path, SEAL);
    expect(cache.job('a', 'in\na')).toBeDefined();
    for (const inputs of ['in\nb', 'in\n', 'in\na ', '']) expect(cache.job('a', inputs)).toBeUndefined();
    expect(cache.job('b', 'in\na')).toBeUndefined();
  });

  test.each<[string, boolean, boolean]>([
    ['a base', true, false],
    ['files', false, true],
    ['both', true, true],
    ['neither', false, false],
  ])('gives a source back that has %s', (_, hasBase, hasFiles) => {
    const cache = new Cache(path, SEAL);
    cache.setSource('/a "b".yaml', { ...fact, hasBase, hasFiles });
    cache.write();
    const again = new Cache(path, SEAL);
    expect(again.source('/a "b".yaml')).toEqual({ ...fact, hasBase, hasFiles });
    expect(again.source('/other.yaml')).toBeUndefined();
    again.keepSource('/a "b".yaml');
    again.write();
    expect(new Cache(path, SEAL).source('/a "b".yaml')).toEqual({ ...fact, hasBase, hasFiles });
  });

  test('keeps no source without a signature', () => {
    const cache = new Cache(path, SEAL);
    cache.setSource('/a.yaml', { ...fact, signature: undefined });
    cache.write();
    expect(lines()).toEqual([SEAL, '']);
  });

  test('does not mistake a source for a job', () => {
    const cache = new Cache(path, SEAL);
    cache.setSource('x', fact);
    cache.write();
    expect(new Cache(path, SEAL).job('x', '9 8 7 6')).toBeUndefined();
  });
});

describe('a cache is not believed', () => {
  test('with another seal, and that is known', () => {
    written('a');
    for (const seal of ['other 1 2', undefined]) {
      const cache = new Cache(path, seal);
      expect([cache.isForeign, cache.job('a', 'in\na')]).toEqual([true, undefined]);
    }
  });

  test('where there is none', () => {
    for (const none of [path, '', folder.path]) {
      const cache = new Cache(none, SEAL);
      expect([cache.isForeign, cache.job('a', 'in\na')]).toEqual([false, undefined]);
    }
  });

  test('where its last line was cut off', () => {
    written('a', 'b');
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -1));
    const cache = new Cache(path, SEAL);
    expect([cache.isForeign, cache.job('a', 'in\na'), cache.job('b', 'in\nb')]).toEqual([false, undefined, undefined]);
  });

  test('and not written without a seal', () => {
    const cache = new Cache(path, undefined);
    cache.setJob('a', job('a'));
    cache.write();
    expect(existsSync(path)).toBe(false);
  });
});

describe('a cache is written', () => {
  test('anew where nothing of it stays', () => {
    written('a', 'b');
    run([], ['c']);
    expect(keys()).toEqual(['c']);
    expect(lines()).toHaveLength(3);
  });

  test('anew where some of it goes', () => {
    written('a', 'b', 'c');
    run(['a', 'b'], ['d']);
    expect(keys()).toEqual(['a', 'b', 'd']);
    expect(lines()).toHaveLength(5);
  });

  test('not at all where all of it stays', () => {
    written('a', 'b');
    const [appended, made] = [jest.spyOn(fs, 'appendFileSync'), jest.spyOn(fs, 'writeFileSync')];
    run(['a', 'b'], []);
    expect([appended.mock.calls, made.mock.calls]).toEqual([[], []]);
    // What is set as it was is no news.
    run(['a'], ['b']);
    expect([appended.mock.calls, made.mock.calls]).toEqual([[], []]);
    expect(keys()).toEqual(['a', 'b']);
  });

  test('at its end where all of it stays and something is new', () => {
    written('a', 'b');
    const renamed = jest.spyOn(fs, 'renameSync');
    run(['a', 'b'], ['c']);
    expect(renamed).not.toHaveBeenCalled();
    expect(keys()).toEqual(['a', 'b', 'c']);
    expect(lines()).toHaveLength(5);
  });

  test('at its end with a change, until half of it is outdated', () => {
    written('a', 'b');
    const sizes = ['1', '2', '3', '4'].map((inputs) => {
      run(['a'], ['b'], inputs);
      expect(new Cache(path, SEAL).job('b', inputs)).toBeDefined();
      expect(new Cache(path, SEAL).job('a', 'in\na')).toBeDefined();
      return lines().length - 2;
    });
    expect(sizes).toEqual([3, 2, 3, 2]);
  });

  test('in pieces where it is large, all of them', () => {
    const names = Array.from({ length: 60 }, (_, i) => `${i}-${'x'.repeat(20_000)}`);
    const pieces = jest.spyOn(fs, 'appendFileSync');
    written(...names);
    expect(pieces.mock.calls.length).toBeGreaterThan(2);
    expect(pieces.mock.calls.length).toBeLessThan(30);
    const cache = new Cache(path, SEAL);
    for (const name of names) expect({ ...cache.job(name, `in\n${name}`) }).toEqual(job(name));
    expect(lines()).toHaveLength(62);
  });

  test('whole or not at all', () => {
    written('a');
    const before = readFileSync(path, 'utf8');
    jest.spyOn(fs, 'renameSync').mockImplementation(() => {
      throw new Error('refused');
    });
    run([], ['b']);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(existsSync(`${path}.new`)).toBe(false);
  });

  test('or removed where its end cannot be written', () => {
    written('a', 'b');
    jest.spyOn(fs, 'appendFileSync').mockImplementation(() => {
      throw new Error('refused');
    });
    run(['a', 'b'], ['c']);
    expect(existsSync(path)).toBe(false);
  });
});

test('the cache of a folder is in its state', () => {
  expect(cacheIn('/out')).toBe('/out/.cdk8s-canary/cache');
});

test('the fingerprint of the tool is a checksum, and the same each time', () => {
  expect(toolFingerprint()).toMatch(/^[0-9a-f]{64}$/);
  expect(toolFingerprint()).toBe(toolFingerprint());
});

describe('the sources of a spec', () => {
  const at = (name: string) => join(folder.path, name);
  const open = () => new Sources(new Cache(path, SEAL));
  const sum = (name: string) => sha256(folder.read(name));

  test('are its layers, by their roles and checksums', () => {
    folder.write({
      'canary.defaults.yaml': 'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryDefaults\nspec: {}\n',
      'base.yaml': spec('base'),
      'a.canary.yaml': `base: base.yaml\n${spec('a')}`,
      'a.canary.prod.yaml': 'apiVersion: cdk8s-canary.dev/v1\nkind: CanaryApp\nspec: { replicas: 2 }\n',
    });
    const below = [
      `defaults ${sum('canary.defaults.yaml')}`,
      `base ${sum('base.yaml')}`,
      `spec ${sum('a.canary.yaml')}`,
    ];
    expect(open().inputs(at('a.canary.yaml'), undefined)).toBe(below.join('\n'));
    expect(open().inputs(at('a.canary.yaml'), 'prod')).toBe(
      [...below, `overlay ${sum('a.canary.prod.yaml')}`].join('\n'),
    );
  });

  test('are also the files that it names, those that are missing as well', () => {
    folder.write({ 'a.canary.yaml': `${spec('a')}  extraManifests: [x.yaml, gone.yaml, folder]\n` });
    folder.write({ 'x.yaml': 'x: 1\n' });
    mkdirSync(at('folder'));
    expect(open().inputs(at('a.canary.yaml'), undefined).split('\n')).toEqual([
      `spec ${sum('a.canary.yaml')}`,
      `file ${sum('x.yaml')}`,
      'file missing',
      'file missing',
    ]);
  });

  test('are not read again where their signature is known', () => {
    folder.write({ 'a.canary.yaml': spec('a') });
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.now() + 10_000);
    const cache = new Cache(path, SEAL);
    const found = new Sources(cache).inputs(at('a.canary.yaml'), undefined);
    cache.write();
    const text = readFileSync(path, 'utf8');
    // A sum that only the cache has shows that it was believed.
    writeFileSync(path, text.replace(sum('a.canary.yaml'), 'believed'));
    const again = new Cache(path, SEAL);
    expect(new Sources(again).inputs(at('a.canary.yaml'), undefined)).toBe('spec believed');
    again.write();
    expect(new Cache(path, SEAL).source(at('a.canary.yaml'))).toMatchObject({ sha256: 'believed' });
    utimesSync(at('a.canary.yaml'), 1, 1);
    expect(open().inputs(at('a.canary.yaml'), undefined)).toBe(found);
    now.mockRestore();
    // What is as new as the step of a clock may have changed within it.
    expect(open().inputs(at('a.canary.yaml'), undefined)).toBe(found);
  });

  test('are read anew once they are forgotten', () => {
    folder.write({ 'a.canary.yaml': spec('a') });
    const sources = open();
    const first = sources.inputs(at('a.canary.yaml'), undefined);
    folder.write({ 'a.canary.yaml': spec('b') });
    expect(sources.inputs(at('a.canary.yaml'), undefined)).toBe(first);
    sources.forget(at('a.canary.yaml'));
    expect(sources.inputs(at('a.canary.yaml'), undefined)).toBe(`spec ${sum('a.canary.yaml')}`);
  });
});
