import type { PatchOperation } from '../formats/manifest-patch';
import { isMapping, isSame, type Resource } from '../graph';
import { listOperations } from './list-operations';
import { titleOf } from './manifests';

/** A patch of one rendered object. */
export interface ObjectPatch {
  readonly target: { readonly kind: string; readonly name: string };
  readonly json?: readonly PatchOperation[];
  readonly remove?: true;
}

/** What a spec needs in addition to its typed options, so that it renders exactly the wanted objects. */
export interface Completion {
  readonly patches: readonly ObjectPatch[];
  readonly extraManifests: readonly Resource[];
}

/**
 * The patches and extra manifests that turn what a spec renders into what is wanted. Objects that are not rendered become
 * extra manifests, objects that are not wanted are removed, and all others are patched.
 */
export function completion(rendered: readonly Resource[], wanted: readonly Resource[]): Completion {
  const patches: ObjectPatch[] = [];
  const extraManifests: Resource[] = [];
  const made = new Map(rendered.map((object) => [titleOf(object), object]));
  const kept = new Set<string>();
  for (const object of wanted) {
    const before = made.get(titleOf(object));
    if (before === undefined) {
      extraManifests.push(object);
      continue;
    }
    kept.add(titleOf(object));
    const json = operations(before.manifest, object.manifest);
    // If most of an object differs from the rendered one, the whole object is easier to read.
    const isForeign = object.kind !== 'Rollout' && JSON.stringify(json).length > JSON.stringify(object.manifest).length;
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

const targetOf = ({ kind, name }: Resource) => ({ kind, name });

/** The operations of a JSON patch that turn one value into another; none if they mean the same. */
function operations(from: unknown, to: unknown, path = '', key = ''): PatchOperation[] {
  if (isSame(from, to, key)) return [];
  if (isMapping(from) && isMapping(to)) {
    return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((name) => {
      const at = `${path}/${name.replace(/~/g, '~0').replace(/\//g, '~1')}`;
      if (to[name] === undefined) return from[name] === undefined ? [] : [{ op: 'remove', path: at }];
      if (from[name] === undefined) return [{ op: 'add', path: at, value: to[name] }];
      return operations(from[name], to[name], at, name);
    });
  }
  const whole: PatchOperation[] = [{ op: 'replace', path, value: to }];
  if (!Array.isArray(from) || !Array.isArray(to)) return whole;
  if (isAligned(from, to)) return from.flatMap((item, i) => operations(item, to[i], `${path}/${i}`, key));
  const items = listOperations(from, to, path, key, (one, other, at) => operations(one, other, at, key));
  // Options that state an item of the list have an effect only if it is not replaced with the list.
  const isStated = to.some((item) => isMapping(item));
  return items === undefined || (!isStated && lengthOf(items) > lengthOf(whole)) ? whole : items;
}

const lengthOf = (value: unknown) => JSON.stringify(value).length;

/** Whether two lists have objects of the same names in the same order. */
function isAligned(one: readonly unknown[], other: readonly unknown[]): boolean {
  const isSameName = (a: unknown, b: unknown) => isMapping(a) && isMapping(b) && a.name === b.name;
  return one.length === other.length && one.every((item, i) => isSameName(item, other[i]));
}
