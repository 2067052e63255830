// Every place of a valid input with every kind of wrong value in it: types, names that every JavaScript object has,
// numbers without end, an alias that nothing anchors.
import { isMapping } from '../../src/graph';
import { readDocuments } from '../../src/formats/yaml';

/** Stand for what JSON cannot say: they are replaced in the text. */
const ALIAS = '@alias@';
const NOT_A_NUMBER = '@nan@';
const DATE = '@date@';

/** What stands where something else belongs. */
const WRONG_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5e300,
  '',
  'constructor',
  '__proto__',
  'check(out',
  '{{args.x}}',
  '\u0007\n::error::x',
  [],
  [null, 1],
  {},
  { constructor: { a: [null] } },
  ALIAS,
  NOT_A_NUMBER,
  DATE,
];

/** Names of fields that every JavaScript object has. */
const WRONG_KEYS = ['constructor', '__proto__', 'toString', 'hasOwnProperty', ''];

type Step = string | number;

/** An input, and what was put where. */
export interface Variant {
  readonly what: string;
  readonly text: string;
}

/**
 * Variants of a text with YAML or JSON documents, one wrong value or one wrong key in each.
 *
 * @param each Every how many of them; the first is chosen by `from`.
 */
export function* variants(text: string, each = 1, from = 0): Generator<Variant> {
  const documents = readDocuments(text).map(({ value }) => value);
  const texts = documents.map((document) => JSON.stringify(document));
  const written = (at: number, path: readonly Step[], value: unknown, key?: string): string =>
    texts.map((one, i) => (i === at ? textOf(replaced(documents[at], path, value, key)) : one)).join('\n---\n');
  let count = from;
  for (const [at, document] of documents.entries()) {
    for (const [path, value] of places(document)) {
      for (const wrong of WRONG_VALUES) {
        if (count++ % each !== 0) continue;
        yield { what: `${at}:${path.join('.')} = ${JSON.stringify(wrong)}`, text: written(at, path, wrong) };
      }
      if (!isMapping(value)) continue;
      for (const key of WRONG_KEYS) {
        if (count++ % each !== 0) continue;
        yield { what: `${at}:${path.join('.')} has ${JSON.stringify(key)}`, text: written(at, path, 1, key) };
        const [first] = Object.values(value);
        yield { what: `${at}:${path.join('.')} has ${JSON.stringify(key)}, too`, text: written(at, path, first, key) };
      }
    }
  }
}

/** Every value in a value, itself first. */
function* places(value: unknown, path: readonly Step[] = []): Generator<readonly [readonly Step[], unknown]> {
  yield [path, value];
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value))
    yield* places(child, [...path, Array.isArray(value) ? Number(key) : key]);
}

/** A copy with another value at a place; with `key`: with this field in what is there. */
function replaced(whole: unknown, path: readonly Step[], value: unknown, key?: string): unknown {
  const [step, ...rest] = path;
  if (step === undefined) {
    if (key === undefined) return value;
    const copy = { ...(whole as object) };
    // A plain assignment would set the prototype.
    return Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true });
  }
  const copy = (Array.isArray(whole) ? [...(whole as unknown[])] : { ...(whole as object) }) as Record<Step, unknown>;
  copy[step] = replaced(copy[step], rest, value, key);
  return copy;
}

const textOf = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll(JSON.stringify(ALIAS), '*nowhere')
    .replaceAll(JSON.stringify(NOT_A_NUMBER), '.nan')
    .replaceAll(JSON.stringify(DATE), '2026-01-31');
