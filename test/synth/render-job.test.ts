import { EventEmitter } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import threads from 'node:worker_threads';
import { display } from '../../src/canaryfile/display-path';
import { InputError } from '../../src/formats/input-error';
import { packageRoot } from '../../src/formats/package-root';
import { sha256 } from '../../src/synth/output';
import { renderJobs } from '../../src/synth/pool';
import { JobRenderer, LAYOUTS, Layout, RenderJob, RenderResult } from '../../src/synth/render-job';
import type { WorkerTask } from '../../src/synth/worker';
import { Folder, spec } from '../cli/run';

let folder: Folder;
beforeEach(() => (folder = new Folder({})));
afterEach(() => {
  jest.restoreAllMocks();
  folder.remove();
});
const at = (...names: string[]): string => join(folder.path, ...names);

function job(files: Record<string, string>, more: Partial<RenderJob> = {}): RenderJob {
  folder.write(files);
  return { key: 'key', specs: Object.keys(files).map((name) => at(name)), ...more };
}

const render = (one: RenderJob, layout: Layout = 'app') => new JobRenderer(folder.path, undefined, layout).render(one);
const paths = ({ files }: RenderResult) => files.map(({ path }) => path);

describe('a job is rendered', () => {
  test('into one file for an app, by its namespace and name', () => {
    const { files, identities, ...rest } = render(job({ 'x.canary.yaml': spec('a') }));
    expect(rest).toEqual({ key: 'key', apps: 1, problems: [] });
    expect(files).toHaveLength(1);
    const [{ path, sha256: sum, text, staged }] = files;
    expect([path, sum, staged]).toEqual(['shop/a.yaml', sha256(text!), undefined]);
    expect(text!.split('\n---\n').length).toBeGreaterThan(2);
    expect(identities).toEqual(
      expect.arrayContaining(['|argoproj.io|Rollout shop/a', '||Service shop/a', '|host|a.example.com']),
    );
  });

  test('without a namespace where it has none', () => {
    const text = spec('a').replace(', namespace: shop', '');
    expect(paths(render(job({ 'x.canary.yaml': text })))).toEqual(['a.yaml']);
  });

  test('into a folder of its environment', () => {
    const one = job({ 'x.canary.yaml': spec('a') }, { environment: 'prod' });
    expect(paths(render(one))).toEqual(['prod/shop/a.yaml']);
    expect(paths(render(one, 'folder'))).toEqual(['prod/manifests.yaml']);
    expect(paths(render(one, 'resource'))).toContain('prod/shop/a/rollout-a.yaml');
    expect(render(one).identities).toContain('prod|argoproj.io|Rollout shop/a');
  });

  test('into one file for each object', () => {
    const { files } = render(job({ 'x.canary.yaml': spec('a') }), 'resource');
    expect(files.length).toBeGreaterThan(3);
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['shop/a/rollout-a.yaml', 'shop/a/service-a.yaml', 'shop/a/virtualservice-a-vsvc.yaml']),
    );
    for (const { text } of files) expect(text).not.toContain('---');
  });

  test('into one file for a folder', () => {
    const one = job({ 'x.canary.yaml': spec('a'), 'y.canary.yaml': spec('b') }, { file: 'team.yaml' });
    const { files } = render(one, 'folder');
    expect(files.map(({ path }) => path)).toEqual(['team.yaml']);
    expect(files[0].text!.match(/^kind: Rollout$/gm)).toHaveLength(2);
  });

  test('into files that wait, each with a name of its own', () => {
    mkdirSync(at('staging'));
    const renderer = new JobRenderer(folder.path, 'staging/3', 'app');
    const results = ['a', 'b'].map((name) => renderer.render(job({ [`${name}.canary.yaml`]: spec(name) })));
    expect(results.map(({ files }) => files.map(({ path, staged }) => [path, staged]))).toEqual([
      [['shop/a.yaml', 'staging/3-0']],
      [['shop/b.yaml', 'staging/3-1']],
    ]);
    for (const { files } of results) {
      expect(files[0].text).toBeUndefined();
      expect(sha256(readFileSync(at(files[0].staged!)))).toBe(files[0].sha256);
    }
  });

  test('anew each time', () => {
    const renderer = new JobRenderer(folder.path, undefined, 'app');
    const [before, after] = ['a', 'b'].map((name) => renderer.render(job({ 'x.canary.yaml': spec(name) })));
    expect([paths(before), paths(after)]).toEqual([['shop/a.yaml'], ['shop/b.yaml']]);
  });
});

