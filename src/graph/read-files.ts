import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { isWithin } from '../formats/repository';
import { DEFAULT_MAX_BYTES, fileErrorReason, readTextFile, specialFile } from '../formats/text-file';
import type { NamedText } from './load';

/** Something that was to be read and cannot be. */
export interface Unreadable {
  readonly name: string;
  readonly message: string;
}

/** The files that arguments stand for. */
export interface FoundFiles {
  /** As the user would write them, each once, sorted within a folder. */
  readonly files: readonly string[];
  readonly unreadable: readonly Unreadable[];
  /** Found in a folder and left out on purpose: pipes, devices, links that lead out of the folder. */
  readonly skipped: readonly Unreadable[];
}

const MANIFEST = /\.(ya?ml|json)$/i;

/** Folders that hold other people's files. */
const SKIPPED = new Set(['node_modules', '.git']);

/** Files, folders (every `.yaml`, `.yml` and `.json` in them) and globs, as files. `-` is left to the caller. */
export function findManifestFiles(args: readonly string[], cwd: string): FoundFiles {
  const files = new Set<string>();
  const unreadable: Unreadable[] = [];
  const skipped: Unreadable[] = [];
  const folders = new FolderReader(cwd, files, unreadable, skipped);
  for (const argument of args) {
    let stats: Stats | undefined;
    let failure: unknown;
    try {
      stats = statSync(resolve(cwd, argument));
    } catch (error) {
      failure = error;
    }
    if (stats?.isDirectory()) folders.read(argument);
    else if (stats) files.add(argument);
    else {
      const matched = fastGlob().isDynamicPattern(argument) ? glob(argument, cwd) : undefined;
      if (matched && matched.length > 0) for (const file of matched) files.add(file);
      else
        unreadable.push({
          name: argument,
          message: matched ? 'no file matches this pattern' : fileErrorReason(failure),
        });
    }
  }
  return { files: [...files], unreadable, skipped };
}

/** Loaded when it is needed: constructs load this module for the rules, and never look for files. */
function fastGlob(): typeof import('fast-glob') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('fast-glob') as typeof import('fast-glob');
}

function glob(pattern: string, cwd: string): string[] {
  return fastGlob()
    .globSync(pattern, { cwd, followSymbolicLinks: false, ignore: ['**/node_modules/**'] })
    .sort();
}

/**
 * Reads folders, each real one once: links among siblings would multiply the ways to a file without end. A link is
 * followed within the folder that was given or the current one. The folder may be somebody else's, and what a link in it
 * points to outside is not theirs to have read and quoted.
 */
class FolderReader {
  private readonly seen = new Set<string>();
  private readonly linked: { readonly name: string; readonly root: string }[] = [];

  constructor(
    private readonly cwd: string,
    private readonly files: Set<string>,
    private readonly unreadable: Unreadable[],
    private readonly skipped: Unreadable[],
  ) {}

  public read(folder: string): void {
    let root: string;
    try {
      root = realpathSync(resolve(this.cwd, folder));
    } catch (error) {
      this.unreadable.push({ name: folder, message: fileErrorReason(error) });
      return;
    }
    this.walk(folder, root);
    // Behind what is there itself, so that a file is named by its own path where it has one.
    for (let link = this.linked.shift(); link !== undefined; link = this.linked.shift())
      this.walk(link.name, link.root);
  }

  /** @param root The real path of the folder that was given. */
  private walk(folder: string, root: string): void {
    let real: string;
    let entries: Dirent[];
    try {
      real = realpathSync(resolve(this.cwd, folder));
      if (this.seen.has(real)) return;
      this.seen.add(real);
      entries = readdirSync(real, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (error) {
      this.unreadable.push({ name: folder, message: fileErrorReason(error) });
      return;
    }
    // What Helm makes manifests of is none itself.
    const chart = entries.some(({ name }) => name === 'Chart.yaml');
    for (const entry of entries) {
      if (chart && entry.name === 'templates') continue;
      const name = folder === '.' ? entry.name : join(folder, entry.name);
      if (entry.isSymbolicLink()) this.follow(name, join(real, entry.name), root);
      else if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) this.walk(name, root);
      } else if (MANIFEST.test(entry.name)) this.addFile(name, join(real, entry.name), entry.isFile());
    }
  }

  private follow(name: string, path: string, root: string): void {
    let target: string;
    let stats: Stats;
    try {
      target = realpathSync(path);
      stats = statSync(target);
    } catch {
      // A link to nothing, or to itself, is no manifest; named as one, it was meant to be.
      if (MANIFEST.test(name)) this.skipped.push({ name, message: 'a symbolic link to nothing' });
      return;
    }
    const isFolder = stats.isDirectory();
    if (!isFolder && !MANIFEST.test(name)) return;
    if (!isWithin(target, root) && !isWithin(target, realpathSync(this.cwd))) {
      this.skipped.push({ name, message: 'a symbolic link that leads out of this folder; name its target to read it' });
    } else if (isFolder) {
      if (!target.split(sep).some((part) => SKIPPED.has(part))) this.linked.push({ name, root });
    } else this.addFile(name, target, stats.isFile());
  }

  private addFile(name: string, path: string, isRegular: boolean): void {
    if (isRegular) {
      this.files.add(name);
      return;
    }
    const stats = statSync(path, { throwIfNoEntry: false });
    this.skipped.push({ name, message: `${(stats && specialFile(stats)) ?? 'something else'}, and no regular file` });
  }
}

/** Reads a file as text. Throws an Error whose message is for the user. */
export function readManifestFile(name: string, cwd: string, maxBytes = DEFAULT_MAX_BYTES): NamedText {
  return { name, text: readTextFile(resolve(cwd, name), maxBytes) };
}
