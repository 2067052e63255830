import { statSync } from 'node:fs';
import { normalize, resolve } from 'node:path';
import { holdsApp } from '../canaryfile/recognize';
import { InputError } from '../formats/input-error';
import { severalLines } from '../formats/encode/terminal';
import { readDocument, readDocuments, writeYaml, writeYamlDocuments } from '../formats/yaml';
import {
  findManifestFiles,
  type FoundFiles,
  type Graph,
  graphOfLoaded,
  Loader,
  type NamedText,
  readManifestAgain,
  readManifestFile,
  type Unreadable,
} from '../graph';
import type { RenderedInputs } from '../rendering';
import { type Io, readStdin, STDIN } from './io';
import { errLine, plural, progressLine } from './output';

/** The names of files that exist in memory only begin with it. */
const RENDERED = 'rendered:';
/** And those that another program rendered end with its name. */
const RENDERED_BY = /<\w+>$/;

/** The inputs of a command. */
export interface Inputs {
  readonly graph: Graph;
  readonly unreadable: readonly Unreadable[];
  /** What was left out on purpose: Helm templates, kustomize patches, links that lead elsewhere. It has been reported. */
  readonly skipped: readonly Unreadable[];
  /** Whether there are manifests that were rendered from canary files. */
  readonly fromSpecs: boolean;
}

/** Turns what was found into manifests where that needs another program. */
export type Renderer = (found: FoundFiles) => Promise<RenderedInputs | undefined>;

/** A replacement for reading files one after the other. */
export interface FileReader {
  /** Whether files may be read again instead of being kept in memory. */
  readonly readsAgain: boolean;
  /** Reads files. Undefined: the files are read one after the other. */
  read(
    files: readonly string[],
    step: () => void,
  ): Promise<{ readonly texts: readonly NamedText[]; readonly failed: readonly Unreadable[] } | undefined>;
  /** Returns the objects of texts; undefined if a file that it has read is not among them. */
  graphOf(texts: readonly NamedText[]): Graph | undefined;
}

/** Whether a file can be edited: it is on the disk. */
export const isOnDisk = (name: string): boolean =>
  name !== STDIN && !name.startsWith(RENDERED) && !RENDERED_BY.test(name);

/** The name of a file without the mark of those that exist in memory only. */
export const ownName = (name: string): string => (name.startsWith(RENDERED) ? name.slice(RENDERED.length) : name);

/**
 * Reads manifests and canary files: files, folders, globs and `-` for standard input. Canary files are rendered in
 * memory: those that are named always, those in folders only where the manifests hold no Rollout and no Flagger Canary,
 * since otherwise these were rendered from them.
 *
 * @param environment the one for which canary files are rendered
 * @param renderer for kustomizations and charts; none: their files are read as they are
 * @throws InputError where a canary file is not valid
 */
export async function readInputs(
  paths: readonly string[],
  environment: string | undefined,
  io: Io,
  renderer?: Renderer,
  reader?: FileReader,
): Promise<Inputs> {
  return inputsOf(await readTexts(paths, io, renderer, reader), paths, environment, io, reader);
}

/** The same of texts that have been read. `paths` are the arguments that named them. */
export async function inputsOf(
  { texts, unreadable, skipped }: Texts,
  paths: readonly string[],
  environment: string | undefined,
  io: Io,
  reader?: FileReader,
): Promise<Inputs> {
  const asTheyAre = (): Graph => reader?.graphOf(texts) ?? graphOf(texts);
  const candidates = texts.filter(({ text }) => holdsApp(text));
  if (candidates.length === 0) {
    if (environment !== undefined) throw unusedEnvironment(environment, paths);
    return { graph: asTheyAre(), unreadable, skipped, fromSpecs: false };
  }
  const plain = texts.filter((one) => !candidates.includes(one));
  const manifests = graphOf(plain);
  const holdsUpdates =
    manifests.ofKind('Rollout', 'argoproj.io').length + manifests.ofKind('Canary', 'flagger.app').length > 0;
  const specs = candidates.filter(({ name }) => name === STDIN || paths.includes(name) || !holdsUpdates);
  if (specs.length === 0) {
    if (environment !== undefined) throw unusedEnvironment(environment, paths);
    return { graph: asTheyAre(), unreadable, skipped, fromSpecs: false };
  }
  const rendered = await render(specs, paths, environment, io);
  return { graph: graphOf([...plain, ...rendered]), unreadable, skipped, fromSpecs: true };
}

/** The objects of texts. */
export function graphOf(texts: readonly NamedText[]): Graph {
  const loader = new Loader();
  for (const text of texts) loader.add(text);
  return graphOfLoaded(loader.loaded);
}

const unusedEnvironment = (environment: string, paths: readonly string[]): InputError =>
  new InputError(
    `--env ${environment} is for canary files, and none in ${paths.join(', ')} is rendered; name the canary files`,
  );

/** The texts of what the arguments of a command named, and what is not among them. */
export interface Texts extends Pick<Inputs, 'unreadable' | 'skipped'> {
  readonly texts: readonly NamedText[];
}

