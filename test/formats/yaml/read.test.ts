import { readDocument, readDocuments } from '../../../src/formats/yaml';

const value = (text: string): unknown => {
  const { value: found, error } = readDocument(text);
  expect(error).toBeUndefined();
  return found;
};
/** Line and column of what is wrong, and what is said of it. */
function refusal(text: string): [place: string, message: string] {
  const { error, value: found } = readDocument(text);
  expect(found).toBeUndefined();
  const before = text.slice(0, error!.from).split('\n');
  return [`${before.length}:${before[before.length - 1].length + 1}`, error!.message];
}

describe('a plain scalar is what sigs.k8s.io/yaml makes of it', () => {
  test.each([
    [['.', '+.', '-.', '.e3', '1e400', '._5', '..', '0xG', '0o8', '0b12', '1.5.5', '1,5'], 'text'],
    [
      ['e1', 'E5', 'inf', '=', '<<', '-a', '12:30', '190:20:30', '2026-01-01', '2026-01-01T00:00:00Z', 'yEs', 'nUll'],
      'text',
    ],
  ])('%j is a text', (texts) => {
    for (const text of texts) expect([text, value(`a: ${text}`)]).toEqual([text, { a: text }]);
  });

  test.each([
    ['0o7', 7],
    ['0O7', 7],
    ['0777', 511],
    ['08', 8],
    ['0X1F', 31],
    ['-0x1', -1],
    ['0B11', 3],
    ['0b-1', -1],
    ['1_000', 1000],
    ['-_1', -1],
    ['0_', 0],
    ['.1_0', 0.1],
    ['1.', 1],
    ['+.5', 0.5],
    ['1e3', 1000],
    ['-0', 0],
    ['18446744073709551615', 18446744073709551615],
    ['18446744073709551616', 18446744073709551616],
    ['y', true],
    ['Off', false],
    ['~', null],
    ['', null],
    ['!!str 5', '5'],
    ['!!int "3"', 3],
    ['!!float 1', 1],
    ['!!binary aGk=', 'hi'],
    ['! 5', '5'],
    ['!x 5', '5'],
  ])('%s is %j', (text, expected) => {
    expect(value(`a: ${text}`)).toEqual({ a: expected });
    expect(value(`a: [${text}]`)).toEqual(text === '' ? { a: [] } : { a: [expected] });
  });

  test('a key becomes a text, in the digits that Go writes', () => {
    const keys = [
      '1',
      '0x10',
      '1.0',
      '1.5',
      '1e6',
      '0.00001',
      'on',
      '-0.0',
      '.nan',
      '123456.5',
      '1234567.0',
      '2026-01-01',
    ];
    const names = [
      '1',
      '16',
      '1',
      '1.5',
      '1e+06',
      '1e-05',
      'true',
      '-0',
      '.nan',
      '123456.5',
      '1.234567e+06',
      '2026-01-01',
    ];
    keys.forEach((key, i) => expect(value(`${key}: x`)).toEqual({ [names[i]]: 'x' }));
  });
});

