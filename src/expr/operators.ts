import { power } from './fold';
import { ANY, sameType, typeName } from './types';
import type { Engine } from './engine';
import { GoInt64, GoMap, GoSlice, integer, isIntegral, isNil, truncate, typeOf, wrap, type GoValue } from './value';

/** A failure while an expression runs; the evaluator adds the place. */
export class Panic extends Error {}

/** A value that Go and JavaScript treat differently met a function; the evaluator adds the place. */
export class Refusal extends Error {}

const panic = (message: string): never => {
  throw new Panic(message);
};

const show = (value: GoValue): string => typeName(typeOf(value));

const isNumeric = (value: GoValue): value is number | bigint | GoInt64 =>
  typeof value === 'number' || isIntegral(value);

const float = (value: number | bigint | GoInt64): number =>
  typeof value === 'number' ? value : Number(integer(value));

export function toInt(value: GoValue): bigint {
  if (typeof value === 'number') return truncate(value);
  return isIntegral(value) ? integer(value) : panic(`invalid operation: int(${show(value)})`);
}

function toFloat(value: GoValue): number {
  return isNumeric(value) ? float(value) : panic(`invalid operation: float(${show(value)})`);
}

export function asBool(value: GoValue): boolean {
  return typeof value === 'boolean' ? value : panic(`interface conversion: interface {} is ${show(value)}, not bool`);
}

export function asString(value: GoValue): string {
  return typeof value === 'string' ? value : panic(`interface conversion: interface {} is ${show(value)}, not string`);
}

/** The order of two numbers or two strings. NaN compares false with everything, as in Go. */
export function compare(a: GoValue, b: GoValue, operator: string): boolean {
  let l: number | bigint | string;
  let r: number | bigint | string;
  if (isIntegral(a) && isIntegral(b)) [l, r] = [integer(a), integer(b)];
  else if (isNumeric(a) && isNumeric(b)) [l, r] = [float(a), float(b)];
  else if (typeof a === 'string' && typeof b === 'string') [l, r] = [a, b];
  else return panic(`invalid operation: ${show(a)} ${operator} ${show(b)}`);
  switch (operator) {
    case '<':
      return l < r;
    case '>':
      return l > r;
    case '<=':
      return l <= r;
    default:
      return l >= r;
  }
}

export function equal(a: GoValue, b: GoValue, engine: Engine): boolean {
  if (isIntegral(a) && isIntegral(b)) return integer(a) === integer(b);
  if (isNumeric(a) && isNumeric(b)) return float(a) === float(b);
  if (engine.comparesElements && a instanceof GoSlice && b instanceof GoSlice && comparesElements(a, b)) {
    return a.items.length === b.items.length && a.items.every((item, i) => equal(item, b.items[i], engine));
  }
  return (isNil(a) && isNil(b)) || deepEqual(a, b);
}

/** Lists of numbers and of texts are compared with lists of the same type, and lists of anything with each of these. */
const comparesElements = (a: GoSlice, b: GoSlice): boolean =>
  sameType(a.elem, b.elem) || a.elem.kind === 'any' || b.elem.kind === 'any';

/** Go's reflect.DeepEqual: types must agree all the way down, and the same slice is equal to itself even with NaN. */
function deepEqual(a: GoValue, b: GoValue): boolean {
  if (a instanceof GoSlice && b instanceof GoSlice) {
    if (!sameType(a.elem, b.elem) || a.items.length !== b.items.length) return false;
    return a.items === b.items || a.items.every((item, i) => deepEqual(item, b.items[i]));
  }
  if (a instanceof GoMap && b instanceof GoMap) {
    if (a.entries === b.entries) return true;
    if (a.entries.size !== b.entries.size) return false;
    return [...a.entries].every(([key, value]) => b.entries.has(key) && deepEqual(value, b.entries.get(key)!));
  }
  if (a instanceof GoInt64 && b instanceof GoInt64) return a.value === b.value;
  return a === b;
}

export function arithmetic(a: GoValue, b: GoValue, operator: string): GoValue {
  if (operator === '**' || operator === '^') return power(toFloat(a), toFloat(b));
  if (operator === '+' && typeof a === 'string' && typeof b === 'string') return a + b;
  if (!isNumeric(a) || !isNumeric(b)) return panic(`invalid operation: ${show(a)} ${operator} ${show(b)}`);
  if (operator === '/') return float(a) / float(b);
  if (isIntegral(a) && isIntegral(b)) {
    const [l, r] = [integer(a), integer(b)];
    switch (operator) {
      case '+':
        return wrap(l + r);
      case '-':
        return wrap(l - r);
      case '*':
        return wrap(l * r);
      default:
        return r === 0n ? panic('runtime error: integer divide by zero') : l % r;
    }
  }
  const [l, r] = [float(a), float(b)];
  switch (operator) {
    case '+':
      return l + r;
    case '-':
      return l - r;
    case '*':
      return l * r;
    default:
      return panic(`invalid operation: ${show(a)} % ${show(b)}`);
  }
}

export function negate(value: GoValue): GoValue {
  if (typeof value === 'number') return -value;
  if (typeof value === 'bigint') return wrap(-value);
  if (value instanceof GoInt64) return new GoInt64(wrap(-value.value));
  return panic(`invalid operation: - ${show(value)}`);
}

/** `from[key]`: negative indices count from the end, and a map has nil for what it does not hold. */
export function fetch(from: GoValue, key: GoValue, engine: Engine): GoValue {
  if (from instanceof GoSlice) {
    const index = Number(toInt(key));
    const at = index < 0 ? from.items.length + index : index;
    return at >= 0 && at < from.items.length ? from.items[at] : panic(engine.indexMessage(at, from.items.length));
  }
  if (from instanceof GoMap) {
    if (key === null) return from.entries.get('') ?? null;
    return typeof key === 'string'
      ? (from.entries.get(key) ?? null)
      : panic(`reflect.Value.MapIndex: value of type ${show(key)} is not assignable to type string`);
  }
  return panic(`cannot fetch a value from ${show(from)}`);
}

export function slice(value: GoValue, start: GoValue, end: GoValue): GoValue {
  if (typeof value !== 'string' && !(value instanceof GoSlice)) return panic(`cannot slice ${show(value)}`);
  const length = typeof value === 'string' ? value.length : value.items.length;
  const clamp = (index: number): number => Math.max(0, index < 0 ? length + index : index);
  const to = Math.min(length, clamp(Number(toInt(end))));
  const from = Math.min(to, clamp(Number(toInt(start))));
  return typeof value === 'string'
    ? value.slice(from, to)
    : new GoSlice(value.elem, from === 0 && to === length ? value.items : value.items.slice(from, to));
}

export function contains(needle: GoValue, haystack: GoValue, engine: Engine): boolean {
  if (haystack === null) return false;
  if (haystack instanceof GoSlice) return haystack.items.some((item) => equal(item, needle, engine));
  if (haystack instanceof GoMap) {
    if (needle === null) return haystack.entries.has('');
    return typeof needle === 'string'
      ? haystack.entries.has(needle)
      : panic(`reflect.Value.MapIndex: value of type ${show(needle)} is not assignable to type string`);
  }
  return panic(`operator "in" not defined on ${show(haystack)}`);
}

export function length(value: GoValue): number {
  if (typeof value === 'string') return value.length;
  if (value instanceof GoSlice) return value.items.length;
  if (value instanceof GoMap) return value.entries.size;
  return panic(`invalid argument for len (type ${show(value)})`);
}

export const anySlice = (items: readonly GoValue[]): GoSlice => new GoSlice(ANY, items);
