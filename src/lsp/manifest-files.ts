import { dirname, join, relative, sep } from 'node:path';
import { SourceFile } from '../formats/source';
import {
  decidesWhatIsRead,
  findManifestFiles,
  type FolderEntry,
  Graph,
  listFolder,
  type ListFolder,
  type Loaded,
  loadManifests,
  readManifestFile,
  templatesBelow,
} from '../graph';
import { realPath } from './real-path';

/** The files, or the folders of charts, that `lint` leaves out and that name objects all the same. */
interface LeftOut {
  readonly kustomizations: readonly string[];
  readonly patches: readonly string[];
  readonly charts: readonly string[];
}

/** A text that names objects without being read as objects. */
export interface TextLeftOut {
  readonly what: 'kustomization' | 'patch of a kustomization' | 'Helm template';
  readonly file: SourceFile;
}

/** Files that are read between two pauses. */
const READ_AT_ONCE = 50;

/**
 * The manifests below a folder: those that `lint` reads, in its order. Each file is read again only if it has changed; what
 * the editor has open takes precedence over the disk.
 */
export class ManifestFiles {
  private readonly files = new Map<string, Loaded>();
  /** Texts that are read when they are asked for: of a fast typist's keystrokes only the last one is. */
  private readonly unread = new Map<string, string>();
  private readonly open = new Map<string, string>();
  private whole?: Graph;
  private changes = 0;
  /** The files that `lint` reads, as of the last search of the folder. Undefined: it was not yet. */
  private found?: ReadonlySet<string>;
  /** The files that refer to objects and are not read as objects. */
  private leftOut: LeftOut = { kustomizations: [], patches: [], charts: [] };
  /** Whether there may be files that nobody has looked for. */
  private isIncomplete = true;

  /**
   * @param root The folder, as an absolute path.
   * @param scope Whether the files below its folders belong to it as well.
   */
  constructor(
    private readonly root: string,
    private readonly scope: 'folder' | 'tree',
  ) {}

  /** The names of all files, as paths from the root, in the order in which `lint` reads them. */
  names(): string[] {
    // Which of two objects of one name is meant depends on the order.
    if (this.found === undefined) return [...this.files.keys()];
    return [...this.found].filter((name) => this.files.has(name));
  }

  /** Files were created or deleted: the next `readAll` looks for them. */
  lookAgain(): void {
    this.isIncomplete = true;
  }

  /** Reads all files below the root. Pauses now and then, so that an editor can be answered in between. */
  *readAll(): Generator<void, void> {
    if (!this.isIncomplete) return;
    const { files, inputs, kustomizations, skipped } = findManifestFiles(['.'], this.root, this.list());
    const found = new Set(files.map(asName));
    this.leftOut = {
      kustomizations: kustomizations.map(({ file }) => asName(file)),
      patches: inputs.map(asName),
      charts: skipped.flatMap(({ chart }) => chart ?? []),
    };
    for (const name of this.files.keys()) if (!found.has(name)) this.forget(name);
    this.found = found;
    this.hasChanged();
    let count = 0;
    for (const name of found) {
      if (this.files.has(name)) continue;
      const text = this.open.get(name);
      if (text !== undefined) {
        this.put(name, text);
        continue;
      }
      this.readFromDisk(name);
      if (++count % READ_AT_ONCE === 0) yield;
    }
    this.isIncomplete = false;
  }

  /** Reads one file again that has changed on the disk. */
  refresh(name: string): void {
    if (decidesWhatIsRead(name)) this.lookAgain();
    if (!this.open.has(name) && this.files.has(name)) this.readFromDisk(name);
  }

  /** Takes the text that the editor has. A file that `lint` leaves out, such as a Helm template, is left out here too. */
  edit(name: string, text: string): void {
    const wasOpen = this.open.has(name);
    this.open.set(name, text);
    if (this.found === undefined || this.found.has(name)) {
      // It has its place among the files from now on.
      if (!this.files.has(name)) this.put(name, text);
      else this.changeTo(name, text);
    } else if (!wasOpen) this.lookAgain();
  }

