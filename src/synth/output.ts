import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The list of the files that are ours, in the format of `sha256sum`: kept in Git with them. */
export const SUMS = '.cdk8s-canary.sums';
/** What stays on this machine: the cache, files under way, the lock. */
export const PRIVATE = '.cdk8s-canary';

/** Files by their path from the output folder, with the SHA-256 of each. */
export type Sums = ReadonlyMap<string, string>;

/** A file that was rendered and waits to be moved into place. */
export interface StagedFile {
  readonly path: string;
  readonly sha256: string;
  /** Where it waits, from the output folder. */
  readonly staged: string;
}

export function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The files that an earlier run left. */
export function readSums(out: string): Map<string, string> {
  const file = join(out, SUMS);
  if (!existsSync(file)) return new Map();
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return new Map(
    lines.map((line, i) => {
      const [, sum, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
      if (path === undefined || !isInside(path)) {
        throw new Error(`${file}:${i + 1}: this is no line of a list of checksums; restore the file, or delete it`);
      }
      return [path, sum];
    }),
  );
}

export function writeSums(sums: Sums): string {
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, sum]) => `${sum}  ${path}\n`)
    .join('');
}

/** Whether a path stays in the folder that it starts from, and can stand in a list of lines. */
export function isInside(path: string): boolean {
  const parts = path.split('/');
  return (
    path !== '' &&
    !/[\\\u0000-\u001f]/.test(path) &&
    parts.every((part) => !['', '.', '..'].includes(part)) &&
    parts[0] !== PRIVATE
  );
}

/** The text of a file that is there, and that is no link to another. */
export function currentText(out: string, path: string): string | undefined {
  const file = join(out, path);
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8') : undefined;
}

/** A link on the way would lead out of the folder, and a file where a folder must be would stop us half-way. */
export function refuseObstacles(out: string, files: readonly string[], deletes: readonly string[]): void {
  const folders = new Set<string>();
  for (const path of [...files, ...deletes]) for (let at = dirname(path); at !== '.'; at = dirname(at)) folders.add(at);
  const find = (path: string) => lstatSync(join(out, path), { throwIfNoEntry: false });
  for (const path of [...folders, ...files]) {
    if (find(path)?.isSymbolicLink()) {
      throw new Error(`${join(out, path)} is a symbolic link; what is rendered stays in ${out}`);
    }
  }
  for (const folder of folders) {
    if (find(folder)?.isFile() && !deletes.includes(folder)) {
      throw new Error(`${join(out, folder)} is a file, where a folder is needed; move it away`);
    }
  }
  for (const path of [...files, ...deletes]) {
    if (find(path)?.isDirectory())
      throw new Error(`${join(out, path)} is a folder, where a file is needed; move it away`);
  }
}
