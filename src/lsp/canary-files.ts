import { dirname, relative, resolve } from 'node:path';
import { environmentOf, existing, roleByName, specOf } from '../canaryfile/discover';
import { readDocuments } from '../canaryfile/layers';
import { holdsApp } from '../canaryfile/recognize';
import type { MapNode } from '../canaryfile/node';
import type { Problem } from '../canaryfile/problem';
import { manifestText, renderSpec } from '../canaryfile/render';
import { readText, Workspace } from '../canaryfile/workspace';
import { asInputError, InputError } from '../formats/input-error';
import { type FileRange, SourceFile } from '../formats/source';
import { type Graph, graphOfLoaded, loadManifests } from '../graph';

/** An app of a canary file. */
export interface CheckedApp {
  /** The app's name in the file. */
  readonly at: FileRange;
  /** Its manifests, which exist in memory only. */
  readonly graph: Graph;
}

/** What is known about a canary file. */
export interface CheckedCanaryFile {
  /** In the file itself, or in one that it is merged with. */
  readonly problems: readonly Problem[];
  readonly apps: readonly CheckedApp[];
}

/** Whether a file is a canary file, an overlay or defaults. */
export function isCanaryFile(path: string, text: string): boolean {
  return roleByName(path) !== undefined || holdsApp(text);
}

/**
 * Reads, merges and renders a canary file as `synth` would. An overlay is checked together with its spec. Writes nothing.
 *
 * @param textOf The text that an editor has of a file; undefined: that of the disk.
 */
export function checkCanaryFile(path: string, textOf: (path: string) => string | undefined): CheckedCanaryFile {
  const read = (file: string): string => textOf(file) ?? readText(file);
  const problems: Problem[] = [];
  const role = roleByName(path);
  if (role === 'defaults') {
    readDocuments(new SourceFile(shownName(path), read(path)), problems);
    return { problems, apps: [] };
  }
  const stem = specOf(path);
  const spec = stem === undefined ? path : existing(dirname(path), stem);
  if (spec === undefined)
    return { problems: [wholeFile(path, read(path), 'this overlay has no canary file beside it')], apps: [] };
  const environment = stem === undefined ? undefined : environmentOf(path.slice(dirname(path).length + 1));
  try {
    const apps = new Workspace(read).read(spec, environment, problems).flatMap(({ body }) => {
      const rendered = renderSpec(body, problems);
      if (rendered === undefined) return [];
      const text = manifestText(rendered.manifests);
      const graph = graphOfLoaded(loadManifests([{ name: `rendered:${rendered.name}.yaml`, text }]));
      return [{ at: nameOf(body), graph }];
    });
    return { problems, apps };
  } catch (error) {
    const known = asInputError(error);
    if (!(known instanceof InputError)) throw error;
    return { problems: [...problems, wholeFile(path, read(path), known.message)], apps: [] };
  }
}

/** The path of a file that a problem is about. */
export function pathOf({ file }: FileRange): string {
  return resolve(file.name);
}

/** As the reader of canary files names them: from the current folder. */
const shownName = (path: string): string => relative(process.cwd(), path);

function wholeFile(path: string, text: string, message: string): Problem {
  return { at: { file: new SourceFile(shownName(path), text), from: 0, to: 0 }, path: '', message };
}

function nameOf(body: MapNode): FileRange {
  const metadata = body.entries.get('metadata')?.value;
  const name = metadata?.kind === 'map' ? metadata.entries.get('name')?.value : undefined;
  return name?.at ?? body.at;
}
