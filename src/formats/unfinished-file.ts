import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRunning } from './running-process';

/** The process that writes it is part of the name. */
const NAME = /^\.cdk8s-canary-(\d+)-[0-9a-f]{16}\.tmp$/;

/**
 * Milliseconds. A younger file may belong to a process that cannot be seen from here: of another machine or container that
 * has the same folder.
 */
const OLD = 60_000;

/** The folders that this process has looked into. */
const cleared = new Set<string>();

/**
 * A new name beside a file, for its text until it is whole and takes the place of the file. Removes what earlier processes
 * left under such names when they were killed.
 */
export function unfinishedBeside(target: string): string {
  const folder = dirname(target);
  if (!cleared.has(folder)) {
    cleared.add(folder);
    removeLeftovers(folder);
  }
  return join(folder, `.cdk8s-canary-${process.pid}-${randomBytes(8).toString('hex')}.tmp`);
}

function removeLeftovers(folder: string): void {
  try {
    for (const name of readdirSync(folder)) {
      const writer = NAME.exec(name)?.[1];
      if (writer === undefined || isRunning(Number(writer))) continue;
      const path = join(folder, name);
      const stats = lstatSync(path);
      if (stats.isFile() && Date.now() - stats.mtimeMs > OLD) rmSync(path, { force: true });
    }
  } catch {
    // They are in nobody's way: what is to be written is written without this, too.
  }
}
