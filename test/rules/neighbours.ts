import { type Graph, graphOf, loadManifests } from '../../src/graph';
import { lint, type LintOptions } from '../../src/lint';
import { lintWith } from '../../src/lint/engine/versions';
import type { Rule } from '../../src/rules';

export type Json = null | string | number | boolean | readonly Json[] | { readonly [key: string]: Json };
export type Manifests = readonly Json[];

export const isObject = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A change to a value. */
interface Change<T> {
  readonly what: string;
  readonly to: T;
  /** The change at the same place that mostly has the same consequence. */
  readonly like?: string;
}

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

/** Values that are further away: none, only numbers, or all. */
type Far = undefined | 'numbers' | 'all';

/** Numbers at and beside those at which settings of many kinds begin or end. */
const STEPS = [
  ...[-1, 1, 2, 3, 5, 9, 10, 49, 50, 60, 99, 100, 101, 150, 199, 200, 299, 300, 399, 400, 599, 600, 601, 1000],
  ...[1800, 1801, 3600, 3601, 65535, 65536],
];

/** Values of a field that are further away. Most of them are judged like one of `others`, or like none. */
function strange(value: Json, beside: Json | undefined): readonly Json[] {
  if (typeof value === 'string') {
    const fields = isObject(beside ?? null) ? Object.values(beside as object) : [];
    const texts = fields.filter((one): one is string => typeof one === 'string' && one !== value);
    return [...new Set([`x${value}`, ...texts.slice(0, 2)]), 1];
  }
  if (typeof value === 'number') return [...STEPS.filter((one) => one !== value), 'x'];
  if (Array.isArray(value)) return value.length > 1 ? ['x', [...(value as Json[])].reverse()] : ['x'];
  return ['x'];
}

/** The value with one change at each of its places. */
function* changed(value: Json, path: string, far: Far, beside?: Json): Generator<Change<Json | undefined>> {
  const without = `without ${path}`;
  if (path !== '') yield { what: without, to: undefined };
  const near = others(value);
  for (const [what, to] of near) yield { what: `${path}: ${what}`, to };
  if (far === 'all' && path !== '') yield { what: `${path}: null`, to: null, like: without };
  if (far === 'all' ? path !== '' : far && typeof value === 'number') {
    const like = near[0] && typeof value !== 'object' ? `${path}: ${near[0][0]}` : without;
    for (const to of strange(value, beside)) {
      const what = Array.isArray(to) ? 'reversed' : JSON.stringify(to);
      if (near.every(([other]) => other !== what)) yield { what: `${path}: ${what}`, to, like };
    }
  }
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    for (const [i, item] of list.entries()) {
      for (const one of changed(item, `${path}[${i}]`, far)) {
        yield { ...one, to: one.to === undefined ? list.filter((_, at) => at !== i) : list.with(i, one.to) };
      }
    }
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (path === '' && ['apiVersion', 'kind'].includes(key)) continue;
      for (const one of changed(item, path === '' ? key : `${path}.${key}`, far, value)) {
        const { [key]: _, ...left } = value;
        yield { ...one, to: one.to === undefined ? left : { ...value, [key]: one.to } };
      }
    }
  }
}

/** A change to one object of a set. */
interface Neighbour extends Change<Manifests> {
  readonly of: string;
}

/** The sets that differ from a set in one place. */
function* neighboursOf(manifests: Manifests, far: Far): Generator<Neighbour> {
  for (const [i, manifest] of manifests.entries()) {
    const { kind, metadata } = manifest as { kind: string; metadata?: { name?: string } };
    const of = `${kind} ${metadata?.name ?? i}`;
    const without = 'left out';
    if (manifests.length > 1) yield { of, what: without, to: manifests.filter((_, at) => at !== i) };
    if (far === 'all') {
      const [otherKind, apiVersion] = [`${kind}x`, 'example.com/v1'];
      const given = manifest as object;
      yield { of, what: 'of another kind', to: manifests.with(i, { ...given, kind: otherKind }), like: without };
      yield { of, what: 'of another group', to: manifests.with(i, { ...given, apiVersion }), like: without };
    }
    for (const one of changed(manifest, '', far)) yield { ...one, of, to: manifests.with(i, one.to!) };
  }
}

