import { Yaml } from 'cdk8s';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { parse } from 'yaml';
import { plainScalarIsSafe, readDocument, writeYaml, writeYamlDocuments } from '../../../src/formats/yaml';

/** Texts that some reader takes for something else when they have no quotes. */
const LOOKALIKES = [
  ...[
    'e1',
    'E5',
    '.e1',
    '0o7',
    '0O7',
    '0X1F',
    '0x1f',
    '0B11',
    '0b11',
    '-_1',
    '+_9',
    '1_000',
    '1,000',
    '0_',
    '08',
    '0755',
  ],
  ...[
    '.',
    '+.',
    '-.',
    '1.',
    '.5',
    '1e3',
    '1e400',
    '12e',
    '12:30',
    '190:20:30.5',
    '.inf',
    '-.Inf',
    '.nan',
    '2026-01-01',
  ],
  ...['2026-1-1', '2026-01-01T00:00:00Z', '2026-01-01 10:00:00', 'y', 'N', 'yes', 'No', 'on', 'OFF', 'true', 'False'],
  ...[
    'null',
    'Null',
    '~',
    '',
    '=',
    '<<',
    '-',
    '--',
    '---',
    '...',
    '?',
    ':',
    '- a',
    '? a',
    'a: b',
    'a #b',
    '#a',
    'a:',
    ' a',
  ],
  ...[
    'a ',
    '\ta',
    'a\t',
    '&a',
    '*a',
    '!a',
    '|',
    '>',
    '%a',
    '@a',
    '`a',
    '[',
    ']',
    '{a',
    '"a',
    "'a",
    ',a',
    'a\tb',
    'a\u0085b',
  ],
  ...[
    'a\u2028b',
    '\ufeffa',
    'a\rb',
    '\0',
    '\x7f',
    '\n',
    '\na',
    'a\n',
    'a\n\n',
    'a\n\n\n',
    ' a\nb',
    'a \nb',
    'a\n b',
    'a\n\tb',
  ],
  ...[
    'a\nb ',
    'a\n \n',
    'a\nb\n#c\n',
    'a\n---\nb',
    'a: |\n  b',
    "it's",
    'say "it\'s"',
    '\\d+',
    '"\\d"',
    '1.4.2',
    '10.0.0.1',
    'v1',
  ],
];

const text = fc.oneof(
  fc.constantFrom(...LOOKALIKES),
  fc.stringMatching(/^[-+]?[0-9._eExXoObBaAfF:,]{1,8}$/),
  fc.stringMatching(/^[a-zA-Z/][a-z0-9 :.,#&*!|>'"%@`{}[\]()=<>?$~^;-]{0,30}$/),
  fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('\n')),
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const { object } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.boolean(),
    fc.constant(null),
    tie('object'),
    fc.array(tie('value'), { maxLength: 4 }),
  ),
  object: fc.dictionary(text, tie('value'), { maxKeys: 5, noNullPrototype: true }),
}));

/** Texts that no reader takes for anything else, and blocks of lines. */
const word = fc.stringMatching(/^[g-xz/][g-xz0-9 :.,#&*!|>'"%@`{}[\]()=?$~^;-]{2,30}$/);
const block = fc
  .array(fc.stringMatching(/^[a-z]( {0,3}[a-z#:-]){1,9}$/), { minLength: 2, maxLength: 5 })
  .map((rows) => `${rows.join('\n')}\n`);
const { common } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    ...[word, block, fc.integer(), fc.boolean(), tie('common'), fc.array(tie('value'), { maxLength: 4 })],
  ),
  common: fc.dictionary(word, tie('value'), { maxKeys: 5 }),
}));

/** What YAML cannot hold: halves of characters. And a key that the reader of the other library drops. */
const fits = (value: unknown): boolean => !/\\ud[89a-f]|"__proto__"/.test(JSON.stringify(value));

describe('what is written is read back', () => {
  test.each(LOOKALIKES)('%j, by readers of YAML 1.1 and 1.2', (one) => {
    const value = { text: one, list: [one, [one]], [one]: { [one]: one } };
    const written = writeYaml(value);
    expect(readDocument(written).value).toEqual(value);
    expect(load(written)).toEqual(value);
    for (const version of ['1.1', '1.2'] as const) expect(parse(written, { version })).toEqual(value);
  });

  test('whatever it is', () => {
    fc.assert(
      fc.property(object.filter(fits), (value) => {
        const written = writeYaml(value);
        expect(readDocument(written).value).toEqual(value);
        expect(load(written)).toEqual(value);
        for (const version of ['1.1', '1.2'] as const) expect(parse(written, { version })).toEqual(value);
      }),
      { seed: 20260101, numRuns: 500 },
    );
  });

  test('in the layout of cdk8s, and in its bytes where those are read back', () => {
    fc.assert(
      fc.property(fc.array(common, { minLength: 1, maxLength: 3 }), (objects) => {
        expect(writeYamlDocuments(objects)).toBe(Yaml.stringify(...objects));
      }),
      { seed: 20260101, numRuns: 500 },
    );
  });
});

describe('quotes stand only where a reader needs them', () => {
  test.each([
    'a',
    'a b',
    '/a',
    '1.4.2',
    '10.0.0.1',
    '5m',
    '100%',
    'http://a:80/b?c=d',
    '-a',
    'a-',
    'deadbeef',
    '1h30m',
    '2048Mi',
  ])('%s', (plain) => {
    expect(plainScalarIsSafe(plain)).toBe(true);
    expect(writeYaml({ text: plain })).toBe(`text: ${plain}\n`);
  });

  test('and what is undefined is left out', () => {
    expect(writeYaml({ a: undefined, b: { c: undefined }, d: [undefined] })).toBe('b: {}\nd:\n  - null\n');
  });
});
