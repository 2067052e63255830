import { Document, Node, isAlias, isMap, isPair, isScalar, isSeq, parseAllDocuments } from 'yaml';
import { Problem } from './problem';
import { Place, SourceFile } from './source';

/** A value of a spec, which knows where it stands: what remains of a YAML document, and what merging works on. */
export type SpecNode = ScalarNode | MapNode | ListNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly at: Place;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly at: Place;
}

export interface Entry {
  readonly key: Place;
  readonly value: SpecNode;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly SpecNode[];
  readonly at: Place;
}

/** Plain data as a spec that stands in no file. What is undefined or null is not said. */
export function nodeOf(data: unknown, at: Place): SpecNode {
  if (Array.isArray(data)) return { kind: 'list', items: data.map((item) => nodeOf(item, at)), at };
  if (typeof data !== 'object' || data === null) return { kind: 'scalar', value: data as ScalarNode['value'], at };
  const said = Object.entries(data).filter(([, value]) => value !== undefined && value !== null);
  return {
    kind: 'map',
    entries: new Map(said.map(([name, value]) => [name, { key: at, value: nodeOf(value, at) }])),
    at,
  };
}

/** Beyond this an alias that repeats aliases is an attack, and not a spec. */
const MOST_NODES = 100_000;
const DEEPEST = 64;
/** A spec of some twenty lines is a kilobyte. */
const LARGEST_FILE = 1_000_000;

/** The documents of a file. YAML 1.2, so that `yes`, `on` and `0755` are what they look like. */
export function readNodes(file: SourceFile, problems: Problem[]): SpecNode[] {
  const whole: Place = { file, start: 0, end: 0 };
  if (file.text.length > LARGEST_FILE) {
    problems.push({
      at: whole,
      path: '',
      message: `the file has ${file.text.length} characters; a spec has at most ${LARGEST_FILE}`,
    });
    return [];
  }
  const documents = parseAllDocuments(file.text, { version: '1.2', prettyErrors: false });
  const parsed = Array.isArray(documents) ? documents : [];
  const nodes: SpecNode[] = [];
  for (const document of parsed as Document.Parsed[]) {
    for (const error of [...document.errors, ...document.warnings]) {
      const at = { file, start: error.pos[0], end: error.pos[1] };
      problems.push({ at, path: '', message: `not valid YAML: ${error.message}` });
    }
    if (document.errors.length > 0 || document.contents === null) continue;
    const reader = new NodeReader(file, document, problems);
    const node = reader.read(document.contents as Node, '', 0);
    if (node && !(node.kind === 'scalar' && node.value === null)) nodes.push(node);
  }
  return nodes;
}

class NodeReader {
  private count = 0;

  constructor(
    private readonly file: SourceFile,
    private readonly document: Document,
    private readonly problems: Problem[],
  ) {}

  public read(node: Node | null, path: string, depth: number): SpecNode | undefined {
    const at = this.place(node);
    if (++this.count === MOST_NODES)
      this.problems.push({ at, path, message: `more than ${MOST_NODES} values; are aliases repeated?` });
    if (depth === DEEPEST) this.problems.push({ at, path: '', message: `more than ${DEEPEST} levels deep` });
    if (this.count >= MOST_NODES || depth >= DEEPEST) return undefined;
    if (node === null) return { kind: 'scalar', value: null, at };
    if (isAlias(node)) return this.read(node.resolve(this.document) ?? null, path, depth + 1);
    if (isMap(node)) return { kind: 'map', entries: this.entries(node.items, path, depth), at };
    if (isSeq(node)) {
      const items = node.items.map((item, i) => this.read(item as Node, `${path}[${i}]`, depth + 1));
      return { kind: 'list', items: items.filter((item) => item !== undefined), at };
    }
    const value = isScalar(node) ? node.value : undefined;
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return { kind: 'scalar', value, at };
    if (typeof value === 'number') return { kind: 'scalar', value, at };
    this.problems.push({ at, path, message: 'is a value of a kind that a spec does not have' });
    return undefined;
  }

  private entries(pairs: readonly unknown[], path: string, depth: number): ReadonlyMap<string, Entry> {
    const entries = new Map<string, Entry>();
    for (const pair of pairs) {
      if (!isPair(pair)) continue;
      const key = pair.key as Node | null;
      const at = this.place(key);
      if (!isScalar(key) || typeof key.value !== 'string') {
        this.problems.push({ at, path, message: 'a name here is no string; quote it' });
        continue;
      }
      if (key.value === '__proto__') {
        this.problems.push({ at, path, message: "'__proto__' cannot be a name" });
        continue;
      }
      const value = this.read(pair.value as Node | null, join(path, key.value), depth + 1);
      if (value) entries.set(key.value, { key: at, value: pair.value === null ? { ...value, at } : value });
    }
    return entries;
  }

  private place(node: Node | null): Place {
    const [start, end] = node?.range ?? [0, 0];
    return { file: this.file, start, end };
  }
}

/** The path of a value within another: `spec.steps`, or `labels['app.kubernetes.io/name']`. */
export function join(path: string, name: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(name)) return `${path}['${name.length > 40 ? `${name.slice(0, 40)}…` : name}']`;
  return path === '' ? name : `${path}.${name}`;
}

/** The plain value of a node. Each name becomes a property of its own, `__proto__` too. */
export function plain(node: SpecNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([name, entry]) => [name, plain(entry.value)]));
}
