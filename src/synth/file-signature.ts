import { lstatSync, statSync, type Stats } from 'node:fs';

/**
 * How old, in milliseconds, a file must be before its signature says that nobody has written to it since: some file systems
 * count in steps of two seconds, and what is written twice in one step has one signature.
 */
const SETTLED = 2000;

/**
 * What changes when somebody writes to a file: as Git does, a file with the same signature is not read again. The time of the
 * last change to it is part of it, which no tool can set back. Undefined where there is no file.
 */
export function signatureOf(path: string): string | undefined {
  const there = lstatSync(path, { throwIfNoEntry: false });
  return there?.isFile() ? signature(there) : undefined;
}

/** The signature of a file that others write to, or of what a link leads to; undefined also while it is too new to be believed. */
export function settledSignatureOf(path: string): string | undefined {
  const now = Date.now();
  const there = statSync(path, { throwIfNoEntry: false });
  return there?.isFile() && now - there.ctimeMs > SETTLED ? signature(there) : undefined;
}

const signature = ({ size, mtimeMs, ctimeMs, ino }: Stats) => `${size} ${mtimeMs} ${ctimeMs} ${ino}`;
