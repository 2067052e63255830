import type { Field, Resource } from '../../graph';
import { type Details, type Rule, SEVERITIES, type Severity } from '../../rules';

/** What a rule said, before it is known where that stands. */
export interface Said {
  readonly rule: Rule;
  readonly message: string;
  readonly field?: Field;
  readonly details: Details;
  readonly severity: Severity;
}

/**
 * One mistake breaks many things, and a reader wants to hear of it once. What is only the consequence of something else
 * that was found, and what tells of one mistake again, goes with that: each that stays, with what it brings about.
 */
export function withConsequences<T extends Said>(all: readonly T[]): Map<T, T[]> {
  const told = new Map(all.map((one): [T, T[]] => [one, []]));
  const above = new Map<T, T>();
  toCauses(all, above);
  toFirst(all, above);
  for (const one of above.keys()) {
    const root = rootOf(one, above);
    // Of two that are each other's cause the one that was said first stays.
    if (root === undefined) above.delete(one);
    else told.get(root)!.push(one);
  }
  for (const one of above.keys()) told.delete(one);
  return told;
}

/** What is found wrong at one of the fields that a finding comes from stands above it, unless it is less grave. */
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

/** Of those that tell of one mistake the gravest stands above the others; of equals the first. */
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

/** Undefined where the way up leads back to where it began. */
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

function append<T>(lists: Map<string, T[]>, key: string, one: T): void {
  const list = lists.get(key);
  if (list) list.push(one);
  else lists.set(key, [one]);
}
