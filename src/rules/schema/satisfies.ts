import { isMapping } from '../../graph';
import { coreDefinitions, type Schema } from './store';

/** The type of a value, as schemas name types. */
export function typeNameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return isMapping(value) ? 'object' : typeof value;
}

/** Whether a value satisfies a schema, without a reason. For the parts of `oneOf`, `anyOf`, `allOf` and `not`. */
export function satisfies(value: unknown, schema: Schema): boolean {
  if (schema.$ref !== undefined) {
    return satisfies(value, coreDefinitions()[schema.$ref.replace('#/definitions/', '')] ?? {});
  }
  const { type, allOf, anyOf, oneOf, not } = schema;
  if (type !== undefined) {
    const found = typeNameOf(value);
    if (found !== type && !(type === 'number' && found === 'integer')) return false;
  }
  if (schema.enum && !schema.enum.includes(value)) return false;
  if (typeof value === 'string' && !stringFits(value, schema)) return false;
  if (typeof value === 'number' && !numberFits(value, schema)) return false;
  if (isMapping(value)) {
    if (schema.required?.some((key) => !Object.hasOwn(value, key))) return false;
    for (const [key, child] of Object.entries(schema.properties ?? {})) {
      if (Object.hasOwn(value, key) && !satisfies(value[key], child)) return false;
    }
  }
  if (Array.isArray(value)) {
    const { items, minItems = 0, maxItems = Infinity } = schema;
    if (value.length < minItems || value.length > maxItems) return false;
    if (items && !value.every((item) => satisfies(item, items))) return false;
  }
  if (not && satisfies(value, not)) return false;
  if (allOf && !allOf.every((part) => satisfies(value, part))) return false;
  if (anyOf && !anyOf.some((part) => satisfies(value, part))) return false;
  return !oneOf || oneOf.filter((part) => satisfies(value, part)).length === 1;
}

function numberFits(value: number, schema: Schema): boolean {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum, exclusiveMaximum } = schema;
  if (exclusiveMinimum ? value <= minimum : value < minimum) return false;
  return exclusiveMaximum ? value < maximum : value <= maximum;
}

/** Whether a text has the length and the form that a schema asks for. */
export function stringFits(value: string, { pattern, minLength = 0, maxLength = Infinity }: Schema): boolean {
  if (value.length < minLength || value.length > maxLength) return false;
  return pattern === undefined || (regexOf(pattern)?.test(value) ?? true);
}

const patterns = new Map<string, RegExp | undefined>();

/** Most of Go's regular expressions are valid in JavaScript. Others are not checked. */
function regexOf(pattern: string): RegExp | undefined {
  if (!patterns.has(pattern)) {
    let made: RegExp | undefined;
    try {
      made = new RegExp(pattern, 'u');
    } catch {
      made = undefined;
    }
    patterns.set(pattern, made);
  }
  return patterns.get(pattern);
}
