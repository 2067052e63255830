import { append } from '../../formats/append';
import type { Field, Resource } from '../../graph';
import { type Details, type Rule, SEVERITIES, type Severity } from '../../rules';

/** A finding of a rule, before its place in the file is known. */
export interface Said {
  readonly rule: Rule;
  readonly message: string;
  readonly field?: Field;
  readonly details: Details;
  readonly severity: Severity;
}

/**
 * One mistake often causes many findings, and a reader needs to see it once. Groups findings by their root cause: the
 * findings that remain, each with those that it causes or that report the same mistake again.
 */
export function groupByRootCause<T extends Said>(all: readonly T[]): Map<T, T[]> {
  const groups = new Map(all.map((one): [T, T[]] => [one, []]));
  const above = new Map<T, T>();
  toCauses(all, above);
  toFirst(all, above);
  for (const one of above.keys()) {
    const root = rootOf(one, above);
    // Of two findings that cause each other, the first one remains.
    if (root === undefined) above.delete(one);
    else groups.get(root)!.push(one);
  }
  for (const one of above.keys()) groups.delete(one);
  return groups;
}

/** A finding at one of the fields that another finding names as its cause becomes its root, unless it is less severe. */
function toCauses<T extends Said>(all: readonly T[], above: Map<T, T>): void {
  const wanted = new Set(all.flatMap(({ details }) => details.because?.map(({ resource }) => resource) ?? []));
  if (wanted.size === 0) return;
  const places = new Map<Resource, Map<string, T[]>>();
  for (const one of all) {
    if (one.field === undefined || !wanted.has(one.field.resource)) continue;
    append(inner(places, one.field.resource), String(one.field), one);
  }
  for (const one of all) {
    for (const field of one.details.because ?? []) {
      const cause = places
        .get(field.resource)
        ?.get(String(field))
        ?.find(({ rule, severity }) => rule !== one.rule && rank(severity) <= rank(one.severity));
      if (cause === undefined) continue;
      above.set(one, cause);
      break;
    }
  }
}

/** Of findings that report one mistake, the most severe becomes the root of the others; of equals, the first. */
function toFirst<T extends Said>(all: readonly T[], above: Map<T, T>): void {
  const groups = new Map<Resource, Map<string, T[]>>();
  for (const one of all) {
    const { mistake } = one.details;
    if (mistake && !above.has(one)) append(inner(groups, mistake.in.resource), `${mistake.in} ${mistake.what}`, one);
  }
  for (const of of groups.values()) {
    for (const group of of.values()) {
      const first = group.reduce((a, b) => (rank(b.severity) < rank(a.severity) ? b : a));
      for (const one of group) if (one !== first) above.set(one, first);
    }
  }
}

/** Undefined if the chain of causes is a circle. */
function rootOf<T>(one: T, above: ReadonlyMap<T, T>): T | undefined {
  const passed = new Set<T>([one]);
  let at = one;
  for (let next = above.get(at); next !== undefined; next = above.get(at)) {
    if (passed.has(next)) return undefined;
    passed.add(next);
    at = next;
  }
  return at;
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

function inner<K, V>(maps: Map<K, Map<string, V>>, key: K): Map<string, V> {
  const found = maps.get(key) ?? new Map<string, V>();
  maps.set(key, found);
  return found;
}
