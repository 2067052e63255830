import type { SourceFile } from '../formats/source';
import { findManifestFiles, Graph, type Loaded, loadManifests, readManifestFile } from '../graph';

/** Files that are read between two pauses. */
const READ_AT_ONCE = 50;

/**
 * The manifests below a folder. Each file is read again only if it has changed; what the editor has open takes precedence
 * over the disk.
 */
export class ManifestFiles {
  private readonly files = new Map<string, Loaded>();
  private readonly open = new Map<string, string>();
  private whole?: Graph;
  /** Whether there may be files that nobody has looked for. */
  private isIncomplete = true;

  /** @param root The folder, as an absolute path. */
  constructor(private readonly root: string) {}

  /** The names of all files, as paths from the root. */
  names(): IterableIterator<string> {
    return this.files.keys();
  }

  /** Files were created or deleted: the next `readAll` looks for them. */
  lookAgain(): void {
    this.isIncomplete = true;
  }

  /** Reads all files below the root. Pauses now and then, so that an editor can be answered in between. */
  *readAll(): Generator<void, void> {
    if (!this.isIncomplete) return;
    const found = new Set(findManifestFiles(['.'], this.root).files);
    for (const name of this.files.keys()) if (!found.has(name) && !this.open.has(name)) this.forget(name);
    let count = 0;
    for (const name of found) {
      if (this.open.has(name) || this.files.has(name)) continue;
      this.readFromDisk(name);
      if (++count % READ_AT_ONCE === 0) yield;
    }
    this.isIncomplete = false;
  }

  /** Reads one file again that has changed on the disk. */
  refresh(name: string): void {
    if (!this.open.has(name) && this.files.has(name)) this.readFromDisk(name);
  }

  /** Takes the text that the editor has. */
  edit(name: string, text: string): void {
    this.open.set(name, text);
    this.put(name, text);
  }

  /** The editor has closed a file: from now on its text is that on the disk. */
  close(name: string): void {
    if (this.open.delete(name)) this.readFromDisk(name);
  }

  /** What was read from a file. */
  loaded(name: string): Loaded | undefined {
    return this.files.get(name);
  }

  /** The text of a file. */
  source(name: string): SourceFile | undefined {
    return this.files.get(name)?.files[0];
  }

  /** All manifests. */
  graph(): Graph {
    return (this.whole ??= this.graphOf(this.files.keys()));
  }

  /** The manifests of some files. */
  graphOf(names: Iterable<string>): Graph {
    const parts = [...names].flatMap((name) => this.files.get(name) ?? []);
    return new Graph(
      parts.flatMap(({ resources }) => resources),
      parts.flatMap(({ files }) => files),
      parts.flatMap(({ problems }) => problems),
      parts.reduce((sum, { skipped }) => sum + skipped, 0),
    );
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
    this.files.set(name, loadManifests([{ name, text }]));
    this.whole = undefined;
  }

  private forget(name: string): void {
    this.files.delete(name);
    this.whole = undefined;
  }
}
