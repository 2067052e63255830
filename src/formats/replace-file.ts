import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { fileErrorReason, TextFileError } from './text-file';
import { unfinishedBeside } from './unfinished-file';
import { withoutSignals } from './without-signals';

/** Why a text file cannot be replaced without loss. Undefined if it can. `before` is the text as it was read. */
export function replaceProblem(path: string, before: string): string | undefined {
  let bytes: Buffer;
  try {
    const stats = lstatSync(path);
    if (stats.isSymbolicLink()) return 'it is a symbolic link; name its target';
    if (!stats.isFile()) return 'it is no regular file';
    bytes = readFileSync(path);
  } catch (error) {
    return fileErrorReason(error);
  }
  if (!Buffer.from(before, 'utf8').equals(bytes)) {
    return bytes.toString('utf8') === before
      ? 'it has bytes that are not UTF-8, which would be lost; save it as UTF-8'
      : 'it has changed since it was read';
  }
  return undefined;
}

/**
 * Replaces a regular file atomically: readers see the old text or the new one, and no signal leaves a part of it behind. Its
 * permissions stay. What can be written only in place is left as it is. Throws a TextFileError.
 */
export function replaceTextFile(path: string, text: string): void {
  const unfinished = unfinishedBeside(path);
  withoutSignals(() => {
    try {
      const { mode } = lstatSync(path);
      const file = openSync(unfinished, 'wx', 0o600);
      try {
        writeFileSync(file, text);
        fchmodSync(file, mode & 0o7777);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(unfinished, path);
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw new TextFileError(fileErrorReason(error), (error as NodeJS.ErrnoException).code);
    }
  });
}
