import type { Engine } from './engine';
import { FLOAT, INT, isNumber, sameType, type GoType } from './types';

export const isAny = (type: GoType): boolean => type.kind === 'any';
export const isString = (type: GoType): boolean => type.kind === 'string';
export const isBool = (type: GoType): boolean => type.kind === 'bool';
const isUnknown = (type: GoType): boolean => type.kind === 'any' && Boolean(type.unknown);

/** Whether a value of the one type can be put where the other is wanted. */
export function assignable(from: GoType, to: GoType, engine: Engine): boolean {
  if (!engine.assignsStrictly) return from.kind !== 'nil' && (isAny(to) || sameType(from, to));
  if (isUnknown(from) || isUnknown(to)) return false;
  if (from.kind === 'nil') return to.kind === 'slice' || to.kind === 'map' || isAny(to);
  return isAny(to) || sameType(from, to);
}

/** Both are open, or one is and the other is of one of these kinds. */
export const either = (l: GoType, r: GoType, ...tests: ((type: GoType) => boolean)[]): boolean =>
  (isAny(l) && (isAny(r) || tests.some((test) => test(r)))) || (isAny(r) && tests.some((test) => test(l)));

export const comparable = (l: GoType, r: GoType): boolean =>
  l.kind === 'nil' || r.kind === 'nil' || l.kind === r.kind || (isNumber(l) && isNumber(r)) || isAny(l) || isAny(r);

/** The type of a sum, difference or product. */
export function combined(l: GoType, r: GoType, engine: Engine): GoType {
  if (l.kind === r.kind && (l.kind !== 'int64' || !engine.promotesIntegers)) return l;
  return l.kind === 'float64' || r.kind === 'float64' ? FLOAT : INT;
}

/** The known properties of the elements of a list. */
export const elementOf = (list: GoType & { kind: 'slice' }, engine: Engine): GoType =>
  (engine.knowsElements && list.holds) || list.elem;

/** Whether two types are of one kind, as the check tells kinds: of what is not known, nil included, there is one kind. */
export function sameKind(l: GoType, r: GoType): boolean {
  const kind = (type: GoType): string => (isUnknown(type) || type.kind === 'nil' ? 'unknown' : type.kind);
  return kind(l) === kind(r);
}
