import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
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
}

const MANIFEST = /\.(ya?ml|json)$/i;

/** Folders that hold other people's files. */
const SKIPPED = new Set(['node_modules', '.git']);

/** Files, folders (every `.yaml`, `.yml` and `.json` in them) and globs, as files. `-` is left to the caller. */
export function findManifestFiles(args: readonly string[], cwd: string): FoundFiles {
  const files = new Set<string>();
  const unreadable: Unreadable[] = [];
  const complain = (name: string, error: unknown): void => {
    unreadable.push({ name, message: reason(error) });
  };
  for (const argument of args) {
    try {
      if (statSync(resolve(cwd, argument)).isDirectory()) walk(cwd, argument, new Set(), files, complain);
      else files.add(argument);
    } catch (error) {
      const matched = fastGlob().isDynamicPattern(argument) ? glob(argument, cwd) : undefined;
      if (matched && matched.length > 0) for (const file of matched) files.add(file);
      else if (matched) unreadable.push({ name: argument, message: 'no file matches this pattern' });
      else complain(argument, error);
    }
  }
  return { files: [...files], unreadable };
}

/** Loaded when it is needed: constructs load this room for the rules, and never look for files. */
function fastGlob(): typeof import('fast-glob') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('fast-glob') as typeof import('fast-glob');
}

function glob(pattern: string, cwd: string): string[] {
  return fastGlob()
    .globSync(pattern, { cwd, followSymbolicLinks: false, ignore: ['**/node_modules/**'] })
    .sort();
}

/** Links are followed, but no folder is entered twice on one way, so that loops of links end. */
function walk(
  cwd: string,
  folder: string,
  above: ReadonlySet<string>,
  files: Set<string>,
  complain: (name: string, error: unknown) => void,
): void {
  try {
    const real = realpathSync(resolve(cwd, folder));
    if (above.has(real)) return;
    const here = new Set(above).add(real);
    const entries = readdirSync(real, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    // What Helm makes manifests of is none itself.
    const chart = entries.some(({ name }) => name === 'Chart.yaml');
    for (const entry of entries) {
      if (chart && entry.name === 'templates') continue;
      const name = folder === '.' ? entry.name : join(folder, entry.name);
      const isFolder = entry.isSymbolicLink() ? isDirectory(join(real, entry.name)) : entry.isDirectory();
      if (isFolder === undefined) continue;
      if (isFolder) {
        if (!SKIPPED.has(entry.name)) walk(cwd, name, here, files, complain);
      } else if (MANIFEST.test(entry.name)) files.add(name);
    }
  } catch (error) {
    complain(folder, error);
  }
}

/** Undefined for a link to nothing, or to itself. */
function isDirectory(path: string): boolean | undefined {
  try {
    return statSync(path).isDirectory();
  } catch {
    return undefined;
  }
}

/** Reads a file as text. Throws an Error whose message is for the user. */
export function readManifestFile(name: string, cwd: string): NamedText {
  let bytes: Buffer;
  try {
    bytes = readFileSync(resolve(cwd, name));
  } catch (error) {
    throw new Error(reason(error));
  }
  if (bytes.length > 1 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))) {
    throw new Error('is UTF-16; manifests are UTF-8');
  }
  if (bytes.includes(0)) throw new Error('is no text file');
  return { name, text: bytes.toString('utf8') };
}

const REASONS: { readonly [code: string]: string } = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'a symbolic link that leads to itself',
  EISDIR: 'is a folder',
};

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code && REASONS[code]) ?? message;
}
