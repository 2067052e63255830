import type { PatchOperation } from '../formats/manifest-patch';
import { Json, isPlain, titleOf } from './manifests';
import { isSame } from '../graph';

/** What a spec must say beyond its typed options, so that exactly the wanted objects come out. */
export interface Completion {
  readonly patches: readonly Json[];
  readonly extraManifests: readonly Json[];
}

/**
 * The patches and further manifests by which what a spec renders becomes what is wanted: objects that are not made are
 * further manifests, objects that are not wanted are removed, and all others are patched.
 */
export function completion(rendered: readonly Json[], wanted: readonly Json[]): Completion {
  const patches: Json[] = [];
  const extraManifests: Json[] = [];
  const made = new Map(rendered.map((object) => [titleOf(object), object]));
  const kept = new Set<string>();
  for (const object of wanted) {
    const before = made.get(titleOf(object));
    if (before === undefined) {
      extraManifests.push(object);
      continue;
    }
    kept.add(titleOf(object));
    const json = operations(before, object);
    // What is mostly other than it would be made is better read as it is.
    const isForeign = object.kind !== 'Rollout' && JSON.stringify(json).length > JSON.stringify(object).length;
    if (isForeign) {
      patches.push({ target: targetOf(object), remove: true });
      extraManifests.push(object);
    } else if (json.length > 0) patches.push({ target: targetOf(object), json });
  }
  for (const object of rendered) {
    if (!kept.has(titleOf(object))) patches.push({ target: targetOf(object), remove: true });
  }
  return { patches, extraManifests };
}

const targetOf = ({ kind, metadata }: Json) => ({ kind, name: metadata.name });

/** The operations of a JSON patch that turn one value into another; none where they mean the same. */
function operations(from: Json, to: Json, path = '', key = ''): PatchOperation[] {
  if (isSame(from, to, key)) return [];
  if (isPlain(from) && isPlain(to)) {
    return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((name) => {
      const at = `${path}/${name.replace(/~/g, '~0').replace(/\//g, '~1')}`;
      if (to[name] === undefined) return from[name] === undefined ? [] : [{ op: 'remove', path: at }];
      if (from[name] === undefined) return [{ op: 'add', path: at, value: to[name] }];
      return operations(from[name], to[name], at, name);
    });
  }
  if (Array.isArray(from) && Array.isArray(to) && isAligned(from, to)) {
    return from.flatMap((item, i) => operations(item, to[i], `${path}/${i}`, key));
  }
  return [{ op: 'replace', path, value: to }];
}

/** Whether two lists are of the same things, in the same order. */
function isAligned(one: readonly Json[], other: readonly Json[]): boolean {
  return (
    one.length === other.length &&
    one.every((item, i) => isPlain(item) && isPlain(other[i]) && item.name === other[i].name)
  );
}
