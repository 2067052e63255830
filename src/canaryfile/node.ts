import { type FileRange, SourceFile } from '../formats/source';
import {
  dereference,
  documentParts,
  fieldsOf,
  parseDocument,
  readDocument,
  scalarValue,
  type YamlNode,
  type YamlProblem,
} from '../formats/yaml';
import { Problem } from './problem';

/** A value of a spec with its place. Merging works on these values. */
export type SpecNode = ScalarNode | MapNode | ListNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly at: FileRange;
}

export interface MapNode {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Entry>;
  readonly at: FileRange;
}

export interface Entry {
  readonly key: FileRange;
  readonly value: SpecNode;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly SpecNode[];
  readonly at: FileRange;
}

/** Plain data as a spec that is not in a file. Undefined and null are left out. */
export function nodeOf(data: unknown, at: FileRange): SpecNode {
  if (Array.isArray(data)) return { kind: 'list', items: data.map((item) => nodeOf(item, at)), at };
  if (typeof data !== 'object' || data === null) return { kind: 'scalar', value: data as ScalarNode['value'], at };
  const said = Object.entries(data).filter(([, value]) => value !== undefined && value !== null);
  return {
    kind: 'map',
    entries: new Map(said.map(([name, value]) => [name, { key: at, value: nodeOf(value, at) }])),
    at,
  };
}

/** The maximum size of expanded aliases, to prevent attacks. */
const MOST_NODES = 100_000;
const DEEPEST = 64;
/** A spec of some twenty lines is a kilobyte. */
const LARGEST_FILE = 1_000_000;

/** The documents of a file, read as kubectl reads YAML: a spec means the same here and behind kustomize. */
export function readNodes(file: SourceFile, problems: Problem[]): SpecNode[] {
  const { text } = file;
  if (text.length > LARGEST_FILE) {
    problems.push({
      at: { file, from: 0, to: 0 },
      path: '',
      message: `the file has ${text.length} characters; a spec has at most ${LARGEST_FILE}`,
    });
    return [];
  }
  const nodes: SpecNode[] = [];
  for (const part of documentParts(text)) {
    const { error, dropped, duplicates } = readDocument(text, part);
    const say = ({ message, from, to }: YamlProblem) =>
      problems.push({ at: { file, from, to }, path: '', message: `not valid YAML: ${message}` });
    const broken = [...(error ? [error] : []), ...(dropped ? [dropped] : []), ...duplicates];
    broken.forEach(say);
    const root = broken.length > 0 ? undefined : parseDocument(text, part)?.root;
    const node = root && new NodeReader(file, problems).read(root, '', 0);
    if (node && !(node.kind === 'scalar' && node.value === null)) nodes.push(node);
  }
  return nodes;
}

class NodeReader {
  private count = 0;

  constructor(
    private readonly file: SourceFile,
    private readonly problems: Problem[],
  ) {}

  public read(written: YamlNode, path: string, depth: number): SpecNode | undefined {
    const node = dereference(written);
    const at = this.at(node);
    if (++this.count === MOST_NODES)
      this.problems.push({ at, path, message: `more than ${MOST_NODES} values; are aliases repeated?` });
    if (depth === DEEPEST) this.problems.push({ at, path: '', message: `more than ${DEEPEST} levels deep` });
    if (this.count >= MOST_NODES || depth >= DEEPEST) return undefined;
    if (node.kind === 'map') return { kind: 'map', entries: this.entries(node, path, depth), at };
    if (node.kind === 'list') {
      const items = node.items.map((item, i) => this.read(item, `${path}[${i}]`, depth + 1));
      return { kind: 'list', items: items.filter((item) => item !== undefined), at };
    }
    return { kind: 'scalar', value: scalarValue(node), at };
  }

  private entries(map: YamlNode, path: string, depth: number): ReadonlyMap<string, Entry> {
    const entries = new Map<string, Entry>();
    for (const [name, { key, value }] of fieldsOf(map)) {
      const at = this.at(key);
      if (name === '__proto__') {
        this.problems.push({ at, path, message: "'__proto__' cannot be a name" });
        continue;
      }
      const written = dereference(key);
      if (written.style === 'plain' && written.text !== name) {
        const message = `'${written.text}' is the name '${name}' to YAML 1.1; quote it: '${written.text}'`;
        this.problems.push({ at, path: join(path, written.text), message });
      }
      const read = this.read(value, join(path, name), depth + 1);
      // A missing value has the place of its name.
      if (read) entries.set(name, { key: at, value: value.from === key.to ? { ...read, at } : read });
    }
    return entries;
  }

  private at({ from, to }: YamlNode): FileRange {
    return { file: this.file, from, to };
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
