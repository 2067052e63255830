import { Entry, MapNode, SpecNode, join } from './node';
import { Problem, shorten, suggestion } from './problem';
import type { FileRange } from '../formats/source';

export const API_VERSION = 'cdk8s-canary.dev/v1';
export const KINDS = ['CanaryApp', 'CanaryDefaults'] as const;

const NAMES = ['apiVersion', 'kind', 'metadata', 'base', 'root', 'spec'];
const METADATA = ['name', 'namespace', 'labels'];

/** One document of a canary file: a spec, an overlay or defaults. The fields of the app stay a tree. */
export interface SpecDocument {
  readonly kind: (typeof KINDS)[number];
  readonly at: FileRange;
  /** The path of the file that this one is merged over. */
  readonly base?: string;
  /** Whether defaults of parent folders apply. */
  readonly root: boolean;
  /** `metadata` and `spec`. */
  readonly body: MapNode;
}

/** The fields of a merged spec other than the options of the app. */
export interface SpecMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels: { readonly [key: string]: string };
}

/** Reads the top-level fields of a document, and reports their problems. */
export function readDocument(node: SpecNode, problems: Problem[]): SpecDocument | undefined {
  const report = (at: FileRange, path: string, message: string) => problems.push({ at, path, message });
  if (node.kind !== 'map') {
    report(node.at, '', `a spec is an object with apiVersion, kind, metadata and spec; this is ${describe(node)}`);
    return undefined;
  }
  const before = problems.length;
  const text = (name: string) => {
    const value = node.entries.get(name)?.value;
    return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined;
  };
  const apiVersion = text('apiVersion');
  if (apiVersion !== API_VERSION) {
    const found = node.entries.get('apiVersion');
    report(
      found?.value.at ?? node.at,
      'apiVersion',
      `${found ? `is ${describe(found.value)}` : 'is missing'}; use ${API_VERSION}`,
    );
  }
  const kind = KINDS.find((known) => known === text('kind'));
  if (kind === undefined) {
    const found = node.entries.get('kind')?.value;
    const hint = suggestion(text('kind') ?? '', KINDS);
    report(found?.at ?? node.at, 'kind', found ? `is ${describe(found)}${hint}` : `is missing; use ${KINDS[0]}`);
  }
  for (const [name, { key }] of node.entries) {
    if (!NAMES.includes(name)) report(key, name, `a spec has no '${shorten(name)}'${suggestion(name, NAMES)}`);
  }
  const base = node.entries.get('base')?.value;
  if (base !== undefined && text('base') === undefined)
    report(base.at, 'base', `is ${describe(base)}; give the path of a file`);
  const root = node.entries.get('root')?.value;
  if (root && !(root.kind === 'scalar' && typeof root.value === 'boolean')) {
    report(root.at, 'root', `is ${describe(root)}; use true or false`);
  }
  for (const name of ['metadata', 'spec']) {
    const part = node.entries.get(name)?.value;
    if (part && part.kind !== 'map' && !(part.kind === 'scalar' && part.value === null)) {
      report(part.at, name, `is ${describe(part)}; give an object`);
    }
  }
  // What is empty says nothing: in an overlay whose values are all comments, it does not remove those of the spec.
  const isStated = ({ value }: Entry) => !(value.kind === 'scalar' && value.value === null);
  const body = new Map(
    [...node.entries].filter(([name, entry]) => (name === 'metadata' || name === 'spec') && isStated(entry)),
  );
  if (kind === undefined || problems.length > before) return undefined;
  return {
    kind,
    at: node.at,
    base: text('base'),
    root: root?.kind === 'scalar' && root.value === true,
    body: { kind: 'map', entries: body, at: node.at },
  };
}

/** The name, namespace and labels of the app in the merged spec. Names become file names, so they are checked. */
export function readMetadata(body: MapNode, problems: Problem[]): SpecMetadata | undefined {
  const before = problems.length;
  const entry = body.entries.get('metadata');
  const metadata = entry?.value.kind === 'map' ? entry.value : undefined;
  const report = (at: FileRange, path: string, message: string) => problems.push({ at, path, message });
  for (const [name, { key }] of metadata?.entries ?? []) {
    if (!METADATA.includes(name)) {
      report(key, join('metadata', name), `metadata has no '${shorten(name)}'${suggestion(name, METADATA)}`);
    }
  }
  const word = (name: string) => {
    const found = metadata?.entries.get(name);
    if (found === undefined) return undefined;
    const { value } = found;
    if (value.kind === 'scalar' && typeof value.value === 'string' && isLabel(value.value)) return value.value;
    report(
      value.at,
      `metadata.${name}`,
      `is ${describe(value)}; use at most 63 lower-case letters, digits and '-', beginning and ending with a letter or digit`,
    );
    return undefined;
  };
  const name = word('name');
  if (metadata?.entries.get('name') === undefined) {
    report(metadata?.at ?? body.at, 'metadata.name', 'is missing; give the name of the app');
  }
  const labels = readLabels(metadata?.entries.get('labels'), problems);
  const namespace = word('namespace');
  return problems.length > before ? undefined : { name: name!, namespace, labels };
}

function readLabels(entry: Entry | undefined, problems: Problem[]): { [key: string]: string } {
  if (entry === undefined) return {};
  const labels: [string, string][] = [];
  if (entry.value.kind !== 'map') {
    problems.push({
      at: entry.value.at,
      path: 'metadata.labels',
      message: `is ${describe(entry.value)}; give an object`,
    });
    return {};
  }
  for (const [name, { value }] of entry.value.entries) {
    if (value.kind === 'scalar' && typeof value.value === 'string') labels.push([name, value.value]);
    else
      problems.push({ at: value.at, path: join('metadata.labels', name), message: `is ${describe(value)}; quote it` });
  }
  return Object.fromEntries(labels);
}

function isLabel(text: string): boolean {
  return text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);
}

/** A value for a message. */
export function describe(node: SpecNode): string {
  if (node.kind === 'list') return node.items.length === 0 ? 'an empty list' : 'a list';
  if (node.kind === 'map') {
    const names = [...node.entries.keys()];
    return names.length === 0
      ? 'an empty object'
      : `an object with ${names
          .slice(0, 4)
          .map((name) => `'${shorten(name)}'`)
          .join(', ')}`;
  }
  if (node.value === null) return 'empty';
  if (typeof node.value === 'string') return `'${shorten(node.value)}'`;
  return typeof node.value === 'number' ? `the number ${String(node.value)}` : String(node.value);
}
