import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../../src/rules';
import { foundByAll, isObject, type Json, type Manifests, manifestsIn } from './neighbours';

// The fields that the examples of all rules have, each put into a set of manifests that is right otherwise. The snapshot says
// which of them are found, by which rule: a check that no example of its own rule depends on shows here, too.

/** The values that are seen at a place: by the kind of the object and the way to the field, whatever the places in lists. */
type Seen = Map<string, Map<string, Json>>;

function collect(value: Json, place: string, seen: Seen): void {
  if (Array.isArray(value)) for (const item of value as readonly Json[]) collect(item, place, seen);
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    const values = seen.get(place) ?? new Map<string, Json>();
    seen.set(place, values.set(JSON.stringify([key, item]), item));
    collect(item, `${place}.${key}`, seen);
  }
}

/** The object with one field of another object at one of its places. */
function* crossed(value: Json, place: string, shown: string, seen: Seen): Generator<{ what: string; value: Json }> {
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    for (const [i, item] of list.entries()) {
      for (const one of crossed(item, place, `${shown}[${i}]`, seen)) {
        yield { what: one.what, value: list.with(i, one.value) };
      }
    }
  } else if (isObject(value)) {
    for (const [name, item] of seen.get(place) ?? []) {
      const [key] = JSON.parse(name) as [string];
      const what = `${shown}.${key}: ${JSON.stringify(item)}`;
      if (JSON.stringify(value[key]) !== JSON.stringify(item)) yield { what, value: { ...value, [key]: item } };
    }
    for (const [key, item] of Object.entries(value)) {
      for (const one of crossed(item, `${place}.${key}`, `${shown}.${key}`, seen)) {
        yield { what: one.what, value: { ...value, [key]: one.value } };
      }
    }
  }
}

const kindOf = (manifest: Json): string => (manifest as { kind: string }).kind;

const seen: Seen = new Map();
const right = new Map<string, Manifests>();
for (const rule of RULES) {
  if (['SCH001', 'SCH002'].includes(rule.code)) continue;
  for (const manifest of [rule.bad, rule.good].flatMap(manifestsIn)) collect(manifest, kindOf(manifest), seen);
}
// Of each kind one object, in the first set that has one.
const SETS = ['quickstart', 'blue-green', 'gateway-api', 'subsets-mtls', 'header-mirror', 'gitops-argocd'].map((name) =>
  manifestsIn(readFileSync(join(__dirname, `../../dist/${name}.k8s.yaml`), 'utf8')),
);
for (const set of [...SETS, ...RULES.filter(({ code }) => code !== 'SCH001').map(({ good }) => manifestsIn(good))]) {
  for (const kind of set.map(kindOf)) if (!right.has(kind)) right.set(kind, set);
}

test.each([...right].sort(([a], [b]) => (a < b ? -1 : 1)))(
  'what is found in a %s with a field of another',
  (kind, set) => {
    const at = set.findIndex((manifest) => kindOf(manifest) === kind);
    const usual = foundByAll(set);
    const changes = new Map<string, string[]>();
    for (const { what, value } of crossed(set[at], kind, '', seen)) {
      const now = foundByAll(set.with(at, value));
      if (now !== usual) changes.set(now, [...(changes.get(now) ?? []), what.slice(1)]);
    }
    const told = [...changes].map(([now, whats]) => [`${now}:`, ...whats].join('\n  '));
    expect(`\nas it is: ${usual}\n${told.join('\n')}\n`).toMatchSnapshot();
  },
);
