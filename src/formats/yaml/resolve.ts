import type { YamlNode } from './node';

const PREFIX = 'tag:yaml.org,2002:';
const MERGE_TAG = `${PREFIX}merge`;

/** A plain text by itself, or what it stands for in Go's reader. */
const WORDS = new Map<string, boolean | null | number>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, -Infinity] as const),
]);

const WORD = 1;
const DOT = 2;
const NUMBER = 3;
/** What the first character shows about a plain scalar. No entry: it is a string. */
const HINTS = new Uint8Array(128);
for (const char of 'yYnNtTfFoO~') HINTS[char.charCodeAt(0)] = WORD;
for (const char of '+-0123456789') HINTS[char.charCodeAt(0)] = NUMBER;
HINTS['.'.charCodeAt(0)] = DOT;

/** A whole number, whose digits count even where a number of JavaScript has not so many. */
export interface WholeNumber {
  readonly integer: bigint;
}

/** The value of a scalar in Go's reader. Integers and floats differ, because tags and keys distinguish them. */
export type Resolved = string | boolean | null | number | WholeNumber;

const isWhole = (value: Resolved): value is WholeNumber => typeof value === 'object' && value !== null;

/**
 * What a text without quotes stands for in `sigs.k8s.io/yaml`: YAML 1.1 without numbers to base 60 and without times, and
 * with `0o7` of YAML 1.2.
 */
function resolvePlain(text: string): Resolved {
  const code = text.charCodeAt(0);
  const hint = text === '' ? WORD : code < 128 ? HINTS[code] : 0;
  if (hint === 0) return text;
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  if (hint === NUMBER) return resolveNumber(text);
  if (hint === WORD || !/^\.[0-9](?:_?[0-9])*(?:[eE][-+]?[0-9](?:_?[0-9])*)?$/.test(text)) return text;
  return finite(text.replaceAll('_', '')) ?? text;
}

/** A number that is not too large to be one. */
function finite(text: string): number | undefined {
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

const MOST = 2n ** 64n - 1n;
const LEAST = -(2n ** 63n);

function resolveNumber(text: string): Resolved {
  const digits = text.includes('_') ? text.replaceAll('_', '') : text;
  const whole = readInteger(digits);
  if (whole !== undefined) return whole;
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(digits)) return finite(digits) ?? text;
  // Go's reader takes a sign behind the prefix as well.
  const binary = /^0b([-+])([01]{1,64})$/.exec(digits);
  return (binary && within(binary[1] === '-', BigInt(`0b${binary[2]}`), false)) ?? text;
}

/** A whole number with a sign and a prefix for its base; undefined if it is not one, or has more than 64 bits. */
function readInteger(text: string): WholeNumber | undefined {
  const found = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(0|[1-9][0-9]*))$/.exec(text);
  if (!found) return undefined;
  const [, sign, hex, octal, binary, decimal] = found;
  const digits = hex ? `0x${hex}` : octal ? `0o${octal}` : binary ? `0b${binary}` : decimal;
  // A number without end is not even looked at: its conversion takes time with the square of its length.
  if (digits.replace(/^0[xob]?0*/, '').length > 64) return undefined;
  return within(sign === '-', BigInt(digits), sign === '');
}

/** Without a sign a number may have 64 bits, otherwise 63 and the sign. */
function within(negative: boolean, size: bigint, unsigned: boolean): WholeNumber | undefined {
  const integer = negative ? -size : size;
  return integer < LEAST || integer > (unsigned ? MOST : -LEAST - 1n) ? undefined : { integer };
}

/** Why a scalar cannot be read. */
export class ScalarError extends Error {}

/**
 * What is read, but has no place in JSON: infinity, NaN and keys that are null. Go's reader refuses it in the end only, so
 * that it does no harm where the same key is given again.
 */
export class Unfit extends ScalarError {}

/** What Go's reader makes of a scalar, by its tag and its style. */
export function resolveScalar({ text, tag, style }: YamlNode): Resolved {
  if (tag === '') return style === 'plain' ? resolvePlain(text) : text;
  if (!tag.startsWith(PREFIX)) return text;
  const kind = tag.slice(PREFIX.length);
  const mismatch = (): never => {
    throw new ScalarError(`'${shorten(text)}' is no ${KINDS[kind]}, as its tag !!${kind} says`);
  };
  switch (kind) {
    case 'binary':
      return decodeBase64(text);
    case 'timestamp':
      return isTimestamp(text) ? text : mismatch();
    case 'bool':
    case 'int':
    case 'float':
    case 'null': {
      const value = resolvePlain(text);
      if (kind === 'bool' && typeof value === 'boolean') return value;
      if (kind === 'null' && value === null) return value;
      if (kind === 'int' && isWhole(value)) return value;
      if (kind === 'float' && typeof value === 'number') return value;
      if (kind === 'float' && isWhole(value) && value.integer <= -LEAST - 1n) return Number(value.integer);
      return mismatch();
    }
  }
  return text;
}

