import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
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

interface Journal {
  readonly moves: readonly (readonly [from: string, to: string])[];
  readonly deletes: readonly string[];
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

/**
 * Moves rendered files into place and removes those that are no longer made. What is to be done is written down first,
 * so that a run that is cut off is finished by the next one: see `recover`. Everything that needs room on the disk has
 * happened before.
 */
export function commit(out: string, files: readonly StagedFile[], deletes: readonly string[], sums: Sums): void {
  refuseObstacles(
    out,
    files.map(({ path }) => path),
    deletes,
  );
  const staged = join(PRIVATE, 'sums');
  writeFileSync(join(out, staged), writeSums(sums));
  const journal: Journal = {
    moves: [...files.map((file) => [file.staged, file.path] as const), [staged, SUMS] as const],
    deletes,
  };
  const path = join(out, PRIVATE, 'journal');
  writeFileSync(`${path}.new`, JSON.stringify(journal));
  const handle = openSync(`${path}.new`, 'r');
  fsyncSync(handle);
  closeSync(handle);
  renameSync(`${path}.new`, path);
  perform(out, journal);
}

/** Finishes what a run that was cut off had begun to move. Whether there was anything. */
export function recover(out: string): boolean {
  const path = join(out, PRIVATE, 'journal');
  if (!existsSync(path)) return false;
  perform(out, JSON.parse(readFileSync(path, 'utf8')) as Journal);
  return true;
}

function perform(out: string, { moves, deletes }: Journal): void {
  const targets = [...moves.map(([, to]) => to), ...deletes].filter((path) => path !== SUMS);
  if (!targets.every(isInside))
    throw new Error(`${join(out, PRIVATE, 'journal')} names paths outside of ${out}; delete it`);
  for (const path of deletes) {
    rmSync(join(out, path), { force: true });
    removeEmptyFolders(out, dirname(path));
  }
  for (const folder of new Set(moves.map(([, to]) => dirname(to)))) mkdirSync(join(out, folder), { recursive: true });
  for (const [from, to] of moves) {
    if (existsSync(join(out, from))) renameSync(join(out, from), join(out, to));
  }
  rmSync(join(out, PRIVATE, 'journal'), { force: true });
}

function removeEmptyFolders(out: string, folder: string): void {
  for (let path = folder; path !== '.'; path = dirname(path)) {
    const absolute = join(out, path);
    if (!existsSync(absolute) || readdirSync(absolute).length > 0) return;
    rmdirSync(absolute);
  }
}

/** A link on the way would lead out of the folder, and a file where a folder must be would stop us half-way. */
function refuseObstacles(out: string, files: readonly string[], deletes: readonly string[]): void {
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
  for (const file of files) {
    if (find(file)?.isDirectory())
      throw new Error(`${join(out, file)} is a folder, where a file is needed; move it away`);
  }
}

/** One run at a time in a folder. Gives what lets go of it. */
export function lock(out: string): () => void {
  const folder = join(out, PRIVATE);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '.gitignore'), '*\n');
  const path = join(folder, 'lock');
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const pid = Number(readFileSync(path, 'utf8'));
    if (pid > 0 && isAlive(pid)) throw new Error(`${out} is being written by process ${pid}; wait for it`);
    writeFileSync(path, String(process.pid));
  }
  return () => rmSync(path, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
