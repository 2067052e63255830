import { relative } from 'node:path';

/** A path as the user would type it. */
export function display(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere === '' || fromHere.startsWith('../../..') ? path : fromHere;
}
