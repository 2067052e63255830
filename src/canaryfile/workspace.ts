import { existsSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { InputError } from '../formats/input-error';
import { mayRefer } from '../formats/repository';
import { readTextFile, TextFileError } from '../formats/text-file';
import { defaultsFor, overlayOf } from './discover';
import { SpecDocument } from './document';
import { filesNamedIn, withFiles } from './files';
import { mergeLayers, readDocuments } from './layers';
import { MapNode } from './node';
import { Problem } from './problem';
import { SourceFile } from '../formats/source';
import { display } from './display-path';

/** One app that a spec file states, everything merged. */
export interface MergedSpec {
  readonly body: MapNode;
}

/** A file that a spec is made of, and what it is to it. */
export interface Layer {
  readonly file: string;
  readonly role: 'defaults' | 'base' | 'spec' | 'overlay';
}

interface LoadedFile {
  readonly source: SourceFile;
  documents?: { readonly parsed: SpecDocument[]; readonly problems: Problem[] };
}

/**
 * Spec files and what they are merged with. Each file is read once, and parsed once if at all: what a spec's layers are is
 * known without parsing (but for files with a `base`).
 */
export class Workspace {
  private readonly files = new Map<string, LoadedFile>();
  private readonly defaults = new Map<string, readonly string[]>();

  /** @param read The text of a file. Default: from the disk; an editor has newer texts. */
  constructor(private readonly textFrom: (file: string) => string = readText) {}

  /** The files that a spec is made of in an environment, the lowest first. */
  public layers(spec: string, environment: string | undefined): Layer[] {
    const overlay = environment === undefined ? undefined : overlayOf(spec, environment);
    return [
      ...this.defaultsOf(dirname(spec), environment).map((file) => ({ file, role: 'defaults' as const })),
      ...this.bases(spec, [spec]).map((file) => ({ file, role: 'base' as const })),
      { file: spec, role: 'spec' },
      ...(overlay === undefined ? [] : [{ file: overlay, role: 'overlay' as const }]),
    ];
  }

  /** The apps that a spec file states. What is wrong is added to the problems. */
  public read(spec: string, environment: string | undefined, problems: Problem[]): MergedSpec[] {
    const layers = this.layers(spec, environment).map(({ file, role }) => {
      const documents = this.documents(file, problems);
      for (const document of documents) checkKind(document, role, problems);
      return { role, documents };
    });
    const at = layers.findIndex(({ role }) => role === 'spec');
    const stated = layers[at].documents;
    if (stated.length === 0 && problems.length === 0) {
      const { source } = this.load(spec);
      problems.push({ at: { file: source, from: 0, to: 0 }, path: '', message: 'the file has no spec in it' });
    }
    const below = layers.slice(0, at).map(({ documents }) => this.only(documents, problems));
    const over = layers.slice(at + 1).flatMap(({ documents }) => documents);
    this.checkOverlays(stated, over, problems);
    return stated.map((document) => {
      const overlays = over.filter((one) => stated.length === 1 || nameOf(one) === nameOf(document));
      const body = mergeLayers([...below.filter((one) => one !== undefined), document, ...overlays]);
      return { body: body! };
    });
  }

  /** Forgets a file that will not be needed again, so that memory does not grow with the number of specs. */
  public forget(file: string): void {
    this.files.delete(file);
  }

  protected textOf(file: string): string {
    return this.load(file).source.text;
  }

  /** Whether a file may name one that it is merged over. */
  protected hasBase(file: string): boolean {
    return /^base:/m.test(this.textOf(file));
  }

  /** Whether a file may name files that become a part of it. */
  protected hasFiles(file: string): boolean {
    return /\b(?:files|extraManifests)\b/.test(this.textOf(file));
  }

  /** The files that a file names, other than canary files. */
  protected filesNamedBy(file: string): string[] {
    if (!this.hasFiles(file)) return [];
    return readDocuments(this.load(file).source, []).flatMap((document) => filesNamedIn(document, file));
  }

  private documents(file: string, problems: Problem[]): SpecDocument[] {
    const loaded = this.load(file);
    if (loaded.documents === undefined) {
      const found: Problem[] = [];
      const parsed = readDocuments(loaded.source, found).map((document) =>
        withFiles(document, file, (path) => new SourceFile(display(path), readTextFile(path)), found),
      );
      loaded.documents = { parsed, problems: found };
    }
    problems.push(...loaded.documents.problems);
    return loaded.documents.parsed;
  }

  /** Defaults and bases are one document each. */
  private only(documents: readonly SpecDocument[], problems: Problem[]): SpecDocument | undefined {
    if (documents.length > 1) {
      problems.push({
        at: documents[1].at,
        path: '',
        message: `a file that others are merged over has one document; this one has ${documents.length}`,
      });
    }
    return documents[0];
  }

  private checkOverlays(stated: readonly SpecDocument[], over: readonly SpecDocument[], problems: Problem[]): void {
    if (stated.length <= 1) return;
    const names = stated.map(nameOf);
    for (const overlay of over.filter((one) => !names.includes(nameOf(one)))) {
      const message = `this overlay matches no spec; use one of ${names.join(', ')}`;
      problems.push({ at: overlay.at, path: 'metadata.name', message });
    }
  }

  private bases(file: string, chain: readonly string[]): string[] {
    if (!this.hasBase(file)) return [];
    const { source } = this.load(file);
    const base = this.documents(file, [])[0]?.base;
    if (base === undefined) return [];
    const path = resolve(dirname(file), base);
    if (isAbsolute(base) || !/\.(ya?ml|json)$/.test(base)) {
      throw new InputError(`${source.name}: base is '${base}'; give the path of a YAML or JSON file, from this one`);
    }
    if (!mayRefer(path, dirname(file))) {
      throw new InputError(
        `${source.name}: base is '${base}', which leads out of the repository; copy the file into it`,
      );
    }
    if (!existsSync(path)) throw new InputError(`${source.name}: base is '${base}'; there is no such file`);
    if (chain.includes(path)) throw new InputError(`${source.name}: base leads back to ${display(path)}`);
    return [...this.bases(path, [...chain, path]), path];
  }

  private defaultsOf(folder: string, environment: string | undefined): readonly string[] {
    const key = `${environment ?? ''}\0${folder}`;
    let found = this.defaults.get(key);
    if (found === undefined) {
      found = defaultsFor(folder, environment, (file) => this.documents(file, []).some((one) => one.root));
      this.defaults.set(key, found);
    }
    return found;
  }

  private load(file: string): LoadedFile {
    let loaded = this.files.get(file);
    if (loaded === undefined) {
      loaded = { source: new SourceFile(display(file), this.textFrom(file)) };
      this.files.set(file, loaded);
    }
    return loaded;
  }
}

/** Reads a file from the disk. Throws an InputError whose message names it. */
export function readText(file: string): string {
  try {
    return readTextFile(file);
  } catch (error) {
    if (!(error instanceof TextFileError)) throw error;
    throw new InputError(`${display(file)}: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`);
  }
}

/** A spec instead of defaults, or the reverse, would be merged wrongly. */
function checkKind({ kind, at }: SpecDocument, role: Layer['role'], problems: Problem[]): void {
  const wanted = role === 'defaults' ? 'CanaryDefaults' : 'CanaryApp';
  if (kind === wanted || role === 'base') return;
  problems.push({ at, path: 'kind', message: `is '${kind}'; a file of this name is ${ROLES[role]}: use ${wanted}` });
}

const ROLES = { defaults: 'defaults', spec: 'a spec', overlay: 'an overlay of a spec' } as const;

function nameOf(document: SpecDocument): string | undefined {
  const metadata = document.body.entries.get('metadata')?.value;
  const name = metadata?.kind === 'map' ? metadata.entries.get('name')?.value : undefined;
  return name?.kind === 'scalar' ? String(name.value) : undefined;
}
