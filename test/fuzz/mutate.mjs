// Changes of texts: of bytes, of pieces that mean something, and of the values in YAML.
import { isCollection, isMap, isPair, isScalar, parseAllDocuments, visit } from 'yaml';

/** A generator of numbers from 0 up to 1, the same for the same seed. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const VALUES = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e9,
  1e300,
  '',
  'constructor',
  '__proto__',
  'toString',
  'check(out',
  'NaN',
  '1ns',
  '-5m',
  '25%',
  '{{args.x}}',
  '\u0000',
  '\ud800',
  'a\nb',
  [],
  {},
  [[]],
  [null],
  [{}],
  { a: null },
  { constructor: 1 },
  ['a', 1, {}],
  'result[0] > ',
  'sum(rate(x[5m]))',
  '.',
  '/',
  '*',
  'http://',
  '999999999999999999999',
];
const PIECES = [
  '\n',
  ' ',
  ':',
  '- ',
  '---\n',
  '...\n',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  '#',
  '&a ',
  '*a',
  '*b',
  '<<: *a\n',
  '|',
  '>',
  '%YAML 1.1\n',
  '!!binary ',
  '\\',
  '\t',
  '\u0000',
  '\ufeff',
  '\ud800',
  'null',
  '~',
  '0x',
  '1e999',
  '-',
  '+',
  ',',
  '=~',
  '!=',
  '&&',
  '||',
  '??',
  '..',
  'not ',
  'in ',
  'len(',
  'result',
  '[5m]',
  'by (',
  'offset 1m',
  '@ end()',
  'constructor',
  '__proto__',
  '{{args.',
  '}}',
];

/** A text made of one or two others. */
export function mutate(text, other, random, structured) {
  const at = (length) => Math.floor(random() * length);
  const pick = (list) => list[at(list.length)];
  if (structured && random() < 0.7) {
    const changed = changeValues(text, random, pick, at);
    if (changed !== undefined) return changed;
  }
  let result = text;
  for (let n = 1 + at(4); n > 0; n--) {
    const from = at(result.length + 1);
    const to = Math.min(result.length, from + at(random() < 0.8 ? 12 : 400));
    switch (at(6)) {
      case 0:
        result = result.slice(0, from) + result.slice(to);
        break;
      case 1:
        result = result.slice(0, from) + pick(PIECES) + result.slice(from);
        break;
      case 2:
        result = result.slice(0, from) + pick(PIECES) + result.slice(to);
        break;
      case 3:
        result = result.slice(0, to) + result.slice(from, to).repeat(1 + at(3)) + result.slice(to);
        break;
      case 4: {
        const begin = at(other.length + 1);
        result = result.slice(0, from) + other.slice(begin, begin + at(200)) + result.slice(to);
        break;
      }
      default:
        result = result.slice(0, from) + String(pick(VALUES)) + result.slice(to);
    }
  }
  return result.slice(0, 60_000);
}

function changeValues(text, random, pick, at) {
  let documents;
  try {
    documents = parseAllDocuments(text, { logLevel: 'silent' });
  } catch {
    return undefined;
  }
  if (!Array.isArray(documents) || documents.length === 0 || documents.some(({ errors }) => errors.length > 0))
    return undefined;
  const pairs = [];
  for (const document of documents) {
    visit(document, (_key, node, path) => {
      if (isPair(node)) pairs.push(node);
      else if (isCollection(node) && !isMap(node) && path.length > 0) pairs.push(node);
    });
  }
  if (pairs.length === 0) return undefined;
  for (let n = 1 + at(3); n > 0; n--) {
    const target = pick(pairs);
    if (!isPair(target)) {
      const copy = target.items[at(Math.max(1, target.items.length))];
      if (random() < 0.5) target.items.splice(at(target.items.length + 1), 1);
      else if (copy !== undefined) target.items.push(copy);
      continue;
    }
    // No collection of the same document: one within itself would never end.
    const other = pick(pairs).value;
    const value = random() < 0.8 || !isScalar(other) ? pick(VALUES) : other.value;
    if (random() < 0.1 && isScalar(target.key)) target.key = documents[0].createNode(String(pick(VALUES)));
    else target.value = documents[0].createNode(value);
  }
  try {
    return documents.map((document) => document.toString()).join('---\n');
  } catch {
    return undefined;
  }
}