/** Reads files, folders, globs and `-` for standard input as they are. */
export async function readTexts(
  paths: readonly string[],
  io: Io,
  renderer?: Renderer,
  reader?: FileReader,
): Promise<Texts> {
  const found = findManifestFiles(
    paths.filter((path) => path !== '-'),
    io.cwd,
  );
  const rendered = await renderer?.(found);
  const { unreadable } = found;
  const skipped = rendered?.skipped ?? found.skipped;
  const files = rendered ? found.files.filter((file) => !rendered.replaced.has(normalize(file))) : found.files;
  reportSkipped(skipped, io);
  const failed = [...unreadable];
  const texts: NamedText[] = paths.includes('-') ? [{ name: STDIN, text: await readStdin(io) }] : [];
  const progress = progressLine(io, 'reading', files.length);
  const read = await reader?.read(files, () => progress.step());
  if (read) {
    texts.push(...read.texts);
    failed.push(...read.failed);
  } else {
    for (const file of files) {
      progress.step();
      try {
        texts.push(reader?.readsAgain ? readManifestAgain(file, io.cwd) : readManifestFile(file, io.cwd));
      } catch (error) {
        failed.push({ name: file, message: (error as Error).message });
      }
    }
  }
  progress.end();
  if (rendered) texts.push(...rendered.texts);
  return { texts, unreadable: failed, skipped };
}

/** Reads the objects of files, folders, globs and `-` as they are. Throws InputError where a file cannot be read. */
export async function readObjects(paths: readonly string[], io: Io): Promise<Graph> {
  const { texts, unreadable } = await readTexts(paths, io);
  const graph = graphOf(texts);
  reportUnreadable({ graph, unreadable }, io);
  return graph;
}

/** Reports skipped files, so that users do not assume that they were checked. */
export function reportSkipped(skipped: readonly Unreadable[], io: Io): void {
  for (const { name, message } of skipped) {
    const text = /\bskipped\b/.test(message) ? message : `skipped, ${message}`;
    io.err(`${severalLines(name)}: ${severalLines(text)}\n`);
  }
}

async function render(
  specs: readonly NamedText[],
  paths: readonly string[],
  environment: string | undefined,
  io: Io,
): Promise<NamedText[]> {
  const fromInput = specs.filter(({ name }) => name === STDIN).map(({ text }) => text);
  const rendered = await Promise.all(fromInput.map((text) => renderText(text)));
  const onDisk = new Set(specs.map(({ name }) => name).filter((name) => name !== STDIN));
  if (onDisk.size === 0) return rendered;
  const { synthesize } = await import('../synth/synthesize');
  const { specOf } = await import('../canaryfile/discover');
  const named = paths.filter((path) => path !== '-' && (onDisk.has(path) || isFolder(resolve(io.cwd, path))));
  // Files that a glob found, without overlays, which are merged over their specs.
  const isBelow = (file: string): boolean =>
    named.some((path) => isFolder(resolve(io.cwd, path)) && isIn(file, path, io));
  const globbed = [...onDisk].filter((file) => !named.includes(file) && !isBelow(file) && specOf(file) === undefined);
  const { changes, notes, problems } = await synthesize({
    paths: [...named, ...globbed].map((path) => resolve(io.cwd, path)),
    // A folder that does not exist, so that everything is a change.
    out: resolve(io.cwd, '.cdk8s-canary-output'),
    environments: environment === undefined ? undefined : [environment],
    dryRun: true,
    cache: false,
  });
  for (const note of notes) io.err(`${note}\n`);
  if (problems.length > 0) throw new InputError(problems.join('\n'));
  return [...rendered, ...changes.map(({ path, after }) => ({ name: `${RENDERED}${path}`, text: after ?? '' }))];
}

export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const isIn = (file: string, folder: string, io: Io): boolean =>
  resolve(io.cwd, file).startsWith(`${resolve(io.cwd, folder)}/`);

/** Renders the apps of a text that is in no file; other objects in it are kept. */
async function renderText(text: string): Promise<NamedText> {
  const { runFunction } = await import('../synth/krm');
  const items = readDocuments(text).flatMap(({ value, error }) => {
    if (error) throw new InputError(`${STDIN}: not valid YAML: ${error.message}`);
    return (value as object | null) ?? [];
  });
  const { text: list, problems } = runFunction(writeYaml({ kind: 'ResourceList', items }));
  if (problems.length > 0) throw new InputError(problems.map((problem) => `${STDIN}: ${problem}`).join('\n'));
  const manifests = (readDocument(list).value as { readonly items: readonly object[] }).items;
  return { name: `${RENDERED}${STDIN}`, text: writeYamlDocuments(manifests) };
}

/** Reports what could not be read, or is not YAML, on standard error. */
export function reportUnreadable(
  { graph, unreadable }: { readonly graph: Pick<Graph, 'problems'>; readonly unreadable: readonly Unreadable[] },
  io: Io,
): void {
  for (const { name, message } of unreadable) errLine(`${name}: ${message}`, io);
  for (const { place, message } of graph.problems)
    errLine(`${place.file}:${place.line}:${place.column}  ${message}`, io);
  if (unreadable.length > 0) throw new InputError(`${plural(unreadable.length, 'file')} cannot be read`);
}
