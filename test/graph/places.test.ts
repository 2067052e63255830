import * as fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { SourceFile } from '../../src/formats/source';
import { loadManifests, type Path, type Resource } from '../../src/graph';

const file = (path: string): string => readFileSync(join(__dirname, path), 'utf8');
const read = (text: string): readonly Resource[] => loadManifests([{ name: 'a.yaml', text }]).resources;

/** Every way into a value, and next to each one that leads to nothing. */
function* waysInto(value: unknown, above: Path = []): Generator<Path> {
  yield above;
  yield [...above, 'nothing', 'there'];
  yield [...above, 99];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    yield* waysInto(child, [...above, Array.isArray(value) ? Number(key) : key]);
  }
}

/** The text under a place, to the end of its line. */
function under(text: string, resource: Resource, path: Path, on: 'key' | 'value' = 'value'): string {
  const { line, column, endColumn, endLine } = resource.at(path).place(on)!;
  const whole = new SourceFile('a.yaml', text).line(line);
  return whole.slice(column - 1, endLine === line ? endColumn - 1 : undefined);
}

describe('a place is found for everything in a manifest', () => {
  /** What stands at each place is, read by itself, the value that is found there. */
  const check = (text: string): void => {
    for (const { manifest, origin } of read(text)) {
      const source = origin.source!;
      for (const path of waysInto(manifest)) {
        const way = [...origin.prefix, ...path];
        const { value: node, key, depth } = source.find(way);
        if (depth < way.length) {
          // Something that is not there stands where its nearest ancestor does.
          expect([way, source.range(way)]).toEqual([way, source.range(way.slice(0, depth), 'key')]);
          continue;
        }
        const value = path.reduce<unknown>((above, step) => (above as Record<string, unknown>)[step], manifest);
        const written = text.slice(node!.from, node!.to);
        if (node!.kind === 'scalar' && !written.includes('\n') && written !== '') {
          expect([way, parse(written, { version: '1.1' })]).toEqual([way, value]);
        }
        if (key && typeof way[way.length - 1] === 'string') {
          expect(String(parse(text.slice(key.from, key.to)))).toBe(way[way.length - 1]);
        }
      }
    }
  };

  test.each(readdirSync(join(__dirname, '../fixtures/reference')))('%s of the reference scenario', (name) => {
    check(file(`../fixtures/reference/${name}`));
  });

  test('in every style in which YAML can be written', () => {
    check(`# a comment
apiVersion: v1
kind: Service
metadata: {name: "a", labels: {app: 'a', "team": b}, annotations: {}}
spec:
  "quoted key":   [1, {two: 2}, [3]]
  empty:
  nothing: ~
  ? explicit
  : value
  literal: |
    one
      two
  folded: >-
    one
    two

  plain over
  # in between
  ports:
  - name: http # beside
    port: 80

  - {name: metrics,
     port: 9090}
  last: end
`);
  });

  test('in anything that is written as YAML or JSON', () => {
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant('two\nlines\n'));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(tree, fc.integer({ min: 1, max: 3 }), (spec, style) => {
        const object = { apiVersion: 'v1', kind: 'Service', spec };
        check(
          style === 1
            ? stringify(object)
            : style === 2
              ? JSON.stringify(object, null, 2)
              : stringify(object, { collectionStyle: 'flow', version: '1.1' }),
        );
      }),
      { seed: 4, numRuns: 150 },
    );
  });
});

describe('a finding points at what it is about', () => {
  test('in flow style, over several lines and on one', () => {
    const text = 'apiVersion: v1\nkind: Service\nspec: {selector: {app: x},\n  ports: [{name: http, port: 80}]}\n';
    const [service] = read(text);
    expect(under(text, service, ['spec', 'ports', 0, 'port'])).toBe('80');
    expect(under(text, service, ['spec', 'selector', 'app'], 'key')).toBe('app');
    expect(under(text, service, ['spec', 'ports', 0])).toBe('{name: http, port: 80}');
  });

  test('in JSON', () => {
    const text = '{\n  "apiVersion": "v1", "kind": "Service",\n  "spec": { "type": "Clusterip" }\n}\n';
    const [service] = read(text);
    expect(under(text, service, ['spec', 'type'])).toBe('"Clusterip"');
    expect(service.field('spec', 'type').place()).toMatchObject({ line: 3, column: 21 });
  });

  test('in the third object of a List', () => {
    const item = (name: string): string => `- apiVersion: v1\n  kind: Service\n  metadata:\n    name: ${name}\n`;
    const text = `apiVersion: v1\nkind: List\nitems:\n${item('a')}${item('b')}${item('c')}`;
    const third = read(text)[2];
    expect(under(text, third, ['metadata', 'name'])).toBe('c');
    expect(third.field('metadata', 'name').place()).toMatchObject({ line: 15, column: 11 });
  });

  test('where it is written, though it is used through an alias', () => {
    const text = `apiVersion: v1
kind: Service
metadata: { labels: &labels { app: x } }
spec: { selector: *labels, ports: [&port { port: 80, name: a }, { <<: *port, name: b }] }
`;
    const [service] = read(text);
    expect(service.field('spec', 'ports', 1, 'port').value).toBe(80);
    expect(service.field('spec', 'ports', 1, 'port').place()).toMatchObject({ line: 4, column: 50 });
    expect(service.field('spec', 'ports', 1, 'name').place()).toMatchObject({ line: 4, column: 84 });
    expect(service.field('spec', 'selector', 'app').place()).toMatchObject({ line: 3, column: 36 });
  });

  test('after a byte order mark, and with Windows line ends', () => {
    const text = '\uFEFFapiVersion: v1\r\nkind: Service\r\nspec:\r\n  type: x\r\n';
    const [service] = read(text);
    expect(service.field('apiVersion').place()).toMatchObject({ line: 1, column: 13 });
    expect(service.field('spec', 'type').place()).toMatchObject({ line: 4, column: 9, endColumn: 10 });
  });

  test('at the nearest thing that is there', () => {
    const text = 'apiVersion: v1\nkind: Service\nspec:\n  ports:\n    - name: http\n';
    const [service] = read(text);
    expect(under(text, service, ['spec', 'ports', 0, 'port'])).toBe('name: http');
    expect(under(text, service, ['spec', 'selector', 'app'])).toBe('spec');
  });

  test('whose key looks like a number, which a program lists first', () => {
    const text = "apiVersion: v1\nkind: ConfigMap\ndata:\n  b: x\n  '1': y\n  a: z\n";
    const [map] = read(text);
    expect(under(text, map, ['data', 'b'])).toBe('x');
    expect(under(text, map, ['data', '1'])).toBe('y');
    expect(under(text, map, ['data', 'a'])).toBe('z');
  });
});
