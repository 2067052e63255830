/** The part of Go's types that conditions over measurements can meet. */
export type GoType =
  | { readonly kind: 'nil' | 'bool' | 'int' | 'int64' | 'float64' | 'string' }
  /** `unknown`: not the type interface{}, but none that the check could tell. */
  | { readonly kind: 'any'; readonly unknown?: boolean }
  /** `holds`: what the check knows of the elements beyond their Go type, as of []any{1, 2}. */
  | { readonly kind: 'slice'; readonly elem: GoType; readonly holds?: GoType }
  | { readonly kind: 'map'; readonly elem: GoType };

export const NIL: GoType = { kind: 'nil' };
export const ANY: GoType = { kind: 'any' };
export const UNKNOWN: GoType = { kind: 'any', unknown: true };
export const BOOL: GoType = { kind: 'bool' };
export const INT: GoType = { kind: 'int' };
export const INT64: GoType = { kind: 'int64' };
export const FLOAT: GoType = { kind: 'float64' };
export const STRING: GoType = { kind: 'string' };
export const MAP: GoType = { kind: 'map', elem: ANY };

export const sliceOf = (elem: GoType): GoType => ({ kind: 'slice', elem });
export const anysHolding = (holds: GoType): GoType => ({ kind: 'slice', elem: ANY, holds });

/** The type without what the check knows beyond it. */
export function goType(type: GoType): GoType {
  if (type.kind === 'any') return ANY;
  return type.kind === 'slice' ? sliceOf(type.elem) : type;
}

export function sameType(a: GoType, b: GoType): boolean {
  if (a.kind !== b.kind) return false;
  if ((a.kind === 'slice' && b.kind === 'slice') || (a.kind === 'map' && b.kind === 'map')) {
    return sameType(a.elem, b.elem);
  }
  return true;
}

/** The type as Go writes it. */
export function typeName(type: GoType): string {
  if (type.kind === 'any') return 'interface {}';
  if (type.kind === 'nil') return '<nil>';
  if (type.kind === 'slice') return `[]${typeName(type.elem)}`;
  if (type.kind === 'map') return `map[string]${typeName(type.elem)}`;
  return type.kind;
}

export const isInteger = (type: GoType): boolean => type.kind === 'int' || type.kind === 'int64';
export const isNumber = (type: GoType): boolean => isInteger(type) || type.kind === 'float64';
