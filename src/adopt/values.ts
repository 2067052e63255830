import type { Field } from '../graph';

/** Options of a spec, or of a part of one, by name. */
export interface Options {
  readonly [option: string]: unknown;
}

/** An object without its undefined entries. Undefined if no entry is left. */
export function defined(object: Options): Options | undefined {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** The fields of an object that have these names, where they are stated. */
export function picked(from: Field, ...names: readonly string[]): Options {
  return renamed(from, Object.fromEntries(names.map((name) => [name, name])));
}

/** The fields of an object under the names of their options: `{ option: 'field' }`. Only those that are stated. */
export function renamed(from: Field, names: { readonly [option: string]: string }): Options {
  const all = Object.entries(names).map(([option, name]) => [option, from.get(name).value] as const);
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

/** The fields of an object but for some. */
export function without(from: Field, ...names: readonly string[]): Options {
  return Object.fromEntries(from.entries().flatMap(([key, { value }]) => (names.includes(key) ? [] : [[key, value]])));
}

/** What each element of a list becomes. Undefined where there is no list. */
export function mapped<T>(list: Field, of: (item: Field, index: number) => T): T[] | undefined {
  return Array.isArray(list.value) ? list.items().map(of) : undefined;
}

/** A list, or undefined if it is empty. */
export function unlessEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}

/** A number of seconds as a duration. Undefined for other values. */
export function seconds({ number }: Field): string | undefined {
  return number === undefined ? undefined : `${number}s`;
}

/** A number of pods, or a share of them such as `25%`, as an option. */
export function amount({ value, number }: Field): Options | undefined {
  if (number !== undefined) return { absolute: number };
  const percent = /^(\d+)%$/.exec(String(value))?.[1];
  return percent === undefined ? undefined : { percent: Number(percent) };
}

/** An enum value of Kubernetes, such as `IfNotPresent`, as the one of a spec: `ifNotPresent`. */
export function lowerFirst({ string }: Field): string | undefined {
  return string === undefined ? undefined : string.charAt(0).toLowerCase() + string.slice(1);
}

/** A quantity as a text: `1` and `"1"` are one. */
export function amountText({ value }: Field): string | undefined {
  return value === undefined ? undefined : String(value);
}
