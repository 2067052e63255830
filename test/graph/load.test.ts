import { formatPath, graphOf, graphOfLoaded, loadManifests } from '../../src/graph';

const load = (text: string, name = 'a.yaml') => loadManifests([{ name, text }]);
const service = (name: string): string => `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\n`;

describe('a text is read as manifests', () => {
  test('several documents, with comments, empty ones and a directive', () => {
    const { resources, skipped } = load(
      `%YAML 1.1\n# head\n---\n${service('a')}---\n---\n# tail\n---\n${service('b')}...\n`,
    );
    expect(resources.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(skipped).toBe(0);
  });

  test('what follows the end of a document is dropped by kubectl, and reported', () => {
    const { resources, problems } = load(`${service('a')}...\n${service('b')}`);
    expect(resources.map(({ name }) => name)).toEqual(['a']);
    expect(problems).toMatchObject([{ kind: 'broken', place: { line: 6 } }]);
    expect(problems[0].message).toMatch(/drops the rest; put '---' before it/);
  });

  test('data in lines of JSON is no manifest of which something is dropped', () => {
    const text = '{"rating": 5}\n{"rating": 4}\n';
    expect(loadManifests([{ name: 'data.json', text }]).problems).toEqual([]);
    const manifests = `{"apiVersion": "v1", "kind": "Secret"}\n${text}`;
    expect(loadManifests([{ name: 'data.json', text: manifests }]).problems).toHaveLength(1);
  });

  test('templates of other programs stand in quotes', () => {
    const broken = (title: string): string | undefined =>
      loadManifests([{ name: 'a.yaml', text: `receivers:\n- name: a\n   title: ${title}\n` }]).problems[0]?.message;
    expect(broken(`'{{ template "slack.title" . }}'`)).not.toContain('Helm');
    expect(broken('{{ template "slack.title" . }}')).toContain('Helm');
  });

  test('a byte order mark and Windows line ends leave lines and columns as an editor counts them', () => {
    const { resources } = load(
      `\uFEFF${service('a').replaceAll('\n', '\r\n')}---\r\n${service('b').replaceAll('\n', '\r\n')}`,
    );
    expect(resources.map((one) => one.field('metadata', 'name').place())).toMatchObject([
      { line: 4, column: 9, endColumn: 10 },
      { line: 9, column: 9 },
    ]);
    expect(resources[0].field('apiVersion').place('key')).toMatchObject({ line: 1, column: 1, endColumn: 11 });
  });

  test('JSON, indented with tabs', () => {
    const { resources, problems } = load(
      '{\n\t"apiVersion": "v1",\n\t"kind": "Service",\n\t"metadata": {"name": "a"}\n}\n',
      'a.json',
    );
    expect(problems).toEqual([]);
    expect(resources[0].field('metadata', 'name').place()).toMatchObject({ line: 4, column: 23 });
  });

  test('the items of a List, and of a list in a list', () => {
    const { resources } = load(
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ServiceList\n  items:\n  - {apiVersion: v1, kind: Service, metadata: {name: a}}\n- 5\n',
    );
    expect(resources).toHaveLength(1);
    expect(resources[0].field('metadata', 'name').place()).toMatchObject({ line: 7, column: 54 });
    expect(String(resources[0].field('metadata', 'name'))).toBe('metadata.name');
  });

  test('anchors and merges, with places in what was merged', () => {
    const { resources } = load(
      `${service('a')}  labels: &l\n    app: x\nspec:\n  selector:\n    <<: *l\n  other: *l\n`,
    );
    const [one] = resources;
    expect(one.field('spec', 'selector').strings).toEqual({ app: 'x' });
    expect(one.field('spec', 'selector', 'app').place()).toMatchObject({ line: 6, column: 10 });
    expect(one.field('spec', 'other', 'app').place()).toMatchObject({ line: 6, column: 10 });
  });

  test('a merge without an anchor', () => {
    const { resources } = load(`${service('a')}spec:\n  <<: { type: ClusterIP }\n`);
    expect(resources[0].field('spec').value).toEqual({ type: 'ClusterIP' });
  });

  test('scalars as kubectl reads them: YAML 1.1, but times and base 60 stay strings', () => {
    const { resources } = load(`${service('a')}v: [on, No, y, 012, 0x10, 12:30, 2001-01-01, 1_000, "on", ~, 1e3]\n`);
    expect(resources[0].field('v').value).toEqual([
      true,
      false,
      true,
      10,
      16,
      '12:30',
      '2001-01-01',
      1000,
      'on',
      null,
      1000,
    ]);
  });

  test('patches of kustomize are no objects, wherever they say so', () => {
    const text = `
$patch: delete
apiVersion: batch/v1
kind: Job
metadata: { name: setup }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec: { template: { spec: { containers: [{ name: proxy, $patch: delete }] } } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: notes }
data: { patch: '$patch: delete' }
`;
    const { resources, skipped } = loadManifests([{ name: 'a.yaml', text }]);
    expect([resources.map(({ name }) => name), skipped]).toEqual([['notes'], 2]);
  });

  test('other YAML, empty files and text are skipped', () => {
    const { resources, problems, skipped } = loadManifests(
      ['', '\n\n', '---\n', '# nothing\n', 'a: 1\n', '- 1\n', 'just text\n', 'apiVersion: 1\nkind: Service\n'].map(
        (text, i) => ({ name: `${i}.yaml`, text }),
      ),
    );
    expect([resources, problems, skipped]).toEqual([[], [], 4]);
  });
});

describe('what cannot be read is reported at its line, and the rest is read', () => {
  test.each([
    ['an unterminated quote', 'a: "x', 1],
    ['a tab as indentation', 'a:\n\tb: 1', 2],
    ['an alias to nothing', 'a: 1\nb: [1, *nope]', 2],
    ['a circle of aliases', 'a: 1\nb: &b [1, *b]', 2],
    ['nesting without end', `a: ${'['.repeat(5000)}`, 1],
    ['nesting that is too deep', `a: ${'['.repeat(500)}${']'.repeat(500)}`, 1],
  ])('%s', (_name, text, line) => {
    const { resources, problems } = load(`${service('a')}---\n${text}\n---\n${service('b')}`);
    expect(resources.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ kind: 'broken', place: { file: 'a.yaml', line: line + 5 } });
  });

  test('an alias bomb', () => {
    const levels = 'bcdefghij'.split('').map((name, i) => `${name}: &${name} [${`*${'abcdefghi'[i]},`.repeat(9)}]`);
    const { problems } = load(`a: &a [${'x,'.repeat(9)}]\n${levels.join('\n')}\n`);
    expect(problems[0].message).toMatch(/aliases make this document too large/);
  });

  test('a megabyte of keys, and a key twice among them', () => {
    const keys = Array.from({ length: 60_000 }, (_, i) => `  key${i}: value`).join('\n');
    const { resources, problems } = load(`${service('a')}data:\n${keys}\n  key7: again\n`);
    expect(resources).toHaveLength(1);
    expect(problems).toMatchObject([{ kind: 'duplicate-key', path: ['data', 'key7'], place: { line: 60_006 } }]);
  });

  test('keys of the prototype are keys like any other', () => {
    const { resources } = load(`${service('a')}__proto__: {polluted: true}\nconstructor: x\n`);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    expect(resources[0].field('toString').exists).toBe(false);
    expect(resources[0].field('constructor').string).toBe('x');
  });
});

