// Texts for the item "yaml": real manifests, changed in every way in which people and programs write YAML, right or wrong.
import glob from 'fast-glob';
import { readFileSync } from 'node:fs';
import { SCALARS } from './yaml-scalars.mjs';

const BLOCKS = [
  '|',
  '>',
  '|-',
  '>-',
  '|+',
  '>+',
  '|2',
  '>2-',
  '|-2',
  '|1',
  '|9',
  '|0',
  '|22',
  '|--',
  '| # c',
  '|# c',
  '> a',
];
const SIGNS = [...':,-?[]{}#&*!|>\'"%@`~<=.\\ \n\t'];
const KEYS = [
  '1',
  '1.5',
  '0x10',
  '010',
  'true',
  'on',
  '~',
  '',
  '"q"',
  "'q'",
  '? x',
  '? [a]',
  '<<',
  '&k a',
  '*a',
  '!!str 1',
  '[a]',
  '{}',
  'a b',
  '-',
  '"a\\nb"',
  'a#',
  '__proto__',
  '=',
  '.nan',
  '1e3',
  '2026-01-01',
  '18446744073709551615',
  'k'.repeat(1030),
];
const BREAKS = ['\n', '\r\n', '\r', '\u0085', '\u2028'];
const COMMENTS = ['# c', '#c', ' # c', '  # c: d', '# "', "# it's", '# [', '\t# c'];

/** A source of chance that is the same for each seed. */
export function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  return { below, pick: (list) => list[below(list.length)] };
}

/** Documents of the rendered examples, of at most so many lines. */
export function bases() {
  const files = glob.sync(['dist/**/*.yaml', 'examples/**/*.yaml']).sort();
  return files
    .flatMap((file) => readFileSync(file, 'utf8').split(/^---\n/m))
    .filter((text) => text.trim() !== '' && text.length < 20_000)
    .map((text) => text.split('\n'));
}

