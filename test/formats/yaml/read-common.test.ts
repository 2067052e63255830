import fc from 'fast-check';
import { globSync } from 'fast-glob';
import { readFileSync } from 'node:fs';
import { SourceFile } from '../../../src/formats/source';
import { documentParts, readDocument, YamlSource } from '../../../src/formats/yaml';
import { readExactly } from '../../../src/formats/yaml/read';
import { readCommon } from '../../../src/formats/yaml/read-common';

/** Also tells -0 from 0, and minds the order of keys. */
const shown = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) => (Object.is(one, -0) ? 'minus zero' : one));

/** Whether the quick reader takes a text. If it does, the exact reader has to read the same, and to find nothing amiss. */
function agrees(text: string): boolean {
  return documentParts(text)
    .map((part) => {
      const common = readCommon(text, part, true);
      if (common === undefined) return false;
      const { value, from, error, duplicates, dropped } = readExactly(text, part);
      expect([text, shown(common.value), common.from]).toEqual([text, shown(value), from]);
      expect([error, duplicates, dropped]).toEqual([undefined, [], undefined]);
      return true;
    })
    .every(Boolean);
}

const scalars = [
  ...['text', 'two words', '5', '-5', '0x1F', '010', '1_000', '1e3', '.5', '.', '.inf', 'on', 'y', 'null', '~', '~/x'],
  ...[
    'a:b',
    'a: b',
    'a:',
    'a #b',
    'a#b',
    '#a',
    '- a',
    '-a',
    '--',
    '---',
    '...',
    '?',
    '? a',
    '?a',
    '*a',
    '&a b',
    '!a b',
  ],
  ...['<<', '=', '@a', '%a', '`a`', '|', '|-', '|+', '|2', '>', '>-', '"q"', '"q" # c', '"q"# c', '"q" x', '"\\n"'],
  ...["'q'", "'it''s'", "''", '""', '{}', '{ }', '[]', '[ ]', '[a, b]', '[a,b]', '[a, ]', '[a', '{a: b}', '{a:b}'],
  ...['{a: [1, {b: "c"}]}', '{a: b, a: c}', '{a}', '{ a: - }', '[-]', '[- a]', '[a b]', '[a #b]', '[a]: b', '[a] x'],
  ...[
    '',
    ' ',
    'a ',
    'a\u00a0',
    '\u00e9',
    '\u2028',
    '\ud83d\ude00',
    'a\tb',
    '\ta',
    'key: |',
    '- - a',
    '$(A)',
    '(a)',
    '^a',
  ],
];
const keys = [
  'a',
  'b',
  'name',
  'on',
  'y',
  '<<',
  '__proto__',
  'constructor',
  '1',
  'a.b/c-d',
  '"q"',
  'a b',
  'k'.repeat(1030),
];
/** Lines that are likely to belong together, and sometimes do not. */
const line = fc
  .record({
    indent: fc.nat(4),
    dash: fc.constantFrom('', '', '', '- ', '-  ', '- - ', '-'),
    key: fc.option(fc.constantFrom(...keys), { nil: undefined }),
    gap: fc.constantFrom(' ', ' ', '  ', ''),
    value: fc.constantFrom(...scalars),
    end: fc.constantFrom('', '', '', ' ', ' # c', '# c', '\t', '\r'),
  })
  .map(({ indent, dash, key, gap, value, end }) => {
    return `${' '.repeat(indent)}${dash}${key === undefined ? '' : `${key}:${gap}`}${value}${end}`;
  });

test('it reads nearly every document of the examples, and the same as the exact reader', () => {
  const files = globSync(['dist/**/*.yaml', 'examples/**/*.yaml']).map((file) => readFileSync(file, 'utf8'));
  const read = files.filter(agrees).length;
  expect(read / files.length).toBeGreaterThan(0.9);
});

