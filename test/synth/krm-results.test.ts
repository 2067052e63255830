import { readDocument } from '../../src/formats/yaml';
import { runFunction } from '../../src/synth/krm';

const OURS = 'cdk8s-canary.dev/v1';

type Item = Record<string, unknown>;

interface List {
  readonly apiVersion: unknown;
  readonly kind: string;
  readonly items: Item[];
  readonly functionConfig?: unknown;
  readonly results?: Record<string, unknown>[];
}

const app = (name: string, { metadata = {}, spec = {}, ...more }: { metadata?: Item; spec?: Item } & Item = {}) => ({
  apiVersion: OURS,
  kind: 'CanaryApp',
  metadata: { name, namespace: 'shop', ...metadata },
  spec: {
    image: `registry.example.com/${name}:1`,
    port: 8080,
    hosts: [`${name}.example.com`],
    prometheus: 'http://prometheus:9090',
    ...spec,
  },
  ...more,
});
const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'm', namespace: 'shop' }, data: { a: 'b' } };

function run(items: readonly unknown[], more: Item = {}): { list: List; problems: readonly string[] } {
  const input = { apiVersion: 'config.kubernetes.io/v1', kind: 'ResourceList', items, ...more };
  const { text, problems } = runFunction(JSON.stringify(input));
  return { list: readDocument(text).value as unknown as List, problems };
}

const kinds = (list: List) => list.items.map(({ kind }) => kind);

describe('a KRM function gives', () => {
  test('others first, as they are, and then the manifests of each app', () => {
    const { list, problems } = run([app('a'), map]);
    expect(problems).toEqual([]);
    expect(list.items[0]).toEqual(map);
    expect(kinds(list)).toEqual(expect.arrayContaining(['ConfigMap', 'Rollout', 'Service', 'VirtualService']));
    expect(kinds(list)).not.toContain('CanaryApp');
    expect(Object.keys(list)).toEqual(['apiVersion', 'kind', 'items']);
    expect([list.apiVersion, list.kind]).toEqual(['config.kubernetes.io/v1', 'ResourceList']);
  });

  test('nothing for nothing, and a version where the list has none', () => {
    expect(run([]).list).toEqual({ apiVersion: 'config.kubernetes.io/v1', kind: 'ResourceList', items: [] });
    expect(readDocument(runFunction('kind: ResourceList\n').text).value).toEqual(run([]).list);
    expect(readDocument(runFunction('kind: ResourceList\nitems: null\n').text).value).toEqual(run([]).list);
    expect(run([map], { apiVersion: 'config.kubernetes.io/v1beta1' }).list.apiVersion).toBe(
      'config.kubernetes.io/v1beta1',
    );
  });

  test('the configuration back, and what it renders', () => {
    const { list, problems } = run([map], { functionConfig: app('a') });
    expect(problems).toEqual([]);
    expect(list.functionConfig).toEqual(app('a'));
    expect(kinds(list)).toContain('Rollout');
    expect(run([map], { functionConfig: null }).list).toEqual(run([map]).list);
  });

  test('apps that are merged over the defaults among the items', () => {
    const defaults = { apiVersion: OURS, kind: 'CanaryDefaults', spec: { replicas: 7 } };
    for (const given of [run([app('a'), defaults]), run([app('a')], { functionConfig: defaults })]) {
      expect(given.problems).toEqual([]);
      const rollout = given.list.items.find(({ kind }) => kind === 'Rollout');
      expect(rollout).toMatchObject({ spec: { replicas: 7 } });
      expect(kinds(given.list)).not.toContain('CanaryDefaults');
    }
  });

  test('no annotations of kustomize to what it renders', () => {
    const annotations = { 'internal.config.kubernetes.io/path': 'a.yaml' };
    expect(run([app('a', { metadata: { annotations } })])).toEqual(run([app('a')]));
  });
});

