import { lstatSync, statSync, type Stats } from 'node:fs';

/**
 * How old, in milliseconds, a file must be before its signature proves that it has not changed since: some file systems
 * count in steps of two seconds, and what is written twice in one step has one signature.
 */
const SETTLED = 2000;

/** The metadata of a path; of a link itself, not of its target. Undefined if nothing is there, or if a parent is a file. */
export function entryAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') throw error;
    return undefined;
  }
}

/**
 * The metadata that change when a file is written. As in Git, a file with the same signature is not read again. The time of the
 * last change to it is part of it, which no tool can set back. Undefined where there is no file.
 */
export function signatureOf(path: string): string | undefined {
  const there = entryAt(path);
  return there?.isFile() ? signature(there) : undefined;
}

/** The signature of a file, or of the target of a link; undefined also while the file is too new for a reliable signature. */
export function settledSignatureOf(path: string): string | undefined {
  const there = settledStatsOf(path);
  return there && signature(there);
}

/** The metadata that `settledSignatureOf` is made of. */
export function settledStatsOf(path: string): Stats | undefined {
  const now = Date.now();
  const there = statSync(path, { throwIfNoEntry: false });
  return there?.isFile() && isSettled(there, now) ? there : undefined;
}

/** Whether a file is old enough that its metadata show each later change. */
export const isSettled = ({ ctimeMs }: Pick<Stats, 'ctimeMs'>, now = Date.now()): boolean => now - ctimeMs > SETTLED;

/** The metadata that make a signature. */
export type Signed = Pick<Stats, 'size' | 'mtimeMs' | 'ctimeMs' | 'ino'>;

/** These metadata, in their order. */
export const signatureNumbers = ({
  size,
  mtimeMs,
  ctimeMs,
  ino,
}: Signed): readonly [number, number, number, number] => [size, mtimeMs, ctimeMs, ino];

/** The metadata as one text. */
export const signature = (there: Signed): string => signatureNumbers(there).join(' ');
