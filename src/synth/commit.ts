import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { entryAt } from '../formats/file-signature';
import { InputError } from '../formats/input-error';
import { readTextFile } from '../formats/text-file';
import { sealOf } from '../formats/seal';
import { PRIVATE, SUMS, StagedFile, Sums, isInside, refuseObstacles, writeSums } from './output';

/** The rendered files, and the files that they replace. */
export const STAGING = `${PRIVATE}/staging`;
const OLD = `${STAGING}/old`;
const STAGED_SUMS = `${STAGING}/sums`;
const JOURNAL = `${PRIVATE}/journal`;

/** What is to be done: by paths from the output folder. */
interface Journal {
  /** Of the folder, when it was written (`sealOf`). */
  readonly seal?: string;
  readonly moves: readonly (readonly [from: string, to: string])[];
  readonly deletes: readonly string[];
}

/**
 * Moves rendered files into place and removes those that are no longer made: all of it or nothing.
 *
 * What needs room on the disk comes first: folders, and a second name for each file that will be replaced. Then the
 * journal says what is to be done; from there on a run that is killed is finished by the next one (`recover`), and one
 * that fails is taken back.
 *
 * @param list The name of the list that the sums are written to.
 * @throws InputError if another file is in the way, or the disk refuses; nothing is changed then.
 */
export function commit(
  out: string,
  files: readonly StagedFile[],
  deletes: readonly string[],
  sums: Sums,
  list: string = SUMS,
): void {
  refuseObstacles(
    out,
    files.map(({ path }) => path),
    deletes,
  );
  const journal: Journal = {
    seal: sealOf(join(out, PRIVATE)),
    moves: [...files.map((file) => [file.staged, file.path] as const), [STAGED_SUMS, list] as const],
    deletes,
  };
  const made = makeFolders(out, journal);
  try {
    writeFileSync(join(out, STAGED_SUMS), writeSums(sums));
    keepOld(out, journal);
    writeJournal(out, journal);
  } catch (error) {
    rmSync(join(out, JOURNAL), { force: true });
    for (const folder of made) removeEmptyFolders(out, folder);
    throw error;
  }
  try {
    perform(out, journal);
  } catch (error) {
    takeBack(out, journal);
    for (const folder of made) removeEmptyFolders(out, folder);
    throw error;
  }
}

/** Whether a run was cut off while it moved files, so that the folder holds some of both. */
export function isCutOff(out: string): boolean {
  return existsSync(join(out, JOURNAL));
}

/**
 * Completes a run that was killed. A journal that was not written in this folder may come from a repository: it is
 * removed without being applied.
 */
export function recover(out: string): 'nothing' | 'finished' | 'foreign' {
  if (!isCutOff(out)) return 'nothing';
  const journal = readJournal(join(out, JOURNAL));
  if (journal.seal === undefined || journal.seal !== sealOf(join(out, PRIVATE))) {
    rmSync(join(out, JOURNAL), { force: true });
    return 'foreign';
  }
  const targets = journal.moves.map(([, to]) => to);
  refuseObstacles(out, targets, journal.deletes);
  perform(out, journal);
  return 'finished';
}

/** Bytes. */
const LARGEST_JOURNAL = 1024 ** 3;

/** The journal may be from another program, so that all of it is validated. */
function readJournal(file: string): Journal {
  const { seal, moves, deletes } = parseJournal(file);
  const sources = moves.map(([from]) => from);
  const targets = [...moves.map(([, to]) => to), ...deletes];
  const isStaged = (path: string) => path.startsWith(`${STAGING}/`) && isInside(path.slice(STAGING.length + 1));
  if (!sources.every(isStaged) || !targets.every(isInside)) {
    throw new InputError(`${file} names paths outside of the folder; delete it, and run synth again`);
  }
  return { seal, moves, deletes };
}