describe('a KRM function reports, and changes no item', () => {
  const reported = (items: readonly unknown[], more?: Item) => {
    const { list, problems } = run(items, more);
    expect(list.items).toEqual(items);
    return { results: list.results!, problems };
  };

  test('a configuration of another kind', () => {
    const functionConfig = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } };
    const message = "is 'ConfigMap' of 'v1'; use CanaryApp or CanaryDefaults of cdk8s-canary.dev/v1";
    const { results, problems } = reported([app('a')], { functionConfig });
    expect(results).toEqual([
      {
        severity: 'error',
        message,
        resourceRef: { apiVersion: 'v1', kind: 'ConfigMap', name: 'c' },
        field: { path: 'kind' },
      },
    ]);
    expect(problems).toEqual([`ConfigMap c kind: ${message}`]);
  });

  test('a base', () => {
    const one = app('a', { base: '../b.yaml' });
    const message = "is '../b.yaml'; a ResourceList has no files to be merged over: use CanaryDefaults";
    expect(reported([one])).toEqual({
      results: [
        {
          severity: 'error',
          message,
          resourceRef: { apiVersion: OURS, kind: 'CanaryApp', name: 'a', namespace: 'shop' },
          field: { path: 'base' },
        },
      ],
      problems: [`CanaryApp shop/a base: ${message}`],
    });
  });

  test('what is wrong in a spec, with its field', () => {
    const { results, problems } = reported([app('a', { spec: { port: 'x' } }), app('b')]);
    expect(results).toEqual([
      expect.objectContaining({
        field: { path: 'spec.port' },
        resourceRef: { apiVersion: OURS, kind: 'CanaryApp', name: 'a', namespace: 'shop' },
      }),
    ]);
    expect(problems).toEqual([expect.stringMatching(/^CanaryApp shop\/a spec\.port: /)]);
  });

  test.each<[string, Item, Item | undefined, string]>([
    [
      'kustomize',
      { 'internal.config.kubernetes.io/path': 'x/a.yaml', 'internal.config.kubernetes.io/index': '2' },
      { path: 'x/a.yaml', index: 2 },
      'CanaryApp shop/a (x/a.yaml) base: ',
    ],
    [
      'an earlier kustomize',
      { 'config.kubernetes.io/path': 'a.yaml', 'config.kubernetes.io/index': '0' },
      { path: 'a.yaml', index: 0 },
      'CanaryApp shop/a (a.yaml) base: ',
    ],
    [
      'both',
      { 'config.kubernetes.io/path': 'old.yaml', 'internal.config.kubernetes.io/path': 'new.yaml' },
      { path: 'new.yaml' },
      'CanaryApp shop/a (new.yaml) base: ',
    ],
    [
      'a tool that counts otherwise',
      { 'config.kubernetes.io/path': 'a.yaml', 'config.kubernetes.io/index': 'first' },
      { path: 'a.yaml' },
      'CanaryApp shop/a (a.yaml) base: ',
    ],
    ['nobody', { 'config.kubernetes.io/index': '1' }, undefined, 'CanaryApp shop/a base: '],
  ])('the file that an object is from, as told by %s', (_, annotations, file, start) => {
    const { results, problems } = reported([app('a', { base: 'b.yaml', metadata: { annotations } })]);
    expect(results).toHaveLength(1);
    expect(results[0].file).toEqual(file);
    expect('file' in results[0]).toBe(file !== undefined);
    expect(problems[0].startsWith(start)).toBe(true);
  });

  test('an object that two apps make, and a host that two have', () => {
    const { results } = reported([
      app('a', { spec: { hosts: ['same.example.com'] } }),
      app('b', { spec: { hosts: ['same.example.com'] } }),
    ]);
    expect(results.map(({ message, field }) => [message, field])).toEqual([
      [
        "host 'same.example.com' of a VirtualService is also that of CanaryApp shop/a; give one of them another name",
        undefined,
      ],
    ]);
    expect(Object.keys(results[0])).toEqual(['severity', 'message', 'resourceRef']);
  });

  test('two apps of one name, together with what else is wrong with them', () => {
    const { results } = reported([app('a', { spec: { replicaz: 3 } }), app('a')]);
    expect(results.map(({ message }) => message)).toEqual([
      expect.stringContaining("there is no 'replicaz' here"),
      'Rollout shop/a is also that of CanaryApp shop/a; give one of them another name',
    ]);
  });

  test('an object that is there already', () => {
    const there = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'shop' } };
    const { results, problems } = reported([app('a'), there]);
    expect(results.map(({ message }) => message)).toContain(
      'Service shop/a is also that of Service shop/a; give one of them another name',
    );
    expect(problems[0]).toMatch(/^CanaryApp shop\/a: Service shop\/a is also that of /);
  });

  test('no object of others twice, if it is one', () => {
    expect(run([map, { ...map, metadata: { name: 'm', namespace: 'other' } }]).problems).toEqual([]);
    expect(reported([map, map]).problems).toEqual([
      'ConfigMap shop/m: ConfigMap shop/m is also that of ConfigMap shop/m; give one of them another name',
    ]);
  });

  test.each<[string, Item, string]>([
    ['a kind with a typo', { apiVersion: OURS, kind: 'CanaryAp', metadata: { name: 'a' } }, 'CanaryAp a kind: '],
    ['a version with a typo', { ...app('a'), apiVersion: 'cdk8s-canary.dev/v2' }, 'CanaryApp shop/a apiVersion: '],
  ])('%s', (_, item, start) => {
    const { problems } = reported([item]);
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${start}`))]);
  });

  test('an object without metadata by its kind', () => {
    const { apiVersion, kind, spec } = app('a');
    for (const metadata of [undefined, 'text']) {
      const { problems } = reported([{ apiVersion, kind, ...(metadata && { metadata }), spec, base: 'x.yaml' }]);
      expect(problems).toContainEqual(expect.stringMatching(/^CanaryApp base: is 'x\.yaml'/));
    }
  });

  test('on one line each', () => {
    const { problems } = reported([app('a', { base: 'x\ny' })]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).not.toContain('\n');
  });
});

describe('a KRM function refuses', () => {
  test.each([
    ['kind: Pod\n', 'standard input is no ResourceList, but Pod'],
    ['items: []\n', 'standard input is no ResourceList, but something without a kind'],
    ['', 'standard input is no ResourceList, but something without a kind'],
    ['[]', 'standard input is no ResourceList, but something without a kind'],
    ['kind: ResourceList\nitems: {}\n', 'the items of the ResourceList are no list of objects'],
    ['kind: ResourceList\nitems: [{}, 1]\n', 'the items of the ResourceList are no list of objects'],
  ])('%j', (input, message) => expect(() => runFunction(input)).toThrow(new Error(message)));
});
