import { basename, sep } from 'node:path';

/** The name of a file, without its folder. Of tens of thousands of files, `basename` takes longer than reading the folders. */
export const lastPart = (path: string): string =>
  sep === '/' ? path.slice(path.lastIndexOf(sep) + 1) : basename(path);
