// Stands for `node:fs` in the browser: the files that the page brings along can be read, and nothing else exists.
import { FILES } from './files';

/** As Node.js reports a file that does not exist. */
class NoSuchFile extends Error {
  readonly code = 'ENOENT';

  constructor(path: string) {
    super(`ENOENT: no such file or directory, open '${path}'`);
  }
}

export function readFileSync(path: string): string {
  const text = FILES.get(path);
  if (text === undefined) throw new NoSuchFile(path);
  return text;
}

export const existsSync = (path: string): boolean => FILES.has(path);

/** A folder is a path that some file lies below; links do not exist here. */
export const realpathSync = (path: string): string => path;

export function statSync(path: string, options?: { readonly throwIfNoEntry?: boolean }): undefined {
  if (options?.throwIfNoEntry === false) return undefined;
  throw new NoSuchFile(path);
}

export const lstatSync = statSync;

export function readdirSync(path: string): never {
  throw new NoSuchFile(path);
}

export function openSync(path: string): never {
  throw new NoSuchFile(path);
}

// What comes after a file was opened, which never happens.
export const fstatSync = openSync;
export const readSync = openSync;
export const closeSync = openSync;
export const constants = { O_RDONLY: 0, O_NONBLOCK: 0 };
