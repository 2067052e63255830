// Texts for the item "yaml": real manifests, changed in every way in which people and programs write YAML, right or wrong.
import glob from 'fast-glob';
import { readFileSync } from 'node:fs';

/** Plain scalars that readers of YAML 1.1, of YAML 1.2 and of Go take for different things, and some that none does. */
export const SCALARS = [
  ...['', '~', 'null', 'Null', 'NULL', 'nUll', 'y', 'Y', 'yes', 'Yes', 'YES', 'yEs', 'n', 'N', 'no', 'on', 'On', 'off'],
  ...['OFF', 'oFF', 'true', 'True', 'TRUE', 'tRUE', 'false', 'False', '0', '-0', '+0', '00', '1', '-1', '+1', '12', '08'],
  ...['0777', '0o7', '0O7', '0o8', '0x1F', '0X1f', '0xG', '-0x1', '+0x1', '0b11', '0B11', '0b12', '-0b1', '0b-1', '0b+1'],
  ...['1_000', '1__0', '1_', '_1', '-_1', '+_1', '0_', '0_8', '0x_1', '1_0.5', '.1_0', '.5_', '._5', '.5', '-.5', '+.5'],
  ...['.', '+.', '-.', '..', '.e3', '.5e3', '1.', '1.5', '-1.', '1.e3', '1e3', '1E3', '1e+3', '1e-3', '1e', 'e1', 'E5'],
  ...['1e400', '-1e400', '1e-400', '1.5.5', '1,5', '12:30', '12:30:45', '190:20:30.15', '.inf', '-.inf', '+.Inf', '.nan'],
  ...['.NaN', 'inf', 'nan', '2026-01-01', '2026-1-1', '2026-01-01T00:00:00Z', '2026-13-01', '2001-12-14 21:59:43.10 -5'],
  ...['9007199254740993', '9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809'],
  ...['18446744073709551615', '18446744073709551616', '0xFFFFFFFFFFFFFFFF', '0x1FFFFFFFFFFFFFFFF', '123456789012345678901234567890'],
  ...['=', '<<', '<', '-', '--', '---', '...', '-a', '?', '?a', ':', ':a', 'a:', 'a:b', 'a: b', 'a :b', 'a#b', 'a #b', '#', '!'],
  ...['!a', '!!str', '!!str 1', '!!int "3"', '!!int 1.5', '!!float 1', '!!float "x"', '!!bool "yes"', '!!null ""', '!!null x'],
  ...['!!binary aGk=', '!!binary aGk', '!!binary /w==', '!!timestamp 2026-01-01', '!!timestamp x', '!!seq []', '!!map {}'],
  ...['!<tag:yaml.org,2002:str> 5', '!<x>', '!e!a b', '! 5', '! "<<"', '*a', '*none', '&a', '&b x', '&b.c x', '&b !!str 5'],
  ...['!!str &b 5', '@a', '`a', '%a', '|a', '>a', ',', ',a', '[', ']', '{', '}', '[]', '{}', '[,]', '{,}', '[a,]', '{a,}'],
  ...['[a, b]', '{a: b}', '{a:b}', '{"a":b}', "{'a':b}", '{a:}', '{b: }', '{a}', '{a, b}', '{? a}', '{? a : b}', '[? a : b]'],
  ...['[? , b]', '[a: b]', '[a: b, c]', '["a":b]', '[-, b]', '[- a]', '[a]: b', '{a: b}: c', '[]: b', '[{a: [b]}]', '[a b, c]'],
  ...['{a: 1, a: 2}', '{1: a, "1": b}', '{on: a, "true": b}', '{~: a}', '{1.5: a}', '{1e6: a}', '{0x10: a}', '{.nan: a}'],
  ...['{[a]: b}', '{<<: {a: b}}', '{<<: {a: b}, a: c}', '{a: c, <<: {a: b}}', '{<<: [{a: b}, {a: c}]}', '{<<: a}', '{"<<": a}'],
  ...["'a'", '"a"', "'it''s'", '"a\\"b"', "'a", '"a', "a'", 'a"b"', "'a' b", '"a" "b"', '"a"b', "'a'#b", '"a" # b', '"1"', "''"],
  ...['"\\t\\n\\x41\\u00e9\\U0001F600"', '"\\/"', '"\\ud83d\\ude00"', '"\\x4"', '"\\q"', '"\\\'"', '"\\_\\N\\L\\P\\e\\0"'],
  ...['a\u0085b', 'a\u2028b', '"a\u2029b"', 'é', '😀', '\ufeff', 'a\ufeffb', 'a\u00a0b', 'a\tb', '\ta', 'a\t', 'a \t#b', 'a\u0007'],
];