describe('a job with problems', () => {
  // Also of apps with problems, to find others of the same name.
  const none = { key: 'key', files: [], identities: expect.arrayContaining(['|argoproj.io|Rollout shop/a']), apps: 1 };

  test('gives all of them, of all specs, each once', () => {
    const one = job({
      'a.canary.yaml': spec('a', '  x: 1\n'),
      'b.canary.yaml': spec('b'),
      'c.canary.yaml': `base: none.yaml\n${spec('c')}`,
    });
    const { problems, ...rest } = render({ ...one, specs: [...one.specs, one.specs[0], at('gone.canary.yaml')] });
    expect(rest).toEqual({ ...none, apps: 5 });
    expect(problems).toEqual([
      `${display(at('c.canary.yaml'))}: base is 'none.yaml'; there is no such file`,
      `${display(at('gone.canary.yaml'))}: there is no such file`,
      expect.stringContaining(`${display(at('a.canary.yaml'))}:`),
    ]);
  });

  test('of the disk names the spec', () => {
    mkdirSync(at('folder.canary.yaml'));
    expect(render({ key: 'key', specs: [at('folder.canary.yaml')] })).toEqual({
      ...none,
      identities: [],
      problems: [`${display(at('folder.canary.yaml'))}: is a folder`],
    });
  });

  test('that would lead out of the folder is one', () => {
    const one = job({ 'x.canary.yaml': spec('a') }, { file: `../${'x'.repeat(200)}.yaml` });
    expect(render(one, 'folder')).toEqual({
      ...none,
      problems: [
        `${display(at('x.canary.yaml'))}: '../${'x'.repeat(97)}' would lead out of the output folder; give another name`,
      ],
    });
  });

  test('that makes two files of one name is one, but only with a file for each object', () => {
    const other = '{ apiVersion: example.com/v1, kind: Gateway, metadata: { name: a-gateway, namespace: shop } }';
    const one = job({ 'x.canary.yaml': spec('a', `  extraManifests: [${other}]\n`) });
    const { problems, ...rest } = render(one, 'resource');
    expect(rest).toEqual(none);
    expect(problems).toEqual([
      expect.stringMatching(
        /x\.canary\.yaml: two objects would be written to shop\/a\/\S+\.yaml; give them names of their own$/,
      ),
    ]);
    expect(render(one, 'app').problems).toEqual([]);
  });

  test('of two apps of one name names both, in each layout', () => {
    const one = job({ 'x.canary.yaml': spec('a'), 'y.canary.yaml': spec('a') });
    const [x, y] = ['x', 'y'].map((name) => display(at(`${name}.canary.yaml`)));
    for (const layout of LAYOUTS) {
      expect(render(one, layout).problems).toEqual([
        expect.stringContaining(
          `${y}:3:19: Gateway shop/a-gateway is also that of ${x}:3:19; give one of them another name`,
        ),
      ]);
    }
  });

  test('that is a defect is thrown', () => {
    const one = job({ 'x.canary.yaml': spec('a') });
    // The folder for what waits is missing, which synthesize explains.
    expect(() => new JobRenderer(folder.path, 'none/0', 'app').render(one)).toThrow(/^ENOENT/);
    expect(() => new JobRenderer(folder.path, 'none/0', 'app').render(one)).not.toThrow(InputError);
  });
});

test('there are three layouts', () => expect(LAYOUTS).toEqual(['app', 'resource', 'folder']));

