import {
  closeSync,
  constants,
  copyFileSync,
  fchmodSync,
  fsyncSync,
  linkSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename } from 'node:path';
import { unfinishedBeside } from './unfinished-file';
import { withoutSignals } from './without-signals';

/** How a file is written. */
export interface WriteOptions {
  /** Whether the file must not be there yet. @default false */
  readonly isNew?: boolean;
  /** Permissions of a file that is not there yet. @default what the user's mask leaves of 0666 */
  readonly mode?: number;
}

/**
 * Writes a file as a whole: whoever reads it, and whoever finds it after a crash, has the old text or the new one. A
 * link stays, and its target is written. What is no regular file, such as a pipe, is written to as it is. Throws the
 * errors of the file system, `EEXIST` among them.
 */
export function writeWholeFile(path: string, text: string | Buffer, { isNew = false, mode }: WriteOptions = {}): void {
  const there = isNew ? undefined : statsOf(path);
  if (there !== undefined && !there.isFile()) {
    writeFileSync(path, text);
    return;
  }
  const target = there === undefined ? path : realpathSync(path);
  const unfinished = unfinishedBeside(target);
  withoutSignals(() => {
    try {
      const file = openSync(unfinished, 'wx', mode ?? 0o666);
      try {
        writeFileSync(file, text);
        if (there !== undefined) fchmodSync(file, there.mode & 0o7777);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      if (isNew) moveTo(unfinished, target);
      else renameSync(unfinished, target);
    } catch (error) {
      // A file that may be changed, in a folder that may not, or that is mounted by itself.
      if (there !== undefined && IN_PLACE.has((error as NodeJS.ErrnoException).code ?? '')) writeFileSync(target, text);
      else throw named(error as NodeJS.ErrnoException, unfinished, path);
    } finally {
      rmSync(unfinished, { force: true });
    }
  });
}

const IN_PLACE = new Set(['EACCES', 'EPERM', 'EBUSY', 'EXDEV']);
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'ENOSYS']);

/** A rename would replace what has come there meanwhile. Some file systems have no links. */
function moveTo(unfinished: string, target: string): void {
  try {
    linkSync(unfinished, target);
  } catch (error) {
    if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    copyFileSync(unfinished, target, constants.COPYFILE_EXCL);
  }
}

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The user knows nothing of the other file. */
function named(error: NodeJS.ErrnoException, unfinished: string, path: string): NodeJS.ErrnoException {
  error.message = error.message.replaceAll(unfinished, path).replaceAll(basename(unfinished), basename(path));
  return error;
}