const BLOCKS = ['|', '>', '|-', '>-', '|+', '>+', '|2', '>2-', '|-2', '|1', '|9', '|0', '|22', '|--', '| # c', '|# c', '> a'];
const SIGNS = [...':,-?[]{}#&*!|>\'"%@`~<=.\\ \n\t'];
const KEYS = ['1', '1.5', '0x10', '010', 'true', 'on', '~', '', '"q"', "'q'", '? x', '? [a]', '<<', '&k a', '*a', '!!str 1', '[a]', '{}', 'a b', '-', '"a\\nb"', 'a#', '__proto__', '=', '.nan', '1e3', '2026-01-01', '18446744073709551615', 'k'.repeat(1030)];
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
    if (found?.[3]) lines[at] = `${found[1]}${found[2]}: ${pick([JSON.stringify, (text) => `'${text}'`, (text) => text.replace(/^["']|["']$/g, '')])(found[3])}`;
  },
  quoteKey: ({ pick }, lines, at) => {
    lines[at] = lines[at].replace(FIELD, (_, lead, key, value = '') => `${lead}${pick(['"', "'"])}${key}":${pick([' ', ''])}${value}`);
  },
  key: ({ pick }, lines, at) => {
    lines[at] = lines[at].replace(FIELD, (_, lead, _key, value = '') => `${lead}${pick(KEYS)}: ${value}`);
  },
  complexKey: ({ pick }, lines, at) => {
    const found = FIELD.exec(lines[at]);
    if (found) lines.splice(at, 1, `${found[1]}? ${found[2]}`, `${' '.repeat(found[1].length)}${pick([': ', ':', ' : '])}${found[3] ?? ''}`);
  },
  null: (_, lines, at) => (lines[at] = lines[at].replace(/: .*$/, ':')),
  dash: ({ pick }, lines, at) => (lines[at] = lines[at].replace(/- .*$/, pick(['-', '- ', '-\t', '- -', '- - a', '- ? a', '- : a']))),
  flow: ({ pick }, lines, at) => {
    const found = FIELD.exec(lines[at]);
    if (!found) return;
    const lead = ' '.repeat(Math.max(0, found[1].length + pick([-2, -1, 0, 0, 0, 1, 2])));
    const [open, close] = pick(['[]', '{}', '[}']);
    const inner = open === '{' ? [`a: ${pick(SCALARS)},`, `b: ${pick(SCALARS)}`] : [`${pick(SCALARS)},`, pick(SCALARS)];
    lines.splice(at, 1, `${found[1]}${found[2]}: ${open}`, ...inner.map((text) => lead + pick(['', '  ']) + text), lead + close + pick(['', ' # c', '#c', ' x']));
  },
  block: ({ pick, below }, lines, at) => {
    const found = FIELD.exec(lines[at]);
    if (!found) return;
    const indent = found[1].length + pick([0, 1, 2, 2, 2, 4]);
    const body = Array.from({ length: below(5) }, () => pick(['', ' ', ' '.repeat(indent), '\t']) + pick(['', ' '.repeat(indent)]) + pick(['a', 'b c', '', '# c', '- d', 'e: f', ' g', '\th', '---', '...']));
    lines.splice(at, 1, `${found[1]}${found[2]}: ${pick(BLOCKS)}`, ...body.map((text) => (pick([0, 1, 1, 1]) ? ' '.repeat(indent) + text.trimStart() : text)));
  },
  continued: ({ pick }, lines, at) => {
    const found = FIELD.exec(lines[at]);
    if (!found) return;
    const lead = ' '.repeat(Math.max(0, found[1].length + pick([-found[1].length, -1, 0, 0, 1, 2])));
    const quote = pick(['"', "'", '']);
    const second = pick([...Array(6).fill('and more'), '', 'a: b', '# c', '- d', '\\', '"x"', ',']);
    lines.splice(at, 1, `${found[1]}${found[2]}: ${quote}some text${pick(['', ' ', '\\', '\t', ' #'])}`, ...pick([[], [''], ['', '  ']]), `${pick([lead, lead, lead, '\t'])}${second}${quote}`);
  },
  comment: ({ pick }, lines, at) => (lines[at] += pick(COMMENTS)),
  commentLine: ({ pick, below }, lines, at) => lines.splice(at, 0, ' '.repeat(below(8)) + pick(COMMENTS)),
  indent: ({ pick }, lines, at) => {
    const by = pick([-2, -1, 1, 2, 3]);
    lines[at] = by < 0 ? lines[at].replace(new RegExp(`^ {${-by}}`), '') : ' '.repeat(by) + lines[at];
  },
  tab: ({ pick }, lines, at) => (lines[at] = lines[at].replace(pick([/^ {2}/, / +/, /: /, /- /, /$/, /^/]), (found) => pick(['\t', `\t${found}`, `${found}\t`]))),
  sign: ({ pick, below }, lines, at) => {
    const place = below(lines[at].length + 1);
    lines[at] = lines[at].slice(0, place) + pick(SIGNS) + lines[at].slice(place + below(2));
  },
  anchor: ({ pick, below }, lines, at) => {
    const other = below(lines.length);
    lines[at] = lines[at].replace(/: (.*)$/, ': &a $1').replace(/:$/, pick([': &a', ': !!map', ': &a !!map', ': !x']));
    lines[other] = lines[other].replace(/: .*$/, pick([': *a', ': *a # c', ': [*a, *a]', ': {<<: *a}', ': {*a : b}', ':\n  - *a']));
  },
  merge: ({ pick }, lines, at) => {
    const lead = ' '.repeat(indentOf(lines[at]));
    const merged = pick(['{name: merged}', '*a', '[*a, {b: c}]', '[{name: x}, {name: y}]', 'x', '[x]', '{<<: {z: 1}}', '{<<: {z: 1}, z: 2}']);
    lines.splice(at, 0, `${lead}<<: ${merged}`);
  },
  repeat: (_, lines, at) => lines.splice(at, 0, lines[at]),
  remove: (_, lines, at) => lines.splice(at, 1),
  swap: ({ below }, lines, at) => {
    const other = below(lines.length);
    [lines[at], lines[other]] = [lines[other], lines[at]];
  },
  cut: (_, lines, at) => (lines[at] = lines[at].slice(0, lines[at].length / 2)),
  marker: ({ pick }, lines, at) => lines.splice(pick([0, 0, at, lines.length]), 0, pick(['---', '--- ', '--- # c', '--- a', '--- |', '...', '... # c', '... a', '%YAML 1.1', '%YAML 1.2', '%TAG !e! tag:e,', '%X', '\ufeff', '----', '--']) + pick(['', '\n---'])),
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