  /** The editor has closed a file: from now on its text is that on the disk. */
  close(name: string): void {
    if (this.open.delete(name) && this.files.has(name)) this.readFromDisk(name);
  }

  /** Texts that name objects without being read as objects: what Helm and kustomize make of them is not known here. */
  *textsLeftOut(): Generator<TextLeftOut> {
    const { kustomizations, patches, charts } = this.leftOut;
    for (const name of kustomizations) yield* this.textLeftOut(name, 'kustomization');
    for (const name of patches) yield* this.textLeftOut(name, 'patch of a kustomization');
    for (const chart of charts) {
      for (const path of templatesBelow(join(this.root, chart, 'templates')))
        yield* this.textLeftOut(asName(relative(this.root, path)), 'Helm template');
    }
  }

  private *textLeftOut(name: string, what: TextLeftOut['what']): Generator<TextLeftOut> {
    try {
      const text = this.open.get(name) ?? readManifestFile(name, this.root).text;
      yield { what, file: new SourceFile(name, text) };
    } catch {
      // Deleted, or not readable: nothing is named in it.
    }
  }

  /** What was read from a file. */
  loaded(name: string): Loaded | undefined {
    this.readTyped();
    return this.files.get(name);
  }

  /** The text of a file. */
  source(name: string): SourceFile | undefined {
    return this.loaded(name)?.files[0];
  }

  /** Counts the changes, so that what was found out of the files is known to be of now. */
  get revision(): number {
    return this.changes;
  }

  /** All manifests. */
  graph(): Graph {
    return (this.whole ??= this.graphOf(this.names()));
  }

  /** The manifests of some files. */
  graphOf(names: Iterable<string>): Graph {
    this.readTyped();
    const parts = [...names].flatMap((name) => this.files.get(name) ?? []);
    return new Graph(
      parts.flatMap(({ resources }) => resources),
      parts.flatMap(({ files }) => files),
      parts.flatMap(({ problems }) => problems),
      parts.reduce((sum, { skipped }) => sum + skipped, 0),
    );
  }

  /** Lists folders with the files that exist in the editor only. */
  private list(): ListFolder {
    const root = realPath(this.root);
    const open = new Map<string, string[]>();
    for (const name of this.open.keys()) {
      const folder = dirname(join(root, name));
      open.set(folder, [...(open.get(folder) ?? []), name.slice(name.lastIndexOf('/') + 1)]);
    }
    return (real) => {
      const listed = listFolder(real);
      const entries = this.scope === 'tree' ? listed : listed.filter((entry) => !entry.isDirectory());
      const unsaved = open.get(real)?.filter((name) => !listed.some((entry) => entry.name === name)) ?? [];
      if (unsaved.length === 0) return entries;
      return [...entries, ...unsaved.map(unsavedFile)].sort((a, b) => (a.name < b.name ? -1 : 1));
    };
  }

  private readFromDisk(name: string): void {
    try {
      this.put(name, readManifestFile(name, this.root).text);
    } catch {
      // Deleted, or not readable: there is nothing in it.
      this.forget(name);
    }
  }

  private put(name: string, text: string): void {
    this.unread.delete(name);
    this.files.set(name, loadManifests([{ name, text }]));
    this.hasChanged();
  }

  private changeTo(name: string, text: string): void {
    this.unread.set(name, text);
    this.hasChanged();
  }

  private readTyped(): void {
    for (const [name, text] of this.unread) this.files.set(name, loadManifests([{ name, text }]));
    this.unread.clear();
  }

  private forget(name: string): void {
    this.unread.delete(name);
    this.files.delete(name);
    this.hasChanged();
  }

  private hasChanged(): void {
    this.whole = undefined;
    this.changes++;
  }
}

const asName = (path: string): string => path.split(sep).join('/');

const unsavedFile = (name: string): FolderEntry => ({
  name,
  isFile: () => true,
  isDirectory: () => false,
  isSymbolicLink: () => false,
});
