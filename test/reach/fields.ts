// Which fields the definition of a kind has, and which of them a manifest says.
import { kindsOf, Schema, schemaOf } from '../../src/rules/schema/store';
import { Manifest } from '../synthesized';

/** Every field that holds a value and no further fields, as `spec.http[].match[].headers.*.exact`. */
export function fieldsOf(group: string, kind: string, version: string): string[] {
  const schema = schemaOf(kindsOf(group), kind, version)?.properties?.spec;
  if (!schema) throw new Error(`no schema of ${group}/${version} ${kind}`);
  return leaves(schema, 'spec');
}

/** Those of its fields that a manifest has a value for. */
export function saidIn(manifest: Manifest, group: string, kind: string, version: string): string[] {
  const found = new Set<string>();
  said(manifest.spec, schemaOf(kindsOf(group), kind, version)!.properties!.spec, 'spec', found);
  return [...found];
}

/** A map of objects, such as header matches by name. */
function mapped(schema: Schema): Schema | undefined {
  const { additionalProperties: of } = schema;
  return typeof of === 'object' && of.properties ? of : undefined;
}

function leaves(schema: Schema, path: string): string[] {
  if (schema.items) return leaves(schema.items, `${path}[]`);
  if (schema.properties) {
    return Object.entries(schema.properties).flatMap(([name, of]) => leaves(of, `${path}.${name}`));
  }
  const of = mapped(schema);
  return of ? leaves(of, `${path}.*`) : [path];
}

function said(value: unknown, schema: Schema, path: string, found: Set<string>): void {
  if (value === undefined) return;
  if (schema.items) {
    for (const one of value as unknown[]) said(one, schema.items, `${path}[]`, found);
  } else if (schema.properties) {
    for (const [name, of] of Object.entries(schema.properties)) {
      said((value as Record<string, unknown>)[name], of, `${path}.${name}`, found);
    }
  } else {
    const of = mapped(schema);
    if (of) for (const one of Object.values(value as object)) said(one, of, `${path}.*`, found);
    else found.add(path);
  }
}
