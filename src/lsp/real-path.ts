import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A path without links. What does not exist yet, such as a file that was never saved, is in the folder that does. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(realPath(folder), basename(path));
  }
}
