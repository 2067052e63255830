import {
  type Document,
  isAlias,
  isDocument,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseAllDocuments,
  visit,
  type YAMLMap,
} from 'yaml';
import { Marks, type Range } from './offset-index';
import type { Path } from './path';

export type { Range } from './offset-index';

/** Something that keeps a text from being read as YAML, or makes its reading doubtful. */
export interface YamlProblem extends Range {
  readonly message: string;
  /** For a duplicate key: the way to the object that has it twice, and the key. */
  readonly duplicate?: { readonly path: Path; readonly key: string };
}

/** One YAML document as plain values. */
export interface YamlValue {
  readonly value: unknown;
  /** Where it begins in the text that was read. */
  readonly from: number;
  /** Why it could not be read. Its value is then undefined. */
  readonly errors: readonly YamlProblem[];
  /** The same key twice in one object: the last one counts, as it does for kubectl. */
  readonly duplicates: readonly YamlProblem[];
  /** Where everything in it stands; absent where only the tree can say that, as with aliases and merges. */
  readonly marks?: Marks;
}

/** Aliases beyond this number are taken for an attempt to exhaust the memory. */
const MOST_ALIASES = 1000;

/** Nesting beyond this is refused: no manifest has it, and everything that walks a value would exhaust the stack. */
const DEEPEST = 200;

/**
 * kubectl, kustomize and Argo CD read YAML 1.1 as Go's yaml.v2 does: `yes`, `on` and `y` are booleans, 0777 is octal,
 * and `<<` merges; but a time or a number to base 60 (`12:30`) stays a string, and `!!binary` is not decoded.
 *
 * @see https://github.com/kubernetes-sigs/yaml
 */
