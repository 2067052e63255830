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

/** What one object has at a path and the other has not, or has otherwise. Paths as a reader would write them. */
export function differences(wanted: Json, got: Json, path = ''): string[] {
  if (Object.is(wanted, got)) return [];
  if (Array.isArray(wanted) && Array.isArray(got)) {
    const length = Math.max(wanted.length, got.length);
    return Array.from({ length }, (_, i) => differences(wanted[i], got[i], `${path}[${i}]`)).flat();
  }
  if (isPlain(wanted) && isPlain(got)) {
    const names = [...new Set([...Object.keys(wanted), ...Object.keys(got)])];
    return names.flatMap((name) => differences(wanted[name], got[name], path === '' ? name : `${path}.${name}`));
  }
  if (wanted === undefined) return leaves(got, path).map((leaf) => `${leaf} is added`);
  if (got === undefined) return leaves(wanted, path).map((leaf) => `${leaf} is not carried over`);
  return [`${path} becomes ${brief(got)}, was ${brief(wanted)}`];
}

function leaves(value: Json, path: string): string[] {
  if (Array.isArray(value) && value.length > 0) return value.flatMap((item, i) => leaves(item, `${path}[${i}]`));
  if (isPlain(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([name, item]) => leaves(item, `${path}.${name}`));
  }
  return [`${path} (${brief(value)})`];
}

function brief(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

export function isPlain(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
