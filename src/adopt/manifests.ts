import { InputError } from '../formats/input-error';
import { readDocuments } from '../formats/yaml';

/** Some JSON, of which nothing is known yet. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

/** Objects of the cluster, as files have them. Lists are taken apart. */
export function readManifests(texts: readonly { readonly name: string; readonly text: string }[]): Json[] {
  return texts.flatMap(({ name, text }) =>
    readDocuments(text).flatMap(({ value, error }) => {
      if (error) throw new InputError(`${name}: not valid YAML: ${error.message}`);
      const object = value as Json;
      if (object === null || typeof object !== 'object') return [];
      return object.kind === 'List' && Array.isArray(object.items) ? (object.items as Json[]) : [object];
    }),
  );
}

/** What tells an object apart from all others of a set. */
export function titleOf({ apiVersion, kind, metadata }: Json): string {
  const group = String(apiVersion ?? '').includes('/') ? String(apiVersion).split('/')[0] : '';
  return [group, kind, metadata?.namespace ?? '', metadata?.name].join('|');
}

export function ofKind(objects: readonly Json[], kind: string): Json[] {
  return objects.filter((object) => object.kind === kind);
}

export function named(objects: readonly Json[], kind: string, name: string | undefined): Json | undefined {
  return name === undefined ? undefined : ofKind(objects, kind).find((object) => object.metadata?.name === name);
}

export function isPlain(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