function trees(text: string): Document.Parsed[] {
  const documents = parseAllDocuments(text, {
    version: '1.1',
    customTags: (tags) =>
      tags.filter(
        (tag) =>
          typeof tag === 'string' ||
          (tag.format !== 'TIME' && !/:(timestamp|binary|omap|pairs|set)$/.test(tag.tag ?? '')),
      ),
    // The library compares each key with all before it, which is slow for large objects; see `duplicatesIn`.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  return Array.isArray(documents) ? documents : [];
}

/** Reads all documents of a text without markers (`---`) in it; several only if `...` ends one. Never throws. */
export function readYaml(text: string): YamlValue[] {
  let documents: Document.Parsed[];
  try {
    documents = trees(text);
  } catch (error) {
    return [failed(0, [{ from: 0, to: 0, message: explain(error) }])];
  }
  return documents.map((document) => {
    const from = document.contents?.range?.[0] ?? document.range[0];
    // What is missing is missing after the last thing that is there, not on an empty line below.
    const end = text.trimEnd().length;
    const errors = document.errors.map(({ message, pos }) => ({
      message: message.startsWith('Maximum call stack') ? TOO_DEEP : message,
      from: Math.max(0, Math.min(pos[0], end - 1)),
      to: Math.min(pos[1], end),
    }));
    if (errors.length > 0) return failed(from, errors);
    try {
      // Most documents have no aliases and no odd keys, and are read in one walk, in half the time.
      const plain = text.includes('*') ? undefined : readPlain(document.contents, text.length);
      if (plain) return { ...plain, from, errors: [] };
      const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
      const problem = depthProblem(value);
      if (problem) return failed(from, [{ ...troublesomeAlias(document, from), message: problem }]);
      return { value, from, errors: [], duplicates: duplicatesIn(document) };
    } catch (error) {
      return failed(from, [{ ...troublesomeAlias(document, from), message: explain(error) }]);
    }
  });
}

const failed = (from: number, errors: YamlProblem[]): YamlValue => ({
  value: undefined,
  from,
  errors,
  duplicates: [],
});

const TOO_DEEP = 'nested too deeply to be read';

function explain(error: unknown): string {
  if (error instanceof RangeError) return TOO_DEEP;
  const { message } = error as Error;
  if (message.startsWith('Excessive alias count')) {
    return `aliases stand for more than ${MOST_ALIASES} copies: this exhausts the memory of whoever reads it`;
  }
  return message;
}

/** A way that is written down only when it is wanted. */
interface Way {
  readonly above: Way | undefined;
  readonly key: string | number;
}

function pathOf(way: Way | undefined): Path {
  const path: (string | number)[] = [];
  for (let step = way; step; step = step.above) path.unshift(step.key);
  return path;
}

/** The value, its places and its duplicate keys in one walk; undefined for what is better left to the library. */
function readPlain(root: unknown, length: number): Pick<YamlValue, 'value' | 'duplicates' | 'marks'> | undefined {
  const duplicates: YamlProblem[] = [];
  const offsets: number[] = [];
  let odd = false;
  /** Whether the value's keys are walked in the order of the text: those that look like numbers come first. */
  let inOrder = true;
  const mark = (node: unknown): void => {
    const { range } = node as { range?: [number, number, number] | null };
    if (range) offsets.push(range[0], range[1]);
    else inOrder = false;
  };
  const read = (node: unknown, way: Way | undefined, depth: number): unknown => {
    if (node === null || node === undefined) {
      inOrder = false;
      return null;
    }
    mark(node);
    if (isScalar(node)) return node.value;
    if (odd || depth > DEEPEST) odd = true;
    else if (isSeq(node)) return node.items.map((item, key) => read(item, { above: way, key }, depth + 1));
    else if (isMap(node)) {
      const value: { [key: string]: unknown } = {};
      for (const { key, value: child } of node.items) {
        const name = isScalar(key) && key.value !== null ? keyName(key) : '__proto__';
        if (name === '__proto__' || name === '<<') odd = true;
        else if (Object.hasOwn(value, name)) duplicates.push(duplicate(key as Node, pathOf(way), name));
        if (/^\d/.test(name)) inOrder = false;
        mark(key);
        value[name] = read(child, { above: way, key: name }, depth + 1);
      }
      return value;
    } else odd = true;
    return null;
  };
  const value = read(root, undefined, 1);
  if (odd) return undefined;
  const marks = inOrder && duplicates.length === 0 ? new Marks(value, offsets, length) : undefined;
  return { value, duplicates, marks };
}

function duplicate(key: Node, path: Path, name: string): YamlProblem {
  const [from, to] = key.range ?? [0, 0];
  return { from, to, message: `'${name}' is given twice`, duplicate: { path, key: name } };
}

/** What keeps a value from being walked: it contains itself, or is nested without end. Aliases share what they name. */
function depthProblem(root: unknown): string | undefined {
  const deepest = new Map<object, number>();
  const above = new Set<object>();
  const walk = (value: unknown, depth: number): string | undefined => {
    if (typeof value !== 'object' || value === null) return undefined;
    if (above.has(value)) return 'an alias stands inside of what it names';
    if (depth > DEEPEST) return `nested more than ${DEEPEST} levels deep`;
    if ((deepest.get(value) ?? -1) >= depth) return undefined;
    deepest.set(value, depth);
    above.add(value);
    for (const child of Object.values(value)) {
      const problem = walk(child, depth + 1);
      if (problem) return problem;
    }
    above.delete(value);
    return undefined;
  };
  return walk(root, 1);
}

/** An alias to nothing, or to what contains it; otherwise the first alias; otherwise the whole. */
function troublesomeAlias(document: Document.Parsed, from: number): Range {
  let first: Range | undefined;
  let bad: Range | undefined;
  visit(document, {
    Alias: (_key, node, parents) => {
      const range = { from: node.range?.[0] ?? from, to: node.range?.[1] ?? from };
      first ??= range;
      const target = node.resolve(document);
      if (target !== undefined && !parents.includes(target)) return undefined;
      bad = range;
      return visit.BREAK;
    },
  });
  return bad ?? first ?? { from, to: from };
}

function duplicatesIn(document: Document.Parsed): YamlProblem[] {
  const found: YamlProblem[] = [];
  const check = (node: unknown, path: Path): void => {
    if (isSeq(node)) node.items.forEach((item, index) => check(item, [...path, index]));
    if (!isMap(node)) return;
    const seen = new Set<string>();
    for (const { key, value } of node.items) {
      const name = keyName(key);
      if (seen.has(name) && name !== '<<') found.push(duplicate(key as Node, path, name));
      seen.add(name);
      check(value, [...path, name]);
    }
  };
  check(document.contents, []);
  return found;
}

/** As it becomes a property. The library gives the merge key as a symbol. */
function keyName(key: unknown): string {
  if (!isScalar(key)) return String(key);
  return typeof key.value === 'symbol' ? (key.value.description ?? '') : String(key.value);
}

/** Where the key and the value of a field stand. Ranges of values end where the text of the value ends. */
export interface FieldRange {
  readonly key?: Range;
  readonly value?: Range;
  /** The value's node in the text, for those who edit the text or look inside a scalar. */
  readonly node?: Node;
  /** The object in which the field stands. */
  readonly parent?: YAMLMap;
  readonly pair?: Pair;
  /** How much of the path there is; a field that is missing is given as its nearest ancestor. */
  readonly depth: number;
}

/** The tree of a document, to find fields in. `index` counts the documents of the text. */
export function yamlTree(text: string, index: number): Document.Parsed | undefined {
  return trees(text)[index];
}

/** Finds a field, through aliases and merges. */
export function findField(document: Document.Parsed, path: Path): FieldRange {
  let node: Node | null | undefined = document.contents;
  let found: FieldRange = { value: rangeOf(node), node: node ?? undefined, depth: 0 };
  for (let depth = 0; depth < path.length; depth++) {
    node = dereference(node, document);
    const key = path[depth];
    if (isSeq(node) && typeof key === 'number') {
      node = node.items[key] as Node | undefined;
      if (node === undefined) return found;
      found = { value: rangeOf(node), node, depth: depth + 1 };
    } else {
      const hit = isMap(node) ? findPair(node, String(key), document) : undefined;
      if (hit === undefined) return found;
      const { pair, parent } = hit;
      node = pair.value as Node | null;
      found = {
        key: rangeOf(pair.key as Node),
        value: rangeOf(node),
        node: node ?? undefined,
        parent,
        pair,
        depth: depth + 1,
      };
    }
  }
  return found;
}

function dereference(node: Node | null | undefined, document: Document.Parsed): Node | null | undefined {
  return isAlias(node) ? node.resolve(document) : node;
}

interface Hit {
  readonly pair: Pair;
  readonly parent: YAMLMap;
}

function findPair(map: YAMLMap, name: string, document: Document.Parsed): Hit | undefined {
  for (let i = map.items.length - 1; i >= 0; i--) {
    if (keyName(map.items[i].key) === name) return { pair: map.items[i], parent: map };
  }
  for (const { key, value } of map.items) {
    if (keyName(key) !== '<<') continue;
    const merged = dereference(value as Node, document);
    for (const source of isSeq(merged) ? merged.items : [merged]) {
      const target = dereference(source as Node, document);
      const hit = isMap(target) ? findPair(target, name, document) : undefined;
      if (hit) return hit;
    }
  }
  return undefined;
}

function rangeOf(node: Node | null | undefined): Range | undefined {
  if (isDocument(node) || !node?.range) return undefined;
  return { from: node.range[0], to: node.range[1] };
}