describe('jobs', () => {
  const many = (count: number): RenderJob[] =>
    Array.from({ length: count }, (_, i) => ({
      ...job({ [`a${i}.canary.yaml`]: spec(`a${i}`) }),
      key: `a${i}`,
    }));
  const keys = (count: number) => Array.from({ length: count }, (_, i) => `a${i}`);

  /** Threads that are none: they render here, later. */
  class Fake extends EventEmitter {
    public static all: Fake[] = [];
    public readonly batches: number[] = [];
    public ended = false;
    private readonly renderer: JobRenderer;

    constructor(
      public readonly file: string,
      public readonly options: { readonly workerData: WorkerTask; readonly resourceLimits: unknown },
    ) {
      super();
      const { out, staging, layout, stencils } = options.workerData;
      this.renderer = new JobRenderer(out, staging, layout, stencils);
      Fake.all.push(this);
    }

    public postMessage(batch: readonly RenderJob[]): void {
      this.batches.push(batch.length);
      setImmediate(() => {
        if (this.ended) return;
        if (batch.some(({ key }) => key === 'broken')) this.emit('error', new Error('defect'));
        else
          this.emit(
            'message',
            batch.map((one) => this.renderer.render(one)),
          );
      });
    }

    public terminate(): Promise<number> {
      this.ended = true;
      return Promise.resolve(0);
    }
  }

  beforeEach(() => {
    Fake.all = [];
    jest
      .spyOn(threads, 'Worker')
      .mockImplementation(((...args: ConstructorParameters<typeof Fake>) => new Fake(...args)) as never);
    jest.spyOn(os, 'availableParallelism').mockReturnValue(3);
  });

  async function all(work: readonly RenderJob[], jobs?: number): Promise<{ keys: string[]; done: number[] }> {
    const [found, done]: [string[], number[]] = [[], []];
    const options = { out: folder.path, staging: undefined, layout: 'app' as const, jobs };
    await renderJobs(work, { ...options, onProgress: (count) => void done.push(count) }, ({ key, problems }) => {
      expect(problems).toEqual([]);
      found.push(key);
    });
    return { keys: found, done };
  }

  test.each<[number, number | undefined, number]>([
    [0, 3, 0],
    [25, 1, 0],
    [10, 3, 0],
    [11, 3, 1],
    [25, 2, 1],
    [25, 3, 2],
    [25, 9, 2],
    // So few are not worth a thread.
    [25, undefined, 0],
  ])('%i on %s cores take %i more threads, and each is rendered once', async (count, jobs, more) => {
    const { keys: found, done } = await all(many(count), jobs);
    expect([...found].sort()).toEqual(keys(count).sort());
    expect(done).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    expect(Fake.all).toHaveLength(more);
    expect(Fake.all.every(({ ended }) => ended)).toBe(true);
  });

  test('are rendered in their order by one thread', async () => {
    expect((await all(many(12), 1)).keys).toEqual(keys(12));
  });

  test('are handed to a thread in batches of ten, two of them ahead', async () => {
    await all(many(65), 2);
    const [{ batches, file, options }] = Fake.all;
    expect(batches.slice(0, 2)).toEqual([10, 10]);
    expect(file).toBe(join(packageRoot(), 'lib/cli/worker.js'));
    expect(options.workerData).toMatchObject({ out: folder.path, staging: undefined, layout: 'app' });
    expect(options.resourceLimits).toEqual({ maxYoungGenerationSizeMb: 64 });
  });

  test('wait under names that tell the threads apart', async () => {
    mkdirSync(at('staging'));
    const staged: string[] = [];
    const options = { out: folder.path, staging: 'staging', layout: 'app' as const, jobs: 3 };
    await renderJobs(many(45), options, ({ files }) => void staged.push(...files.map((one) => one.staged!)));
    expect(new Set(staged).size).toBe(45);
    expect(Fake.all.map(({ options: { workerData } }) => workerData.staging)).toEqual(['staging/1', 'staging/2']);
    expect(staged).toContain('staging/0-0');
    expect(staged).toContain('staging/1-0');
  });

  test('end with the error of a thread, and all threads', async () => {
    const work = many(40).map((one, i) => (i === 15 ? { ...one, key: 'broken' } : one));
    await expect(all(work, 2)).rejects.toThrow('defect');
    expect(Fake.all.map(({ ended }) => ended)).toEqual([true]);
  });

  test('call more threads where they take long', async () => {
    let now = 0n;
    // A second for each batch by this clock.
    jest.spyOn(process.hrtime, 'bigint').mockImplementation(() => (now += 1_000_000_000n));
    await all(many(60));
    expect(Fake.all).toHaveLength(2);
    expect(Fake.all[0].options.workerData.stencils.size).toBeGreaterThan(0);
    Fake.all = [];
    // What is left is not worth two seconds of work for each.
    await all(many(20));
    expect(Fake.all).toHaveLength(0);
  });
});
