import { lint } from '../../src/lint';
import * as fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { graphOf, graphOfLoaded, loadManifests, references } from '../../src/graph';

const folder = join(__dirname, '../fixtures/reference');
const reference = readdirSync(folder)
  .map((name) => readFileSync(join(folder, name), 'utf8'))
  .join('---\n');
const generated = readFileSync(join(__dirname, '../../dist/quickstart.k8s.yaml'), 'utf8');
const BOUNDS = { seed: 4, numRuns: 60 };

/** Everything that a text goes through. */
function lintText(text: string) {
  const graph = graphOfLoaded(loadManifests([{ name: 'a.yaml', text }]));
  references(graph);
  const { findings } = lint(graph, { closedWorld: true });
  for (const { line, column, endColumn } of findings) {
    expect(line).toBeGreaterThan(0);
    expect(column).toBeGreaterThan(0);
    expect(endColumn).toBeGreaterThan(0);
  }
  return findings;
}

describe('nothing that is written in a file stops the linter', () => {
  test('any text', () => {
    const piece = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '-',
      '---\n',
      '[',
      ']',
      '{',
      '}',
      '"',
      "'",
      '&a',
      '*a',
      '!',
      '|',
      '>',
      '#',
      '%',
      '\t',
      '\r\n',
      '<<: ',
      '? ',
      '\uFEFF',
      '\0',
      '...',
      'apiVersion: v1\nkind: Service\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => void lintText(pieces.join(''))),
      { seed: 4, numRuns: 500 },
    );
  });

  test('real manifests with a part cut out or doubled', () => {
    const [from, length] = [fc.nat(reference.length), fc.nat(200)];
    fc.assert(
      fc.property(from, length, fc.boolean(), (at, size, twice) => {
        const cut = reference.slice(at, at + size);
        lintText(reference.slice(0, at) + (twice ? cut + cut : '') + reference.slice(at + size));
      }),
      BOUNDS,
    );
  });

  test('real manifests with any value in place of any other', () => {
    const objects = loadManifests([{ name: 'a.yaml', text: `${reference}---\n${generated}` }]).resources;
    const places = objects.flatMap(({ manifest }, index) => paths(manifest).map((path) => [index, ...path] as const));
    const junk = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        0,
        -1,
        1.5,
        NaN,
        true,
        '',
        'x',
        '{{args.x}}',
        '\0',
        [],
        {},
        [null],
        [[]],
        [{}],
        { a: null },
        '__proto__',
      ),
      fc.anything({ maxDepth: 2 }).filter((value) => typeof value !== 'bigint' && typeof value !== 'symbol'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...places), junk, ([index, ...path], value) => {
        const changed = objects.map(({ manifest }) => structuredClone(manifest) as Record<string, unknown>);
        put(changed[index], path, value);
        const graph = graphOf(changed.map((manifest) => ({ origin: 'memory', manifest })));
        references(graph);
        lint(graph, { closedWorld: true });
        lintText(stringify(changed[index]));
      }),
      BOUNDS,
    );
  });
});

describe('what would not come to an end', () => {
  test('templates that contain each other, whether something runs them or not', () => {
    const template = (name: string, inner: string): string =>
      `apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\nmetadata: { name: ${name} }\nspec: { templates: [{ templateName: ${inner} }] }\n`;
    const found = lintText([template('a', 'b'), template('b', 'c'), template('c', 'a')].join('---\n'));
    expect(found.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'REF019 AnalysisTemplate c contains AnalysisTemplate a, which contains it',
    ]);
    expect(lintText(template('a', 'a')).map(({ message }) => message)).toEqual(['AnalysisTemplate a contains itself']);
  });

  test('lists in lists in lists, and the next document is read all the same', () => {
    const deep = `apiVersion: v1\nkind: ConfigMap\ndata: ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`;
    const text = `${deep}---\napiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: { typ: ClusterIP, ports: [{ port: 80 }] }\n`;
    expect(lintText(text).map(({ code, message }) => [code, message])).toEqual([
      ['SCH001', 'nested more than 200 levels deep'],
      ['SCH003', "spec has no field 'typ'"],
    ]);
  });

  test('a megabyte of documents, of which one is broken', () => {
    const service = (i: number): string =>
      `apiVersion: v1\nkind: Service\nmetadata: { name: s${i} }\nspec: { selector: { app: s${i} }, ports: [{ name: http, port: 80 }] }\n`;
    const all = Array.from({ length: 8000 }, (_, i) => (i === 4000 ? 'a: [\n' : service(i))).join('---\n');
    expect(all.length).toBeGreaterThan(1e6);
    expect(lintText(all).map(({ code, line }) => [code, line])).toEqual([['SCH001', 20_001]]);
  });
});

function paths(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, child]) =>
    paths(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length > 0 ? [path, ...below] : below;
}

function put(target: unknown, path: readonly (string | number)[], value: unknown): void {
  const last = path.length - 1;
  const parent = path.slice(0, last).reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], target);
  (parent as Record<string, unknown>)[path[last]] = value;
}
