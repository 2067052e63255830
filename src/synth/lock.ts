import { linkSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../formats/input-error';
import { isRunning } from '../formats/running-process';
import { readTextFile } from '../formats/text-file';
import { PRIVATE } from './output';

/**
 * Locks a folder for one run at a time. Returns the function that unlocks it.
 *
 * @throws InputError if another process writes there, or if the folder is not a state folder.
 */
export function lock(out: string): () => void {
  const folder = join(out, PRIVATE);
  refuseWhatIsNotOurs(folder);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '.gitignore'), '*\n');
  const path = join(folder, 'lock');
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    for (let tries = 0; !acquire(mine, path); tries++) {
      const holder = holderOf(path);
      if (holder !== undefined && (isAlive(holder) || tries > 9)) {
        throw new InputError(`${out} is being written by process ${holder}; wait for it`);
      }
      if (holder !== undefined) takeAway(path, holder);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return () => rmSync(path, { force: true });
}

/** The lock appears with its holder in it, or not at all. */
function acquire(mine: string, path: string): boolean {
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP' && code !== 'ENOSYS') throw error;
  }
  // A file system without links.
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

function holderOf(path: string): number | undefined {
  try {
    return Number(readTextFile(path));
  } catch {
    return undefined; // It has just been released.
  }
}

/** If several processes find a lock without a living holder, one removes it; one that removed a newer lock restores it. */
function takeAway(path: string, holder: number): void {
  const taken = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, taken);
    // Not by `!==`: what is no number is not equal to itself.
    if (!Object.is(holderOf(taken), holder)) linkSync(taken, path);
  } catch {
    // Somebody else was first.
  } finally {
    rmSync(taken, { force: true });
  }
}

function isAlive(pid: number): boolean {
  return Number.isInteger(pid) && pid > 0 && pid !== process.pid && isRunning(pid);
}

/**
 * The folder may come with an untrusted repository: a link in it would redirect what we write, and a pipe would have us
 * wait for somebody who reads it.
 */
function refuseWhatIsNotOurs(folder: string): void {
  const there = lstatSync(folder, { throwIfNoEntry: false });
  if (there === undefined) return;
  const isLink = there.isSymbolicLink() || !there.isDirectory();
  const inside = isLink
    ? undefined
    : readdirSync(folder, { withFileTypes: true }).find((one) => !one.isFile() && !one.isDirectory());
  if (!isLink && inside === undefined) return;
  throw new InputError(`${inside ? join(folder, inside.name) : folder} is not what synth left there; delete it`);
}
