import { deserialize, serialize } from 'node:v8';
import { SourceFile } from '../formats/source';
import { YamlSource } from '../formats/yaml';
import { type Loaded, type LoadProblem, type Path, Resource } from '../graph';

/** Files and their objects, serialized in memory that threads share. Unpacking takes a fraction of the time of parsing. */
export interface PackedTexts {
  readonly texts: SharedArrayBuffer;
  readonly content: SharedArrayBuffer;
}

/** The content of the files, apart from their texts. */
interface Content {
  readonly names: readonly string[];
  /** Where the text of each file ends in the text of all. */
  readonly ends: readonly number[];
  /** Four numbers for each document: its file, its number there, where it begins and ends in the text. */
  readonly documents: readonly number[];
  /** Whether each document is written in a common form. */
  readonly common: readonly boolean[];
  /** The document of each resource. */
  readonly documentOf: readonly number[];
  /** The path in its document of each resource that is not all of it. */
  readonly prefixes: ReadonlyMap<number, Path>;
  readonly manifests: readonly Resource['manifest'][];
  /** With the place of the resource instead of the resource. */
  readonly problems: readonly (Omit<LoadProblem, 'resource'> & { readonly resource?: number })[];
  readonly skipped: number;
}

/** Serializes loaded files. */
export function pack({ files, resources, problems, skipped }: Loaded): PackedTexts {
  const places = new Map(files.map((file, place) => [file, place]));
  const documents: number[] = [];
  const common: boolean[] = [];
  const documentOf: number[] = [];
  const prefixes = new Map<number, Path>();
  const known = new Map<YamlSource, number>();
  for (const [nth, { origin }] of resources.entries()) {
    const source = origin.source!;
    let place = known.get(source);
    if (place === undefined) {
      place = common.length;
      known.set(source, place);
      documents.push(places.get(source.file)!, origin.document, source.part.from, source.part.to);
      common.push(source.isCommon);
    }
    documentOf.push(place);
    if (origin.prefix.length > 0) prefixes.set(nth, origin.prefix);
  }
  let end = 0;
  const content: Content = {
    names: files.map(({ name }) => name),
    ends: files.map(({ text }) => (end += text.length)),
    documents,
    common,
    documentOf,
    prefixes,
    manifests: resources.map(({ manifest }) => manifest),
    problems: problems.map(({ resource, ...problem }) => ({
      ...problem,
      resource: resource && resources.indexOf(resource),
    })),
    skipped,
  };
  return { texts: shared(files.map(({ text }) => text).join('')), content: shared(content) };
}

/** Deserializes loaded files. Their texts are deserialized when the first of them is needed. */
export function unpack({ texts, content }: PackedTexts): Loaded {
  const { names, ends, documents, common, documentOf, prefixes, manifests, problems, skipped } = read(
    content,
  ) as Content;
  let all: string | undefined;
  const text = (place: number): string => {
    all ??= read(texts) as string;
    return all.slice(ends[place - 1] ?? 0, ends[place]);
  };
  const files = names.map((name, place) => new SourceFile(name, { text: () => text(place) }));
  const sources = common.map((isCommon, nth) => {
    const [file, , from, to] = documents.slice(4 * nth, 4 * nth + 4);
    return new YamlSource(files[file], { from, to }, isCommon);
  });
  const resources = manifests.map((manifest, nth) => {
    const of = documentOf[nth];
    const source = sources[of];
    const origin = { file: source.file.name, document: documents[4 * of + 1], source, prefix: prefixes.get(nth) ?? [] };
    return new Resource(manifest, origin);
  });
  return {
    resources,
    files,
    problems: problems.map(({ resource, ...problem }) => ({
      ...problem,
      resource: resource === undefined ? undefined : resources[resource],
    })),
    skipped,
  };
}

/** Joins loaded files, in this order. */
export function together(parts: readonly Loaded[]): Loaded {
  return {
    resources: parts.flatMap(({ resources }) => resources),
    files: parts.flatMap(({ files }) => files),
    problems: parts.flatMap(({ problems }) => problems),
    skipped: parts.reduce((sum, { skipped }) => sum + skipped, 0),
  };
}

function shared(value: unknown): SharedArrayBuffer {
  const bytes = serialize(value);
  const memory = new SharedArrayBuffer(bytes.length);
  new Uint8Array(memory).set(bytes);
  return memory;
}

const read = (memory: SharedArrayBuffer): unknown => deserialize(new Uint8Array(memory));
