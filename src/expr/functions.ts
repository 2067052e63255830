import { callOverBits } from './bits';
import type { Engine } from './engine';
import { aggregateLists, callOverLists, median } from './lists';
import { ANY, STRING, typeName } from './types';
import {
  GoInt64,
  GoMap,
  GoSlice,
  fromBytes,
  integer,
  isIntegral,
  toBytes,
  truncate,
  typeOf,
  wrap,
  type GoValue,
} from './value';
import { Panic, Refusal, asString, compare, fetch, length, toInt } from './operators';

const panic = (message: string): never => {
  throw new Panic(message);
};
const refuse = (what: string): never => {
  throw new Refusal(what);
};
const show = (value: GoValue): string => typeName(typeOf(value));

/** strconv.ParseInt in base 10. */
function parseInteger(text: string): bigint | undefined {
  if (!/^[+-]?\d+$/.test(text)) return undefined;
  const value = BigInt(text.replace(/^\+/, ''));
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** strconv.ParseFloat. Hexadecimal floats and underscores are not supported: metrics do not use them. */
function parseFloat(text: string): number | undefined {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special) return special[2].toLowerCase() === 'nan' ? NaN : special[1] === '-' ? -Infinity : Infinity;
  if (/^[+-]?0x|_/i.test(text)) return refuse(`the number '${text}' is not in decimal notation`);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function asInt(value: GoValue): GoInt64 {
  if (typeof value === 'number') return new GoInt64(truncate(value));
  if (isIntegral(value)) return new GoInt64(integer(value));
  const parsed = typeof value === 'string' ? parseInteger(value) : undefined;
  return parsed === undefined ? panic(`asInt() not supported on ${show(value)}`) : new GoInt64(parsed);
}

function asFloat(value: GoValue): number {
  if (typeof value === 'number') return value;
  if (isIntegral(value)) return Number(integer(value));
  const parsed = typeof value === 'string' ? parseFloat(value) : undefined;
  return parsed ?? panic(`asFloat() not supported on ${show(value)}`);
}

function float64(value: GoValue): number {
  return typeof value === 'number' ? value : panic(`interface conversion: interface {} is ${show(value)}, not float64`);
}

/** The functions that Argo Rollouts adds. `default` and `isNil` look at the result, not at their argument. */
export function callArgo(name: string, args: readonly GoValue[], result: GoValue): GoValue {
  switch (name) {
    case 'asInt':
      return asInt(args[0]);
    case 'asFloat':
      return asFloat(args[0]);
    case 'isNaN':
      return Number.isNaN(float64(args[0]));
    case 'isInf':
      return Math.abs(float64(args[0])) === Infinity;
    case 'isNil':
      return result === null;
    default:
      return result === null ? args[1] : result;
  }
}

function magnitude(value: GoValue): GoValue {
  if (typeof value === 'number') return value < 0 ? -value : value;
  if (typeof value === 'bigint') return value < 0n ? wrap(-value) : value;
  if (value instanceof GoInt64) return value.value < 0n ? new GoInt64(wrap(-value.value)) : value;
  return panic(`invalid argument for abs (type ${show(value)})`);
}

/** Go rounds halves away from zero. */
const roundHalfAway = (value: number): number =>
  Number.isFinite(value) && !Number.isInteger(value)
    ? Math.sign(value) * (Math.floor(Math.abs(value)) + (Math.abs(value) % 1 >= 0.5 ? 1 : 0))
    : value;

function rounded(name: string, value: GoValue): number {
  if (isIntegral(value)) return Number(integer(value));
  if (typeof value !== 'number') return panic(`invalid argument for ${name} (type ${show(value)})`);
  return name === 'ceil' ? Math.ceil(value) : name === 'floor' ? Math.floor(value) : roundHalfAway(value);
}

function converted(name: string, value: GoValue): GoValue {
  if (typeof value === 'string') {
    const parsed = name === 'int' ? parseInteger(value) : parseFloat(value);
    return parsed ?? panic(`invalid operation: ${name}(${value})`);
  }
  if (typeof value === 'number') return name === 'int' ? truncate(value) : value;
  if (isIntegral(value)) return name === 'int' ? integer(value) : Number(integer(value));
  return panic(`invalid operation: ${name}(${show(value)})`);
}

function numbers(name: string, value: GoValue): readonly (number | bigint | GoInt64)[] {
  if (!(value instanceof GoSlice)) return panic(`cannot ${name} ${show(value)}`);
  return value.items.map((item) =>
    typeof item === 'number' || isIntegral(item) ? item : panic(`cannot ${name} ${show(item)}`),
  );
}

function aggregate(name: string, value: GoValue): GoValue {
  const items = numbers(name, value);
  if (name === 'sum' && items.every(isIntegral))
    return items.reduce<bigint>((sum, item) => wrap(sum + integer(item)), 0n);
  const floats = items.map((item) => (typeof item === 'number' ? item : Number(integer(item))));
  if (name === 'sum') return floats.reduce((sum, item) => sum + item, 0);
  if (floats.length === 0) return 0;
  if (name === 'mean') return floats.reduce((sum, item) => sum + item, 0) / floats.length;
  return median(floats);
}

/** get() of newer engines: nil for a missing key, but an error for a key of another type. */
function element(from: GoValue, key: GoValue): GoValue {
  if (from instanceof GoSlice) {
    const index = Number(toInt(key));
    return from.items[index < 0 ? from.items.length + index : index] ?? null;
  }
  if (!(from instanceof GoMap)) return null;
  if (key !== null && typeof key !== 'string') return panic(`reflect.Value.MapIndex: ${show(key)} is not a string`);
  return from.entries.get(key ?? '') ?? null;
}

/** What Go's recover() makes of a failed look-up: nil. */
function orNil(look: () => GoValue): GoValue {
  try {
    return look();
  } catch (error) {
    if (error instanceof Panic) return null;
    throw error;
  }
}

function kindName(value: GoValue): string {
  if (value === null) return 'nil';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return isIntegral(value) ? 'int' : value instanceof GoSlice ? 'array' : 'map';
}

const ASCII = /^[\x00-\x7f]*$/;
const SPACE = '[\\t\\n\\v\\f\\r \\x85\\p{Z}]';

function ascii(text: string, name: string): string {
  return ASCII.test(text) ? text : refuse(`${name} of text beyond ASCII is not supported`);
}

function trim(text: string, cutset: string | undefined): string {
  if (cutset === undefined) {
    return toBytes(fromBytes(text).replace(new RegExp(`^${SPACE}+|${SPACE}+$`, 'gu'), ''));
  }
  ascii(cutset, 'trim');
  let [from, to] = [0, text.length];
  while (from < to && cutset.includes(text[from])) from++;
  while (to > from && cutset.includes(text[to - 1])) to--;
  return text.slice(from, to);
}

function onText(name: string, args: readonly GoValue[]): GoValue {
  if (name === 'join') return join(args[0], args.length > 1 ? asString(args[1]) : '');
  const [text, second, third] = args.map((arg, i) => (name === 'replace' && i === 3 ? '' : asString(arg)));
  switch (name) {
    case 'trim':
      return trim(text, second);
    case 'trimPrefix': {
      const prefix = second ?? ' ';
      return text.startsWith(prefix) ? text.slice(prefix.length) : text;
    }
    case 'trimSuffix': {
      const suffix = second ?? ' ';
      return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
    }
    case 'upper':
      return ascii(text, 'upper').toUpperCase();
    case 'lower':
      return ascii(text, 'lower').toLowerCase();
    case 'split':
      if (second === '') refuse('split at nothing is not supported');
      if (third !== undefined) refuse('split with a limit is not supported');
      return new GoSlice(STRING, text.split(second));
    case 'replace':
      if (second === '') refuse('replace of nothing is not supported');
      if (args.length === 4) return replaceSome(text, second, third, Number(toInt(args[3])));
      return text.replaceAll(second, () => third);
    case 'indexOf':
      return BigInt(text.indexOf(second));
    case 'lastIndexOf':
      return BigInt(text.lastIndexOf(second));
    case 'hasPrefix':
      return text.startsWith(second);
    default:
      return text.endsWith(second);
  }
}

function replaceSome(text: string, old: string, replacement: string, limit: number): string {
  const parts = text.split(old);
  const cut = limit < 0 ? parts.length - 1 : Math.min(limit, parts.length - 1);
  return (
    [...parts.slice(0, cut + 1)].join(replacement) +
    parts
      .slice(cut + 1)
      .map((part) => old + part)
      .join('')
  );
}

function join(list: GoValue, glue: string): string {
  if (!(list instanceof GoSlice) || (list.elem !== STRING && list.elem !== ANY)) {
    return panic(`invalid argument for join (type ${show(list)})`);
  }
  return list.items.map(asString).join(glue);
}

function take(list: GoValue, count: GoValue): GoValue {
  if (!(list instanceof GoSlice)) return panic(`cannot take from ${show(list)}`);
  if (!isIntegral(count)) return panic(`cannot take ${show(count)} elements`);
  const wanted = Number(integer(count));
  if (wanted >= list.items.length) return list;
  return wanted < 0
    ? panic('reflect.Value.Slice: slice index out of bounds')
    : new GoSlice(list.elem, list.items.slice(0, wanted));
}

/** A function of the language that takes no closure. */
export function callBuiltin(name: string, args: readonly GoValue[], engine: Engine): GoValue {
  const [value] = args;
  if (engine.aggregatesLists && ['max', 'min', 'mean', 'median'].includes(name)) return aggregateLists(name, args);
  switch (name) {
    case 'len':
      if (typeof value === 'string' && engine.countsCharacters) return BigInt([...fromBytes(value)].length);
      return BigInt(length(value));
    case 'type':
      return kindName(value);
    case 'abs':
      return magnitude(value);
    case 'ceil':
    case 'floor':
    case 'round':
      return rounded(name, value);
    case 'int':
    case 'float':
      return converted(name, value);
    case 'max':
      return args.reduce((best, arg) => (best === null || compare(best, arg, '<') ? arg : best), null);
    case 'min':
      return args.reduce((best, arg) => (best === null || compare(best, arg, '>') ? arg : best), null);
    case 'sum':
    case 'mean':
    case 'median':
      return aggregate(name, value);
    case 'first':
    case 'last':
      if (typeof value === 'string') refuse(`${name} of a text is not supported`);
      return orNil(() => fetch(value, name === 'first' ? 0n : -1n, engine));
    case 'get':
      if (typeof value === 'string') refuse('get from a text is not supported');
      return engine.getFails ? element(value, args[1]) : orNil(() => fetch(value, args[1], engine));
    case 'take':
      return take(value, args[1]);
    case 'concat':
    case 'flatten':
    case 'reverse':
    case 'sort':
    case 'uniq':
      return callOverLists(name, args, engine);
    default:
      return name.startsWith('bit') ? callOverBits(name, args) : onText(name, args);
  }
}