describe('what other readers refuse, and Go takes', () => {
  test.each([
    ['a closing bracket in the column of its key', 'a: [\n  1\n]\n', { a: [1] }],
    ['items of a list in brackets in the first column', 'a: [\n1,\n2\n]', { a: [1, 2] }],
    ['a quoted text that goes on at the indentation of its key', 'a:\n  b: "c\n  d"\n', { a: { b: 'c d' } }],
    ['a quoted text that goes on in the first column', "a: 'b\nc'", { a: 'b c' }],
    ['a comment right behind a bracket', 'a: [1]#c\nb: "c"#d\n', { a: [1], b: 'c' }],
    ['a key without a colon in braces', '{b:}', { 'b:': null }],
    ['a sign as an item', '[-, b]', ['-', 'b']],
  ])('%s', (_, text, expected) => expect(value(text)).toEqual(expected));

  test('what is merged replaces what stands above it, and gives way to what stands below', () => {
    expect(value('a: 1\n<<: {a: 2, b: 2}\nb: 3')).toEqual({ a: 2, b: 3 });
    expect(value('<<: [{a: 1}, {a: 2, b: 2}]')).toEqual({ a: 1, b: 2 });
    expect(value('p: &p {a: 1}\nq: {<<: *p, <<: {b: 2}}')).toEqual({ p: { a: 1 }, q: { a: 1, b: 2 } });
  });

  test('a key of any name becomes a field of its own', () => {
    const found = value('__proto__: {a: 1}\nconstructor: 2') as object;
    expect(Object.keys(found)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
  });
});

describe('unreadable text is reported with its place and a fix', () => {
  test.each([
    ['a: b: c', '1:5', /a ':' cannot stand here; quote the text/],
    ['a:\n\tb: 1', '2:1', /a tab indents this line; indent with spaces/],
    ['a: 1\nb\nc: 2', '2:1', /'b' should be a key with a ':' behind it/],
    ['a: "b', '1:4', /no closing quote/],
    ['a: [1, 2', '1:4', /'\[' is opened here and not closed; add '\]'/],
    ['a: {b: [1}', '1:10', /expected ',' or '\]', found '}'/],
    ['a: {b: 1', '1:4', /'{' is opened here and not closed/],
    ['- a\nb: 1', '2:1', /expected another '- ' item of this list/],
    ['a: @b', '1:4', /a value cannot begin with '@'; quote it/],
    ['a: *b', '1:4', /there is no anchor '&b' above this alias/],
    ['a: &b [*b]', '1:8', /stands inside of what it names/],
    ['a: "\\d"', '1:5', /'\\d' is no escape of YAML; write '\\\\d'/],
    ['a: .nan', '1:4', /no value of JSON/],
    ['~: a', '1:1', /a key is missing, or null/],
    ['? [a]\n: b', '1:3', /this one is an object or a list/],
    ['a: !!int x', '1:10', /'x' is no whole number, as its tag !!int says/],
    ['a: \u0007', '1:4', /the character U\+0007 cannot stand in YAML/],
    ['%YAML 1.2\n---\na: 1', '1:1', /refuses %YAML 1\.2; leave the line out/],
    ['a: {{ .Values.x }}', '1:5', /this one is an object or a list/],
  ])('%j', (text, place, message) => {
    const [at, said] = refusal(text);
    expect(said).toMatch(message);
    expect(at).toBe(place);
  });

  test('the last of two equal keys counts; as text and as number, it is undefined which', () => {
    const { value: found, duplicates } = readDocument('a:\n  - b: 1\n    c: 2\n    b: 3\n');
    expect(found).toEqual({ a: [{ b: 3, c: 2 }] });
    expect(duplicates).toMatchObject([{ path: ['a', 0], key: 'b', message: "'b' is given twice", from: 25, to: 26 }]);
    expect(readDocument('on: 1\n"true": 2').duplicates[0].message).toMatch(/once as a text and once not/);
    expect(readDocument('a: .nan\na: 1').value).toEqual({ a: 1 });
  });

  test('text that kubectl drops without an error', () => {
    for (const text of ['  a: 1\nb: 2\n', 'a: 1\n...\nb: 2\n', '"a" "b"']) {
      expect(readDocument(text).error).toBeUndefined();
      expect(readDocument(text).dropped?.message).toMatch(/drops the rest/);
    }
    expect(readDocument('a: 1\n...\n# the end\n').dropped).toBeUndefined();
  });
});

describe('documents', () => {
  test('are kept apart by lines of ---, whatever is in them', () => {
    const found = readDocuments('# head\n---\na: [\n---\nb: 1\n--- # c\n---\n%\n');
    expect(found.map((document) => document.error?.message ?? document.value)).toEqual([
      "'[' is opened here and not closed; add ']'",
      { b: 1 },
      null,
      expect.stringMatching(/%YAML or %TAG/),
    ]);
  });

  test('have offsets of the whole text', () => {
    const text = '\ufeff---\na: 1\n---\r\nb: *x\r\n';
    const [first, second] = readDocuments(text);
    expect(text.slice(first.from)).toMatch(/^a: 1/);
    expect(text.slice(second.error!.from, second.error!.to)).toBe('*x');
  });
});

describe('what would exhaust the memory or the stack is refused', () => {
  test('brackets and blocks without end', () => {
    for (const text of [
      '['.repeat(1e5),
      '{a: '.repeat(1e5),
      '- '.repeat(1e5),
      Array.from({ length: 500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
    ]) {
      expect(readDocument(text).error?.message).toMatch(/nested more than 200 levels deep/);
    }
  });

  test('aliases of aliases', () => {
    const levels = Array.from({ length: 40 }, (_, i) => `a${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}, *a${i - 1}`}]`);
    expect(readDocument(levels.join('\n')).error?.message).toMatch(/aliases make this document too large/);
    const merges = Array.from(
      { length: 40 },
      (_, i) => `a${i}: &a${i} {k${i}: 1${i === 0 ? '' : `, <<: [*a${i - 1}, *a${i - 1}]`}}`,
    );
    expect(readDocument(merges.join('\n')).error?.message).toMatch(/aliases make this document too large/);
    const chain = Array.from({ length: 300 }, (_, i) => `a${i}: &a${i} [${i === 0 ? 'x' : `*a${i - 1}`}]`);
    expect(readDocument(chain.join('\n')).error?.message).toMatch(/nested more than 200 levels deep/);
    expect(value('a: &a {b: 1}\nc: [*a, *a]')).toEqual({ a: { b: 1 }, c: [{ b: 1 }, { b: 1 }] });
  });

  test('megabytes of anything are read in the time that reading takes', () => {
    const size = 1e6;
    const texts = [
      'a',
      ' ',
      '\n',
      '"',
      "'",
      '[],',
      '- ',
      '? ',
      ': ',
      '&a ',
      '#',
      'a: 1\n',
      '- a\n',
      'a: &a\n',
      '!',
      '%',
      '|\n',
      '"\\n"\n',
      "''",
      '\t',
      'a b ',
      'a\n ',
      '{a: b}, ',
    ];
    for (const unit of texts) {
      for (const lead of ['', 'a: ', '[', '"', "'", 'a: |\n ']) {
        const { error, value: found } = readDocument(lead + unit.repeat(Math.ceil(size / unit.length)));
        expect(error === undefined || found === undefined).toBe(true);
      }
    }
  });
});
