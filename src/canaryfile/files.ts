import { dirname, isAbsolute, resolve } from 'node:path';
import { mayRefer } from '../formats/repository';
import type { SourceFile } from '../formats/source';
import { SpecDocument } from './document';
import { Entry, MapNode, ScalarNode, SpecNode, readNodes } from './node';
import { Problem } from './problem';

/** A file whose text becomes a part of the spec, as a canary file names it. */
interface FileReference {
  readonly node: ScalarNode;
  readonly field: string;
  readonly path: string;
}

/** Reads the file at a path. Throws an error with a message for the user where it cannot. */
export type ReadSource = (path: string) => SourceFile;

const isText = (node: SpecNode): node is ScalarNode => node.kind === 'scalar' && typeof node.value === 'string';

/** The files that a document names, by their absolute paths. */
export function filesNamedIn(document: SpecDocument, file: string): string[] {
  return referencesIn(document.body, file).map(({ path }) => path);
}

/** The files that a document without a file names, although there is no folder to find them in. */
export function unreadableFiles(body: MapNode): Problem[] {
  return referencesIn(body, '').map(({ node, field }) => ({
    at: node.at,
    path: field,
    message: `names the file '${String(node.value)}', which only a canary file on disk can; write its content here`,
  }));
}

function referencesIn(body: MapNode, file: string): FileReference[] {
  const spec = below(body, 'spec');
  const reference = (node: ScalarNode, field: string) => ({
    node,
    field,
    path: resolve(dirname(file), String(node.value)),
  });
  const config = spec && below(spec, 'config');
  const files = config && below(config, 'files');
  const manifests = spec && spec.entries.get('extraManifests')?.value;
  return [
    ...[...(files?.entries ?? [])].flatMap(([key, { value }]) =>
      isText(value) ? [reference(value, `spec.config.files.${key}`)] : [],
    ),
    ...(manifests?.kind === 'list' ? manifests.items : []).flatMap((item, i) =>
      isText(item) ? [reference(item, `spec.extraManifests[${i}]`)] : [],
    ),
  ];
}

/**
 * A document with the texts of the files that it names: entries of `config.files` are entries of `config.data`, and
 * manifests stand in `extraManifests`. A path is relative to the canary file, and stays in its repository.
 */
export function withFiles(document: SpecDocument, file: string, read: ReadSource, problems: Problem[]): SpecDocument {
  const references = referencesIn(document.body, file);
  if (references.length === 0) return document;
  const sources = new Map<ScalarNode, SourceFile>();
  for (const { node, field, path } of references) {
    const say = (message: string) => problems.push({ at: node.at, path: field, message });
    const name = String(node.value);
    if (isAbsolute(name)) say(`is '${name}'; give a path from this file`);
    else if (!mayRefer(path, dirname(file)))
      say(`is '${name}', which leads out of the repository; copy the file into it`);
    else {
      try {
        sources.set(node, read(path));
      } catch (error) {
        say(`is '${name}': ${(error as Error).message}`);
      }
    }
  }
  const spec = below(document.body, 'spec')!;
  const entries = new Map(spec.entries);
  const manifests = entries.get('extraManifests');
  if (manifests?.value.kind === 'list') {
    const items = manifests.value.items.flatMap((item) => {
      if (!isText(item)) return [item];
      const source = sources.get(item);
      return source === undefined ? [] : readNodes(source, problems);
    });
    entries.set('extraManifests', { ...manifests, value: { ...manifests.value, items } });
  }
  const config = below(spec, 'config');
  const files = config && below(config, 'files');
  if (files) entries.set('config', { ...entries.get('config')!, value: withEntries(config, files, sources, problems) });
  const whole: Entry = { ...document.body.entries.get('spec')!, value: { ...spec, entries } };
  return { ...document, body: { ...document.body, entries: new Map([...document.body.entries, ['spec', whole]]) } };
}

/**
 * `files` as part of `data`. A value that is not a text stays, and is reported like any other value of the wrong type.
 */
function withEntries(
  config: MapNode,
  files: MapNode,
  sources: ReadonlyMap<ScalarNode, SourceFile>,
  problems: Problem[],
): MapNode {
  const data = below(config, 'data');
  const all = new Map<string, Entry>(data?.entries ?? []);
  const left = new Map<string, Entry>();
  for (const [key, entry] of files.entries) {
    const isNull = entry.value.kind === 'scalar' && entry.value.value === null;
    if (!isText(entry.value) && !isNull) left.set(key, entry);
    else if (all.has(key)) {
      const message = `config.data and config.files contradict each other: both give '${key}'; leave one of them out`;
      problems.push({ at: entry.key, path: `spec.config.files.${key}`, message });
    } else if (isNull) all.set(key, entry);
    else {
      const source = sources.get(entry.value as ScalarNode);
      const value: ScalarNode = { kind: 'scalar', value: source?.text ?? '', at: entry.value.at };
      all.set(key, { key: entry.key, value });
    }
  }
  const entries = new Map(config.entries);
  const { key } = config.entries.get('files')!;
  entries.set('data', { key: entries.get('data')?.key ?? key, value: { kind: 'map', entries: all, at: files.at } });
  if (left.size > 0) entries.set('files', { key, value: { ...files, entries: left } });
  else entries.delete('files');
  return { ...config, entries };
}

function below(node: MapNode, name: string): MapNode | undefined {
  const value = node.entries.get(name)?.value;
  return value?.kind === 'map' ? value : undefined;
}
