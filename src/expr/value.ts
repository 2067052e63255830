import { ANY, BOOL, FLOAT, INT, INT64, MAP, NIL, STRING, sliceOf, type GoType } from './types';

/** The result of a metric provider: a number or numbers from Prometheus, any JSON value from other providers. */
export type MeasuredResult =
  number | string | boolean | null | readonly MeasuredResult[] | { readonly [key: string]: MeasuredResult };

/** Go's int64, which Go keeps apart from int (a bigint here). */
export class GoInt64 {
  constructor(readonly value: bigint) {}
}

/** A Go slice. Its element type matters: []float64{1} and []any{1.0} are never equal. */
export class GoSlice {
  constructor(
    readonly elem: GoType,
    readonly items: readonly GoValue[],
    /** The nil slice: an empty list that is equal to nil as well. */
    readonly isNil = false,
  ) {}
}

/** A Go map with string keys. */
export class GoMap {
  constructor(readonly entries: ReadonlyMap<string, GoValue>) {}
}

/** number = float64, bigint = int, string = the bytes of the UTF-8 form, one character each. */
export type GoValue = null | boolean | number | bigint | string | GoInt64 | GoSlice | GoMap;

export const toBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
export const fromBytes = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

export function typeOf(value: GoValue): GoType {
  if (value === null) return NIL;
  switch (typeof value) {
    case 'boolean':
      return BOOL;
    case 'number':
      return FLOAT;
    case 'bigint':
      return INT;
    case 'string':
      return STRING;
  }
  if (value instanceof GoInt64) return INT64;
  if (value instanceof GoSlice) return sliceOf(value.elem);
  return MAP;
}

/** A JSON value as Go's encoding/json decodes it: every number a float64, every array []any. */
function fromJson(value: MeasuredResult): GoValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'string') return toBytes(value);
  if (Array.isArray(value)) return new GoSlice(ANY, value.map(fromJson));
  return new GoMap(new Map(Object.entries(value).map(([key, item]) => [toBytes(key), fromJson(item)])));
}

/** Where a result comes from: Prometheus gives []float64 for an array, a provider of JSON documents []any. */
export type ResultSource = 'prometheus' | 'json';

/** A provider's result as the controller passes it to the condition. */
export function fromResult(result: MeasuredResult, source: ResultSource): GoValue {
  const vector = source === 'prometheus' && Array.isArray(result) && result.every((item) => typeof item === 'number');
  return vector ? new GoSlice(FLOAT, result) : fromJson(result);
}

/** Whether a value is nil in Go. */
export const isNil = (value: GoValue): boolean => value === null || (value instanceof GoSlice && value.isNil);

/** Whether a value is a Go integer. */
export const isIntegral = (value: GoValue): value is bigint | GoInt64 =>
  typeof value === 'bigint' || value instanceof GoInt64;

/** The integer in an int or an int64. */
export const integer = (value: bigint | GoInt64): bigint => (typeof value === 'bigint' ? value : value.value);

const MIN_INT64 = -(2n ** 63n);

/** A float64 turned into an integer as on amd64: cut towards zero, and the smallest integer for what does not fit. */
export function truncate(value: number): bigint {
  if (!Number.isFinite(value)) return MIN_INT64;
  const cut = BigInt(Math.trunc(value));
  return cut < MIN_INT64 || cut >= 2n ** 63n ? MIN_INT64 : cut;
}

export const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);
