import { type Graph, graphOf, loadManifests } from '../../src/graph';
import { lint } from '../../src/lint';

export type Json = null | string | number | boolean | readonly Json[] | { readonly [key: string]: Json };
export type Manifests = readonly Json[];

interface Neighbour {
  readonly what: string;
  readonly manifests: Manifests;
}

export const isObject = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Other values of a field. An empty text or list is often judged otherwise than one that is missing. */
function others(value: Json): readonly (readonly [what: string, value: Json])[] {
  if (typeof value === 'string') {
    const other = [`${JSON.stringify(`${value}x`)}`, `${value}x`] as const;
    return value === '' ? [other] : [other, ['""', '']];
  }
  if (typeof value === 'number')
    return [value + 1, value - 1, 0].filter((one) => one !== value).map((one) => [`${one}`, one]);
  if (typeof value === 'boolean') return [[`${!value}`, !value]];
  if (Array.isArray(value) && value.length > 0) return [['twice', [...(value as Json[]), value[0] as Json]]];
  return [];
}

/** The value with one change at each of its places. */
function* changed(value: Json, path: string): Generator<{ readonly what: string; readonly value: Json | undefined }> {
  if (path !== '') yield { what: `without ${path}`, value: undefined };
  for (const [what, other] of others(value)) yield { what: `${path}: ${what}`, value: other };
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    for (const [i, item] of list.entries()) {
      for (const one of changed(item, `${path}[${i}]`)) {
        const left = one.value === undefined ? list.filter((_, at) => at !== i) : list.with(i, one.value);
        yield { what: one.what, value: left };
      }
    }
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (path === '' && ['apiVersion', 'kind'].includes(key)) continue;
      for (const one of changed(item, path === '' ? key : `${path}.${key}`)) {
        const { [key]: _, ...left } = value;
        yield { what: one.what, value: one.value === undefined ? left : { ...value, [key]: one.value } };
      }
    }
  }
}

/** The sets that differ from a set in one place. */
function* neighboursOf(manifests: Manifests): Generator<Neighbour> {
  for (const [i, manifest] of manifests.entries()) {
    const { kind, metadata } = manifest as { kind: string; metadata?: { name?: string } };
    const name = `${kind} ${metadata?.name ?? i}`;
    if (manifests.length > 1) yield { what: `without ${name}`, manifests: manifests.filter((_, at) => at !== i) };
    for (const { what, value } of changed(manifest, '')) {
      yield { what: `${name}: ${what}`, manifests: manifests.with(i, value!) };
    }
  }
}

/** The graph of a set that was never text, so that nothing has to be written and read again. */
export const graphOfSet = (manifests: Manifests): Graph =>
  graphOf(manifests.map((manifest, i) => ({ origin: `${i}`, manifest: manifest as object })));

export const manifestsIn = (text: string): Manifests =>
  loadManifests([{ name: 'set.yaml', text }]).resources.map(({ manifest }) => manifest as Json);

/** What is said of all neighbours of a set, where that is not what is said of the set. */
export function noticed(manifests: Manifests, said: (manifests: Manifests) => string): string {
  const usual = said(manifests);
  const changes = new Map<string, string[]>();
  for (const { what, manifests: neighbour } of neighboursOf(manifests)) {
    const now = said(neighbour);
    if (now === usual) continue;
    changes.set(now, [...(changes.get(now) ?? []), what]);
  }
  return [`as it is: ${usual}`, ...[...changes].map(([now, whats]) => [`${now}:`, ...whats].join('\n  '))].join('\n');
}

/** The findings of all rules: code, severity and place. */
export function foundByAll(manifests: Manifests): string {
  const { findings } = lint(graphOfSet(manifests));
  return findings.map(({ code, severity, path }) => `${code} ${severity} ${path}`).join(', ') || 'nothing';
}
