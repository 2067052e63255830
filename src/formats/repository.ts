import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** The repository that a folder is in: the nearest folder above that has `.git`; undefined outside of one. */
function repositoryOf(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}

/** Whether a path is a folder or something below it. Links are not resolved. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`));
}

/**
 * Whether a file may refer to another one. A repository may be untrusted, and a reference in one of its files must not
 * make the program read and quote other files of the machine. Allowed are files in the same repository, in the current
 * folder, or in the folder of the file itself. Links are resolved first.
 *
 * @param path absolute; it need not exist
 * @param from the folder of the file that names it
 */
export function mayRefer(path: string, from: string, cwd = process.cwd()): boolean {
  const target = realPath(path);
  return [repositoryOf(from), cwd, from].some((folder) => folder !== undefined && isWithin(target, realPath(folder)));
}

/** The real path of the deepest part that exists, and the rest as it is. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPath(dirname(path)), path.slice(dirname(path).length));
  }
}