describe('a place', () => {
  const { resources } = load(
    `${service('a')}spec:\n  list:\n  - one\n  - {two: 2}\n  text: |\n    first\n    second line\n  "quoted": 'it'\n`,
  );
  const [one] = resources;

  test.each([
    [['spec', 'list', 1, 'two'], 'value', 8, 11],
    [['spec', 'list', 1, 'two'], 'key', 8, 6],
    [['spec', 'list', 0], 'value', 7, 5],
    [['spec', 'quoted'], 'value', 12, 13],
    [['spec', 'list'], 'value', 6, 3],
    [['spec', 'absent', 'deeper'], 'value', 5, 1],
    [['absent'], 'value', 1, 1],
  ] as const)('of %j (%s)', (path, on, line, column) => {
    expect(one.at([...path]).place(on)).toMatchObject({ line, column });
  });

  test('within a block and within quotes', () => {
    const text = one.field('spec', 'text');
    const at = text.string!.indexOf('line');
    expect(text.place('value', { from: at, to: at + 4 })).toMatchObject({ line: 11, column: 12, endColumn: 16 });
    expect(one.field('spec', 'quoted').place('value', { from: 1, to: 2 })).toMatchObject({ line: 12, column: 15 });
  });
});

test('objects in memory make the same graph, without places', () => {
  const manifest = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'shop' } };
  const graph = graphOf([
    { origin: 'app/services', manifest },
    { origin: 'x', manifest: { kind: 1 } },
  ]);
  expect(graph.resources.map(String)).toEqual(['Service shop/a']);
  expect(graph.resources[0].field('kind').place()).toBeUndefined();
  expect(graphOfLoaded(load(service('a'))).find({ kind: 'Service', name: 'a', namespace: 'shop' })?.name).toBe('a');
});

test('paths are written as people write them', () => {
  expect(formatPath(['a', 0, 'b.c/d', 'e-f'])).toBe('a[0]["b.c/d"].e-f');
});