const FIELD = /^(\s*(?:- )*)([^\s#'"[{&*!|>-][^:#]*):(?: +(.*))?$/;
const indentOf = (line) => /^ */.exec(line)[0].length;

/** Ways to change the lines of a text. Each changes the list it is given, or leaves it as it is. */
const CHANGES = {
  scalar: ({ pick }, lines, at) => {
    const found = FIELD.exec(lines[at]);
    if (found) lines[at] = `${found[1]}${found[2]}: ${pick(SCALARS)}`;
  },
  item: ({ pick }, lines, at) => lines.splice(at, 0, `${' '.repeat(indentOf(lines[at]))}- ${pick(SCALARS)}`),
  quote: ({ pick }, lines, at) => {
    const found = FIELD.exec(lines[at]);
    if (found?.[3])
      lines[at] =
        `${found[1]}${found[2]}: ${pick([JSON.stringify, (text) => `'${text}'`, (text) => text.replace(/^["']|["']$/g, '')])(found[3])}`;
  },
  quoteKey: ({ pick }, lines, at) => {
    lines[at] = lines[at].replace(
      FIELD,
      (_, lead, key, value = '') => `${lead}${pick(['"', "'"])}${key}":${pick([' ', ''])}${value}`,
    );
  },
  key: ({ pick }, lines, at) => {
    lines[at] = lines[at].replace(FIELD, (_, lead, _key, value = '') => `${lead}${pick(KEYS)}: ${value}`);
  },
  complexKey: ({ pick }, lines, at) => {
    const found = FIELD.exec(lines[at]);
    if (found)
      lines.splice(
        at,
        1,
        `${found[1]}? ${found[2]}`,
        `${' '.repeat(found[1].length)}${pick([': ', ':', ' : '])}${found[3] ?? ''}`,
      );
  },
  null: (_, lines, at) => (lines[at] = lines[at].replace(/: .*$/, ':')),
  dash: ({ pick }, lines, at) =>
    (lines[at] = lines[at].replace(/- .*$/, pick(['-', '- ', '-\t', '- -', '- - a', '- ? a', '- : a']))),
  flow: ({ pick }, lines, at) => {
    const found = FIELD.exec(lines[at]);
    if (!found) return;
    const lead = ' '.repeat(Math.max(0, found[1].length + pick([-2, -1, 0, 0, 0, 1, 2])));
    const [open, close] = pick(['[]', '{}', '[}']);
    const inner = open === '{' ? [`a: ${pick(SCALARS)},`, `b: ${pick(SCALARS)}`] : [`${pick(SCALARS)},`, pick(SCALARS)];
    lines.splice(
      at,
      1,
      `${found[1]}${found[2]}: ${open}`,
      ...inner.map((text) => lead + pick(['', '  ']) + text),
      lead + close + pick(['', ' # c', '#c', ' x']),
    );
  },
  block: ({ pick, below }, lines, at) => {
    const found = FIELD.exec(lines[at]);
    if (!found) return;
    const indent = found[1].length + pick([0, 1, 2, 2, 2, 4]);
    const body = Array.from(
      { length: below(5) },
      () =>
        pick(['', ' ', ' '.repeat(indent), '\t']) +
        pick(['', ' '.repeat(indent)]) +
        pick(['a', 'b c', '', '# c', '- d', 'e: f', ' g', '\th', '---', '...']),
    );
    lines.splice(
      at,
      1,
      `${found[1]}${found[2]}: ${pick(BLOCKS)}`,
      ...body.map((text) => (pick([0, 1, 1, 1]) ? ' '.repeat(indent) + text.trimStart() : text)),
    );
  },
  continued: ({ pick }, lines, at) => {
    const found = FIELD.exec(lines[at]);
    if (!found) return;
    const lead = ' '.repeat(Math.max(0, found[1].length + pick([-found[1].length, -1, 0, 0, 1, 2])));
    const quote = pick(['"', "'", '']);
    const second = pick([...Array(6).fill('and more'), '', 'a: b', '# c', '- d', '\\', '"x"', ',']);
    lines.splice(
      at,
      1,
      `${found[1]}${found[2]}: ${quote}some text${pick(['', ' ', '\\', '\t', ' #'])}`,
      ...pick([[], [''], ['', '  ']]),
      `${pick([lead, lead, lead, '\t'])}${second}${quote}`,
    );
  },
  comment: ({ pick }, lines, at) => (lines[at] += pick(COMMENTS)),
  commentLine: ({ pick, below }, lines, at) => lines.splice(at, 0, ' '.repeat(below(8)) + pick(COMMENTS)),
  indent: ({ pick }, lines, at) => {
    const by = pick([-2, -1, 1, 2, 3]);
    lines[at] = by < 0 ? lines[at].replace(new RegExp(`^ {${-by}}`), '') : ' '.repeat(by) + lines[at];
  },
  tab: ({ pick }, lines, at) =>
    (lines[at] = lines[at].replace(pick([/^ {2}/, / +/, /: /, /- /, /$/, /^/]), (found) =>
      pick(['\t', `\t${found}`, `${found}\t`]),
    )),
  sign: ({ pick, below }, lines, at) => {
    const place = below(lines[at].length + 1);
    lines[at] = lines[at].slice(0, place) + pick(SIGNS) + lines[at].slice(place + below(2));
  },
  anchor: ({ pick, below }, lines, at) => {
    const other = below(lines.length);
    lines[at] = lines[at].replace(/: (.*)$/, ': &a $1').replace(/:$/, pick([': &a', ': !!map', ': &a !!map', ': !x']));
    lines[other] = lines[other].replace(
      /: .*$/,
      pick([': *a', ': *a # c', ': [*a, *a]', ': {<<: *a}', ': {*a : b}', ':\n  - *a']),
    );
  },
  merge: ({ pick }, lines, at) => {
    const lead = ' '.repeat(indentOf(lines[at]));
    const merged = pick([
      '{name: merged}',
      '*a',
      '[*a, {b: c}]',
      '[{name: x}, {name: y}]',
      'x',
      '[x]',
      '{<<: {z: 1}}',
      '{<<: {z: 1}, z: 2}',
    ]);
    lines.splice(at, 0, `${lead}<<: ${merged}`);
  },
  repeat: (_, lines, at) => lines.splice(at, 0, lines[at]),
  remove: (_, lines, at) => lines.splice(at, 1),
  swap: ({ below }, lines, at) => {
    const other = below(lines.length);
    [lines[at], lines[other]] = [lines[other], lines[at]];
  },
  cut: (_, lines, at) => (lines[at] = lines[at].slice(0, lines[at].length / 2)),
  marker: ({ pick }, lines, at) =>
    lines.splice(
      pick([0, 0, at, lines.length]),
      0,
      pick([
        '---',
        '--- ',
        '--- # c',
        '--- a',
        '--- |',
        '...',
        '... # c',
        '... a',
        '%YAML 1.1',
        '%YAML 1.2',
        '%TAG !e! tag:e,',
        '%X',
        '\ufeff',
        '----',
        '--',
      ]) + pick(['', '\n---']),
    ),
  ending: ({ pick }, lines, at) => (lines[at] += pick(BREAKS).replace(/\n$/, '')),
  blank: ({ pick }, lines, at) => lines.splice(at, 0, pick(['', ' ', '\t', '      ', ' \t'])),
};
const NAMES = Object.keys(CHANGES);

/** One changed text: { text, changes }. The same seed gives the same text. */
export function mutant(texts, seed) {
  const random = chance(seed);
  const { pick, below } = random;
  let lines = [...pick(texts)];
  // Most of what goes wrong goes wrong within a few lines.
  if (below(2)) {
    const from = below(lines.length);
    const part = lines.slice(from, from + 3 + below(20));
    const least = Math.min(...part.filter((line) => line.trim() !== '').map(indentOf));
    if (Number.isFinite(least)) lines = part.map((line) => line.slice(least));
  }
  const changes = Array.from({ length: 1 + below(4) }, () => {
    const name = pick(NAMES);
    if (lines.length > 0) CHANGES[name](random, lines, below(lines.length));
    return name;
  });
  const end = pick([...Array(12).fill('\n'), '\r\n', '\r', '\u0085', '\u2028']);
  return { text: lines.join(end) + pick(['', '', end]), changes };
}