/** Changes, each object and each place that several are about written once. */
function listed(changes: readonly Neighbour[]): readonly string[] {
  const lines: string[] = [];
  let [object, place] = ['', ''];
  for (const { of, what } of changes) {
    if (of !== object) {
      [object, place] = [of, ''];
      lines.push(of);
    }
    const [, without] = /^without (.*)$/s.exec(what) ?? [];
    const [, field] = /^([^ ]+: )/.exec(what) ?? [];
    const begun = without === undefined ? field : /^[.[]/.test(without.slice(place.length)) ? place : undefined;
    const goesOn = begun !== undefined && begun !== '' && place === begun;
    if (goesOn) lines[lines.length - 1] += `, ${(without ?? what).slice(place.length)}`;
    else lines.push(`  ${what}`);
    place = without ?? field ?? '';
  }
  return lines;
}

/** The graph of a set that was never text, so that nothing has to be written and read again. */
export const graphOfSet = (manifests: Manifests): Graph =>
  graphOf(manifests.map((manifest, i) => ({ origin: `${i}`, manifest: manifest as object })));

/** The objects of a text, or of several files. */
export const manifestsIn = (text: string | Parameters<typeof loadManifests>[0]): Manifests =>
  loadManifests(typeof text === 'string' ? [{ name: 'set.yaml', text }] : text).resources.map(
    ({ manifest }) => manifest as Json,
  );

/** What is found in a set: the places, and the words of a person's report. */
export interface Said {
  readonly where: string;
  readonly words?: readonly string[];
}

export interface Telling {
  /** Which values are tried that are further away. They are told where they are judged otherwise than near ones. */
  readonly far?: Far;
  /** What was told of other sets, which is not told again. */
  readonly told?: Set<string>;
}

/**
 * What is said of all neighbours of a set, where that is not what is said of the set. Changes with findings in the same
 * places are told together, with the words for the first of them.
 */
export function noticed(
  manifests: Manifests,
  said: (manifests: Manifests) => Said,
  { far, told = new Set() }: Telling = {},
): string {
  const usual = said(manifests);
  const verdicts = new Map<string, string>();
  const groups = new Map<string, { readonly words: readonly string[]; readonly changes: Neighbour[] }>();
  for (const change of neighboursOf(manifests, far)) {
    const { of, what, like, to } = change;
    const { where, words = [] } = said(to);
    verdicts.set(`${of}: ${what}`, where);
    const once = `${of}: ${what}\n${where}`;
    if (where === usual.where || where === verdicts.get(`${of}: ${like}`) || told.has(once)) continue;
    told.add(once);
    const group = groups.get(where) ?? { words, changes: [] };
    groups.set(where, group);
    group.changes.push(change);
  }
  const lines = [...groups].map(([where, { words, changes }]) =>
    [`${where}:`, ...words.map((one) => `> ${one}`), ...listed(changes)].join('\n  '),
  );
  return [`as it is: ${usual.where}`, ...lines].join('\n');
}

/** What one rule finds in a set. */
export function saidBy(rule: Rule, options: LintOptions, manifests: Manifests): Said {
  const { findings } = lintWith([rule], graphOfSet(manifests), options);
  return {
    where:
      findings.map(({ severity, resource, path }) => `${severity} ${resource?.kind ?? ''} ${path}`).join(', ') ||
      'nothing',
    words: findings.map(({ message, hint, related, fix }) =>
      [message, hint, related?.message, fix?.title].filter((one) => one !== undefined).join(' | '),
    ),
  };
}

/** The findings of all rules: code, severity and place. */
export function foundByAll(manifests: Manifests): string {
  const { findings } = lint(graphOfSet(manifests));
  return findings.map(({ code, severity, path }) => `${code} ${severity} ${path}`).join(', ') || 'nothing';
}