test.each(scalars)('what is written as %j is read the same or left to the exact reader', (scalar) => {
  const places = ['a: @\n', 'a:\n  - @\n', '- @\n', '- - @\n', '- a: @\n', '@\n', '@: a\n', 'a: [@]\n', 'a: {b: @}\n'];
  const more = [
    '--- @\na: b\n',
    'a: @\n  b\n',
    'a:\n- @\nb: c\n',
    'a:\n @\n',
    'a: |\n  @\n\nb: c\n',
    'a: |-\n  b\n @\n',
    'a: @',
  ];
  for (const place of [...places, ...more]) agrees(place.replace('@', () => scalar));
});

test('lines of any indentation are read the same or left to the exact reader', () => {
  let read = 0;
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), fc.constantFrom('\n', '\n', '\n', ''), (lines, end) => {
      if (agrees(lines.join('\n') + end)) read++;
    }),
    { numRuns: 3000 },
  );
  expect(read).toBeGreaterThan(20);
});

test('manifests with a changed line are read the same or left to the exact reader', () => {
  const texts = globSync('dist/**/*.yaml').map((file) => readFileSync(file, 'utf8'));
  const change = fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.nat(3), line);
  let read = 0;
  fc.assert(
    fc.property(change, ([text, at, removed, added]) => {
      const lines = text.split('\n');
      const place = at % lines.length;
      const indent = /^ */.exec(lines[place])![0];
      lines.splice(place, removed, indent + added);
      if (agrees(lines.join('\n'))) read++;
    }),
    { numRuns: 600 },
  );
  expect(read).toBeGreaterThan(3);
});

/** Every path to a value of a document, and some to fields that it lacks. */
function pathsIn(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path, [...path, 'below']];
  const inner = Array.isArray(value)
    ? value.flatMap((item: unknown, i) => pathsIn(item, [...path, i]))
    : Object.entries(value).flatMap(([key, child]) => pathsIn(child, [...path, key]));
  return [path, ...inner, [...path, Array.isArray(value) ? value.length : 'missing', 'below']];
}

const FORMS = `---
# A comment.
a: { b: [1, x, "q"], c: {} }
list:
- a
-  b: c # d
   e: |
     x
      y

   f: 's'
- - 1
  - z: 2
empty:
map: # c
  o: p:q  # r
  r: |-
   text
last: []
`;

test('fields of the forms that it reads are found where the exact reader finds them', () => {
  const rendered = globSync('dist/*.yaml').slice(0, 3);
  for (const text of [
    FORMS,
    ...rendered.map((file) =>
      readFileSync(file, 'utf8')
        .slice(0, 6000)
        .replace(/[^\n]*$/, ''),
    ),
  ]) {
    const file = new SourceFile('a.yaml', text);
    for (const part of documentParts(text)) {
      const { value, common } = readDocument(text, part);
      expect(common).toBe(true);
      const [quick, exact] = [new YamlSource(file, part, true), new YamlSource(file, part)];
      for (const path of pathsIn(value)) {
        for (const on of ['key', 'value'] as const) {
          expect([path, on, quick.range(path, on)]).toEqual([path, on, exact.range(path, on)]);
        }
        const within = { from: 0, to: 1 };
        expect([path, quick.range(path, 'value', within)]).toEqual([path, exact.range(path, 'value', within)]);
      }
    }
  }
});

test('blocks that are written alike are one object only where that is asked for, and only in the same column', () => {
  const text = 'a:\n  b:\n    c: d\ne:\n  b:\n    c: d\nf:\n  - b:\n    c: d\n';
  const part = { from: 0, to: text.length };
  const [apart, together] = [false, true].map((shares) => readDocument(text, part, shares).value as never);
  expect(apart).toEqual({ a: { b: { c: 'd' } }, e: { b: { c: 'd' } }, f: [{ b: null, c: 'd' }] });
  expect(together).toEqual(apart);
  expect(apart['a']).not.toBe(apart['e']);
  expect(together['a']).toBe(together['e']);
});
