import type { YamlNode } from './node';
import { isMergeKey } from './resolve';
import { nameIfAny, nameOfKey } from './value';

/** A field of an object, as it is written. */
export interface YamlField {
  readonly key: YamlNode;
  readonly value: YamlNode;
  /** The object in which it is written, which is another one where it is merged. */
  readonly parent: YamlNode;
}

/** The node that an alias refers to; any other node itself. */
export function dereference(node: YamlNode): YamlNode {
  return node.kind === 'alias' ? node.target! : node;
}

/** The fields of an object by name, with those that are merged, as they count. Throws YamlError. */
export function fieldsOf(map: YamlNode): Map<string, YamlField> {
  const fields = new Map<string, YamlField>();
  const { items } = map;
  for (let i = 0; i < items.length; i += 2) {
    const [key, value] = [items[i], items[i + 1]];
    if (!isMergeKey(key)) fields.set(nameOfKey(key), { key, value, parent: map });
    else {
      for (const source of mergedInto(value).reverse()) {
        for (const [name, field] of fieldsOf(source)) fields.set(name, field);
      }
    }
  }
  return fields;
}

/** The objects of a merge key, those with the highest precedence first. */
function mergedInto(value: YamlNode): YamlNode[] {
  const node = dereference(value);
  return (node.kind === 'list' ? node.items : [node]).map(dereference);
}

/** Where the key and the value of a field stand. */
export interface FoundField {
  readonly key?: YamlNode;
  readonly value?: YamlNode;
  /** The object in which the field stands. */
  readonly parent?: YamlNode;
  /** The number of path elements that exist. A missing field is represented by its nearest ancestor. */
  readonly depth: number;
}

/** Finds a field, through aliases and merges, or its nearest ancestor. */
export function findField(root: YamlNode | undefined, path: readonly (string | number)[]): FoundField {
  let found: FoundField = { value: root, depth: 0 };
  for (let depth = 0; depth < path.length && found.value; depth++) {
    const node = dereference(found.value);
    const key = path[depth];
    if (node.kind === 'list') {
      const item = typeof key === 'number' ? node.items[key] : undefined;
      if (item === undefined) return found;
      found = { value: item, depth: depth + 1 };
    } else {
      const field = node.kind === 'map' ? findInMap(node, String(key)) : undefined;
      if (field === undefined) return found;
      found = { ...field, depth: depth + 1 };
    }
  }
  return found;
}

/** Objects of more fields are searched by an index: each of thousands of findings asks for one of thousands of fields. */
const SMALL = 32;
const indexes = new WeakMap<YamlNode, ReadonlyMap<string, YamlField>>();

function indexOf(map: YamlNode): ReadonlyMap<string, YamlField> {
  let index = indexes.get(map);
  if (index === undefined) {
    const fields = new Map<string, YamlField>();
    const { items } = map;
    for (let i = items.length - 2; i >= 0; i -= 2) {
      const [key, value] = [items[i], items[i + 1]];
      if (!isMergeKey(key)) {
        const name = nameIfAny(key);
        if (name !== undefined && !fields.has(name)) fields.set(name, { key, value, parent: map });
        continue;
      }
      for (const source of mergedInto(value)) {
        if (source.kind !== 'map') continue;
        for (const [name, field] of indexOf(source)) if (!fields.has(name)) fields.set(name, field);
      }
    }
    indexes.set(map, (index = fields));
  }
  return index;
}

/** From the last field to the first, because the last one counts. */
function findInMap(map: YamlNode, name: string): YamlField | undefined {
  const { items } = map;
  if (items.length > 2 * SMALL) return indexOf(map).get(name);
  for (let i = items.length - 2; i >= 0; i -= 2) {
    const [key, value] = [items[i], items[i + 1]];
    if (!isMergeKey(key)) {
      if (nameIfAny(key) === name) return { key, value, parent: map };
      continue;
    }
    for (const source of mergedInto(value)) {
      const field = source.kind === 'map' ? findInMap(source, name) : undefined;
      if (field) return field;
    }
  }
  return undefined;
}
