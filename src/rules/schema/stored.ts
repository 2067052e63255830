import { isMapping } from '../../graph';
import type { Schema } from './store';

/** The schema of a field of an object. Undefined for a field that the schema does not contain. */
export function fieldSchema({ properties, additionalProperties }: Schema, key: string): Schema | undefined {
  if (properties && Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

/**
 * Whether the API server removes a field of a custom resource before validation: a null that the schema does not allow.
 * Nulls in lists stay.
 *
 * @see
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting-and-nullable
 */
export const isRemoved = (value: unknown, schema: Schema | undefined): boolean =>
  value === null && schema !== undefined && schema.nullable !== true;

/** A value of a custom resource as the API server validates and stores it: nulls removed, then defaults filled in. */
export function asStored(value: unknown, schema: Schema | undefined): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item) => asStored(item, items));
  }
  if (!isMapping(value)) return value;
  const stored: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    const own = fieldSchema(schema, key);
    if (!isRemoved(child, own)) stored[key] = asStored(child, own);
  }
  for (const [key, { default: given, ...rest }] of Object.entries(schema.properties ?? {})) {
    if (given !== undefined && stored[key] === undefined) stored[key] = asStored(given, rest);
  }
  return stored;
}