const KINDS: { readonly [tag: string]: string } = {
  timestamp: 'time',
  bool: 'boolean',
  int: 'whole number',
  float: 'number',
  null: 'null',
};

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text);

const SHORT_INTEGER = /^(?:0|[1-9][0-9]{0,14})$/;

/** The value of a scalar in JSON, which has neither infinity nor NaN. */
export function scalarValue(node: YamlNode): string | number | boolean | null {
  // The commonest cases first.
  if (node.tag === '') {
    if (node.style !== 'plain') return node.text;
    if (SHORT_INTEGER.test(node.text)) return Number(node.text);
  }
  const value = resolveScalar(node);
  if (isWhole(value)) return Number(value.integer);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new Unfit(`${shorten(node.text)} is no value of JSON, and the API server takes no other; quote the text`);
  }
  return value;
}

/** The value of a text without quotes and tag; undefined for what has no place in JSON. */
export function plainValue(text: string): string | number | boolean | null | undefined {
  if (SHORT_INTEGER.test(text)) return Number(text);
  const value = resolvePlain(text);
  if (isWhole(value)) return Number(value.integer);
  return typeof value === 'number' && !Number.isFinite(value) ? undefined : value;
}

/** Whether a text without quotes stands for something else, such as `on` and `null`. */
export const isReservedWord = (text: string): boolean => text.length < 6 && WORDS.has(text);

/** The name that a scalar gives to a field. Go's reader makes texts of numbers and booleans, but not of null. */
export function keyName(node: YamlNode): string {
  if (node.tag === '' && (node.style !== 'plain' || SHORT_INTEGER.test(node.text))) return node.text;
  const value = resolveScalar(node);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (value === null) throw new Unfit('a key is missing, or null; give it a name');
  if (!isWhole(value)) return singlePrecision(value);
  if (value.integer > -LEAST - 1n) throw new Unfit(`the key ${node.text} is too large a number; quote it`);
  return String(value.integer);
}

/** Whether a key merges other objects into its own. */
export function isMergeKey({ kind, text, tag, style }: YamlNode): boolean {
  return kind === 'scalar' && text === '<<' && (tag === '' ? style === 'plain' : tag === '!' || tag === MERGE_TAG);
}

/** As Go writes a number of 32 bits, in the fewest digits. */
function singlePrecision(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  if (single === 0) return Object.is(single, -0) ? '-0' : '0';
  let digits = 1;
  while (digits < 9 && Math.fround(Number(single.toExponential(digits - 1))) !== single) digits++;
  const shortest = single.toExponential(digits - 1);
  const [mantissa, power] = shortest.split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(Number(shortest));
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Days of the month, and the forms of time that Go's reader knows. */
function isTimestamp(text: string): boolean {
  const found =
    /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt](\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?(?:Z|[-+]\d\d:\d\d)|\s+(\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?)?$/.exec(
      text,
    );
  if (!found) return false;
  const [year, month, day, ...time] = found.slice(1).map((part) => Number(part || 0));
  if (month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return false;
  return time.every((part, i) => part < (i % 3 === 0 ? 24 : 60));
}

/** Bytes that are no UTF-8 become replacement characters, one each. */
function decodeBase64(text: string): string {
  const bare = text.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(bare)) {
    throw new ScalarError('the text is not base64, as its tag !!binary says');
  }
  const bytes = Buffer.from(bare, 'base64');
  const whole = decodeUtf8(bytes);
  if (whole !== undefined) return whole;
  let decoded = '';
  for (let at = 0; at < bytes.length;) {
    const width = [1, 2, 3, 4].find((length) => decodeUtf8(bytes.subarray(at, at + length)) !== undefined);
    decoded += width === undefined ? '\ufffd' : decodeUtf8(bytes.subarray(at, at + width))!;
    at += width ?? 1;
  }
  return decoded;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
