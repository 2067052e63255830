import type { Engine } from './engine';
import { Panic, Refusal, anySlice, asString, compare, equal } from './operators';
import { ANY, typeName } from './types';
import { GoInt64, GoSlice, integer, isIntegral, typeOf, type GoValue } from './value';

const panic = (message: string): never => {
  throw new Panic(message);
};
const show = (value: GoValue): string => typeName(typeOf(value));

type Numeric = number | bigint | GoInt64;

const isNumeric = (value: GoValue): value is Numeric => typeof value === 'number' || isIntegral(value);
const float = (value: Numeric): number => (typeof value === 'number' ? value : Number(integer(value)));

/** The middle of some numbers, or the mean of the two that are. Go sorts NaN before everything else. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => (Number.isNaN(a) ? -1 : Number.isNaN(b) ? 1 : a - b));
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 0 ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle];
}

/** max, min, mean and median over numbers, lists and lists of lists. */
export function aggregateLists(name: string, args: readonly GoValue[]): GoValue {
  if (name === 'max' || name === 'min') return extremum(name, args);
  if (name === 'mean') {
    const { count, total } = totalOf(args);
    return count === 0 ? 0 : total / count;
  }
  const numbers = flat(name, args);
  return numbers.length === 0 ? 0 : median(numbers);
}

/** Each list is added up by itself, which shows in the last digits. */
function totalOf(args: readonly GoValue[]): { readonly count: number; readonly total: number } {
  let [count, total] = [0, 0];
  for (const arg of args) {
    const inner = arg instanceof GoSlice ? totalOf(arg.items) : { count: 1, total: number('mean', arg) };
    count += inner.count;
    total += inner.total;
  }
  return { count, total };
}

const flat = (name: string, args: readonly GoValue[]): number[] =>
  args.flatMap((arg) => (arg instanceof GoSlice ? flat(name, arg.items) : [number(name, arg)]));

const number = (name: string, value: GoValue): number =>
  isNumeric(value) ? float(value) : panic(`invalid argument for ${name} (type ${show(value)})`);

function extremum(name: string, args: readonly GoValue[]): GoValue {
  let best: GoValue = null;
  const take = (value: GoValue): void => {
    if (best === null || compare(best, value, name === 'max' ? '<' : '>')) best = value;
  };
  for (const arg of args) {
    if (isNumeric(arg)) {
      take(arg);
    } else if (arg instanceof GoSlice) {
      for (const item of arg.items) {
        const inner = extremum(name, [item]);
        if (!isNumeric(inner)) panic(`invalid argument for ${name} (type ${show(inner)})`);
        take(inner);
      }
    } else if (args.length === 1) {
      return arg;
    } else {
      panic(`invalid argument for ${name} (type ${show(arg)})`);
    }
  }
  return best;
}

/** The functions over lists that newer engines have. */
export function callOverLists(name: string, args: readonly GoValue[], engine: Engine): GoValue {
  if (name === 'concat') {
    const items = args.flatMap((arg) => list(name, arg));
    return new GoSlice(ANY, items, items.length === 0);
  }
  if (name === 'sort') return sorted(args[0], args[1]);
  const items = list(name, args[0]);
  switch (name) {
    case 'reverse':
      return anySlice([...items].reverse());
    case 'uniq':
      return anySlice(
        items.filter((item, i) => items.findIndex((other) => equal(item, other, engine)) === i || isOdd(item, engine)),
      );
    default:
      return anySlice(flattened(items));
  }
}

/** NaN is equal to nothing, so that each stays. */
const isOdd = (item: GoValue, engine: Engine): boolean => !equal(item, item, engine);

const list = (name: string, value: GoValue): readonly GoValue[] =>
  value instanceof GoSlice ? value.items : panic(`cannot ${name} ${show(value)}`);

const flattened = (items: readonly GoValue[]): GoValue[] =>
  items.flatMap((item) => (item instanceof GoSlice ? flattened(item.items) : [item]));

/** Up to a dozen elements are sorted by insertion, which leaves equals in order; beyond, the order of equals is Go's. */
const BY_INSERTION = 12;

function sorted(value: GoValue, order: GoValue | undefined): GoValue {
  const items = value instanceof GoSlice ? [...value.items] : [];
  const direction = order === undefined ? 'asc' : asString(order);
  if (direction !== 'asc' && direction !== 'desc') panic(`invalid order ${direction}, expected asc or desc`);
  if (items.length > BY_INSERTION) throw new Refusal('sort of more than twelve elements is not supported');
  const less = (a: GoValue, b: GoValue): boolean => compare(a, b, direction === 'asc' ? '<' : '>');
  for (let i = 1; i < items.length; i++) {
    for (let j = i; j > 0 && less(items[j], items[j - 1]); j--) [items[j], items[j - 1]] = [items[j - 1], items[j]];
  }
  return new GoSlice(ANY, items, !(value instanceof GoSlice));
}
