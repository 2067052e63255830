import { checkAliases } from './aliases';
import { YamlError, type YamlNode, type YamlProblem } from './node';
import { isMergeKey, keyName, resolveScalar, ScalarError, scalarValue, Unfit } from './resolve';

/** The same key twice in one object, of which Go's reader takes the last. */
export interface DuplicateKey extends YamlProblem {
  readonly key: string;
  /** Whether it is once a text and once a number or boolean. Go's reader then randomly uses one of them. */
  readonly mixed: boolean;
  /** The object that has it twice. */
  readonly map: YamlNode;
}

/** A document as plain values. */
export interface ReadValue {
  readonly value: unknown;
  readonly duplicates: readonly DuplicateKey[];
}

interface Plain {
  [key: string]: unknown;
}

/**
 * The value of a document, as `sigs.k8s.io/yaml` gives it. What an alias names is shared, not copied.
 *
 * @throws YamlError
 */
export function valueOf(root: YamlNode | undefined, aliases: boolean): ReadValue {
  if (root === undefined) return { value: null, duplicates: [] };
  if (aliases) checkAliases(root);
  const reader = new ValueReader(aliases);
  const value = reader.read(root);
  if (reader.unfit) refuseMisfit(value, new Set());
  return { value, duplicates: reader.duplicates };
}

/** The name that a key gives to a field. Throws YamlError. */
export function nameOfKey(key: YamlNode): string {
  const node = keyScalar(key);
  try {
    return keyName(node);
  } catch (error) {
    throw new YamlError((error as Error).message, node.from, node.to);
  }
}

/** The name that a key gives to a field; undefined where it gives none. */
export function nameIfAny(key: YamlNode): string | undefined {
  try {
    return nameOfKey(key);
  } catch {
    return undefined;
  }
}

function keyScalar(key: YamlNode): YamlNode {
  const node = key.kind === 'alias' ? key.target! : key;
  if (node.kind === 'scalar') return node;
  throw new YamlError('a key is a text, a number or a boolean; this one is an object or a list', key.from, key.to);
}

/** Stands where something was read that has no place in JSON. */
class Misfit {
  constructor(readonly error: YamlError) {}
}

/** Throws where a misfit is left in a value. */
function refuseMisfit(value: unknown, seen: Set<object>): void {
  if (value instanceof Misfit) throw value.error;
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  for (const child of Object.values(value)) refuseMisfit(child, seen);
}

class ValueReader {
  readonly duplicates: DuplicateKey[] = [];
  /** Whether something was read that has no place in JSON. */
  unfit = false;
  /** What was read already. An alias stands below what it names, so each thing is read once. */
  private readonly known?: Map<YamlNode, object>;

  constructor(aliases: boolean) {
    if (aliases) this.known = new Map();
  }

  read(node: YamlNode): unknown {
    if (node.kind === 'scalar') return this.scalar(node, scalarValue);
    if (node.kind === 'alias') return this.read(node.target!);
    const known = this.known?.get(node);
    if (known !== undefined) return known;
    const value = node.kind === 'list' ? this.list(node) : this.map(node);
    this.known?.set(node, value);
    return value;
  }

  private scalar<T>(node: YamlNode, read: (node: YamlNode) => T): T | Misfit {
    try {
      return read(node);
    } catch (error) {
      if (!(error instanceof ScalarError)) throw error;
      const placed = new YamlError(error.message, node.from, node.to);
      if (!(error instanceof Unfit)) throw placed;
      this.unfit = true;
      return new Misfit(placed);
    }
  }

  private list({ items }: YamlNode): unknown[] {
    const list: unknown[] = [];
    for (const item of items) list.push(this.read(item));
    return list;
  }

  /** Fields that are merged replace those above them, and give way to those below, as in Go's reader. */
  private map(node: YamlNode): Plain {
    const { items } = node;
    const map: Plain = {};
    // The written keys. They differ from the merged ones as soon as something is merged.
    let written: Set<string> | undefined;
    let firsts: Map<string, boolean> | undefined;
    for (let i = 0; i < items.length; i += 2) {
      const key = items[i];
      if (isMergeKey(key)) {
        written ??= new Set(Object.keys(map));
        this.merge(map, items[i + 1]);
        continue;
      }
      const name = this.scalar(keyScalar(key), keyName);
      if (name instanceof Misfit) {
        set(map, `null ${i}`, name);
        continue;
      }
      if (written === undefined ? Object.hasOwn(map, name) : written.has(name)) {
        firsts ??= firstKeys(items);
        this.addDuplicate(node, key, name, firsts.get(name));
      }
      written?.add(name);
      set(map, name, this.read(items[i + 1]));
    }
    return map;
  }

  private addDuplicate(map: YamlNode, node: YamlNode, key: string, firstIsText: boolean | undefined): void {
    const { from, to } = node;
    const mixed = firstIsText !== isText(node);
    const message = mixed
      ? `'${key}' is given twice, once as a text and once not, and kubectl takes either by chance`
      : `'${key}' is given twice`;
    this.duplicates.push({ from, to, message, key, mixed, map });
  }

  private merge(map: Plain, value: YamlNode): void {
    // Of several objects the first counts most, so it is merged last.
    const sources = value.kind === 'list' ? [...value.items].reverse() : [value];
    for (const source of sources) {
      const { kind } = source.kind === 'alias' ? source.target! : source;
      if (kind !== 'map') throw new YamlError("'<<' takes an object, or a list of objects", source.from, source.to);
      for (const [name, field] of Object.entries(this.read(source) as Plain)) set(map, name, field);
    }
  }
}

/** Whether a key is a text, and not a number or boolean that becomes one. */
function isText(key: YamlNode): boolean {
  const value = resolveScalar(keyScalar(key));
  return typeof value === 'string';
}

/** For the name of each key whether the first such key is a text. */
function firstKeys(items: readonly YamlNode[]): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (let i = 0; i < items.length; i += 2) {
    if (isMergeKey(items[i])) continue;
    const name = nameIfAny(items[i]);
    if (name !== undefined && !found.has(name)) found.set(name, isText(items[i]));
  }
  return found;
}

function set(map: Plain, name: string, value: unknown): void {
  if (name !== '__proto__') map[name] = value;
  else Object.defineProperty(map, name, { value, writable: true, enumerable: true, configurable: true });
}
