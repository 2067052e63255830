import { inlineText, literalText } from './quote';

/** Longer keys are no keys to readers of YAML unless a `?` announces them. */
const LONGEST_KEY = 1000;

/** Size of the cache of written texts: a fleet repeats the same ones. */
const MOST_CACHED = 5000;
const cache = new Map<string, string>();

/**
 * A value as a YAML document, in blocks, so that readers of YAML 1.1 and 1.2 give back the same value: what one of them
 * takes for a number, a boolean or a date is quoted. Fields that are undefined are left out. The layout is that of cdk8s.
 */
export function writeYaml(value: unknown): string {
  if (isMap(value) && !isEmpty(value)) return writeMap(value, '');
  if (Array.isArray(value) && value.length > 0) return writeList(value, '');
  return `${writeScalar(value, '')}\n`;
}

/** Values as the documents of one file. */
export function writeYamlDocuments(values: readonly unknown[]): string {
  return values.map(writeYaml).join('---\n');
}

interface Fields {
  readonly [name: string]: unknown;
}

function writeMap(map: Fields, indent: string): string {
  let text = '';
  for (const name of Object.keys(map)) {
    const value = map[name];
    if (value === undefined) continue;
    const key = inline(name);
    text += key.length > LONGEST_KEY ? `${indent}? ${key}\n${indent}:` : `${indent}${key}:`;
    text += writeValue(value, indent);
  }
  return text;
}

/** What follows a colon, to the end of its last line. */
function writeValue(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) return value.length === 0 ? ' []\n' : `\n${writeList(value, inner)}`;
  if (isMap(value)) return isEmpty(value) ? ' {}\n' : `\n${writeMap(value, inner)}`;
  return ` ${writeScalar(value, inner)}\n`;
}

function writeList(items: readonly unknown[], indent: string): string {
  let text = '';
  const inner = `${indent}  `;
  for (const item of items) {
    let lines: string;
    if (isMap(item) && !isEmpty(item)) lines = writeMap(item, inner).slice(inner.length);
    else if (Array.isArray(item) && item.length > 0) lines = writeList(item, inner).slice(inner.length);
    else lines = `${writeScalar(item, inner)}\n`;
    text += `${indent}- ${lines}`;
  }
  return text;
}

/** A value that has no fields and no items, after a key or a `-`. `indent` is that of a text of several lines. */
export function writeScalar(value: unknown, indent: string): string {
  if (typeof value === 'string') {
    const literal = value.includes('\n') ? literalText(value, indent) : undefined;
    return literal ?? inline(value);
  }
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? JSON.stringify(value) : writeInfinite(value);
  if (Array.isArray(value)) return '[]';
  return isMap(value) ? '{}' : 'null';
}

function writeInfinite(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  return value > 0 ? '.inf' : '-.inf';
}

function inline(text: string): string {
  let written = cache.get(text);
  if (written === undefined) {
    written = inlineText(text);
    if (cache.size >= MOST_CACHED) cache.clear();
    cache.set(text, written);
  }
  return written;
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const isEmpty = (map: Fields): boolean => Object.values(map).every((value) => value === undefined);