function parseJournal(file: string): Journal {
  try {
    const { seal, moves, deletes } = JSON.parse(readTextFile(file, LARGEST_JOURNAL)) as Journal;
    const texts = [...moves.flat(), ...deletes];
    if (moves.every((move) => move.length === 2) && texts.every((text) => typeof text === 'string')) {
      return { seal: typeof seal === 'string' ? seal : undefined, moves, deletes };
    }
  } catch {
    // It is written whole or not at all: what cannot be read was not written by us.
  }
  throw new InputError(`${file} is no journal of synth; delete it, and run synth again`);
}

function writeJournal(out: string, journal: Journal): void {
  const path = join(out, JOURNAL);
  writeFileSync(`${path}.new`, JSON.stringify(journal));
  const handle = openSync(`${path}.new`, 'r');
  fsyncSync(handle);
  closeSync(handle);
  renameSync(`${path}.new`, path);
}

/** The folders that files will be in, outermost first. Those that were not there before. */
function makeFolders(out: string, { moves, deletes }: Journal): string[] {
  const wanted = [...new Set(moves.map(([, to]) => dirname(to)))];
  const made = wanted.filter((folder) => !existsSync(join(out, folder)) && !isBlocked(folder, deletes));
  try {
    for (const folder of made) mkdirSync(join(out, folder), { recursive: true });
  } catch (error) {
    for (const folder of made) removeEmptyFolders(out, folder);
    throw error;
  }
  return made;
}

/** Where a file gives way to a folder, the folder can only be made when it has. */
const isBlocked = (folder: string, deletes: readonly string[]) =>
  deletes.some((path) => folder === path || folder.startsWith(`${path}/`));

/** A second name for each file that will be replaced or removed, by which it can be brought back. */
function keepOld(out: string, journal: Journal): void {
  mkdirSync(join(out, OLD), { recursive: true });
  for (const [i, path] of replaced(journal).entries()) {
    if (!existsSync(join(out, path))) continue;
    const kept = join(out, OLD, String(i));
    try {
      linkSync(join(out, path), kept);
    } catch (error) {
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')) {
        throw error;
      }
      copyFileSync(join(out, path), kept); // A file system without links.
    }
  }
}

const replaced = ({ moves, deletes }: Journal): readonly string[] => [...moves.map(([, to]) => to), ...deletes];

function perform(out: string, { moves, deletes }: Journal): void {
  for (const path of deletes) rmSync(join(out, path), { force: true });
  for (const folder of new Set(moves.map(([, to]) => dirname(to)))) makeFolder(out, folder);
  for (const [from, to] of moves) {
    if (existsSync(join(out, from))) renameSync(join(out, from), join(out, to));
  }
  // Last, so that what must be taken back finds its folder.
  for (const path of deletes) removeEmptyFolders(out, dirname(path));
  rmSync(join(out, JOURNAL), { force: true });
}

/**
 * Restores the previous state. New files go back to the staging folder, so that the journal is still right if this is
 * killed too.
 */
function takeBack(out: string, journal: Journal): void {
  for (const [from, to] of journal.moves) {
    if (!existsSync(join(out, from)) && existsSync(join(out, to))) renameSync(join(out, to), join(out, from));
  }
  for (const folder of journal.moves.map(([, to]) => dirname(to))) {
    if (isBlocked(folder, journal.deletes)) removeEmptyFolders(out, folder);
  }
  for (const [i, path] of replaced(journal).entries()) {
    const kept = join(out, OLD, String(i));
    if (!existsSync(kept) || existsSync(join(out, path))) continue;
    makeFolder(out, dirname(path));
    renameSync(kept, join(out, path));
  }
  rmSync(join(out, JOURNAL), { force: true });
}

function makeFolder(out: string, folder: string): void {
  if (!existsSync(join(out, folder))) mkdirSync(join(out, folder), { recursive: true });
}

function removeEmptyFolders(out: string, folder: string): void {
  for (let path = folder; path !== '.'; path = dirname(path)) {
    const absolute = join(out, path);
    const there = entryAt(absolute);
    if (there === undefined) continue;
    if (!there.isDirectory() || readdirSync(absolute).length > 0) return;
    rmdirSync(absolute);
  }
}
