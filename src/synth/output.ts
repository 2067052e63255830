import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { display } from '../canaryfile/display-path';
import { entryAt } from '../formats/file-signature';
import { InputError } from '../formats/input-error';
import type { Shard } from '../formats/shard';
import { readTextFile } from '../formats/text-file';

/**
 * The output folder. A link to it is followed once, here, so that it cannot lead elsewhere while files are written.
 *
 * @throws InputError if it is no folder.
 */
export function outputFolder(out: string): string {
  let path = resolve(out);
  try {
    path = realpathSync(path);
  } catch {
    return path; // Not there yet.
  }
  if (statSync(path).isDirectory()) return path;
  throw new InputError(`${display(path)} is no folder; give a folder to write manifests to`);
}

/** The list of the files that synth wrote, in the format of `sha256sum`: kept in Git with them. */
export const SUMS = '.cdk8s-canary.sums';
/** The lists of shards: each machine writes its own, so that the outputs of all can be copied into one folder. */
const SHARD_SUMS = /^\.cdk8s-canary\.sums\.\d+-of-\d+$/;
/** Local state: the cache, staged files, the lock. */
export const PRIVATE = '.cdk8s-canary';

/** The spec that a file was made of. */
export interface Owner {
  /** The path of the spec file (with the layout `folder`: of its folder) from the output folder, with '/'. */
  readonly spec: string;
  /** The name that decides the shard. */
  readonly name: string;
  readonly environment?: string;
}

/** The record of a file that synth wrote. */
export interface WrittenFile {
  readonly sha256: string;
  /** Other checksums that are recorded for it: by shards of another count. */
  readonly others?: readonly string[];
  /** Undefined in lists of earlier releases. */
  readonly owner?: Owner;
}

/** Files by their path from the output folder. */
export type Sums = ReadonlyMap<string, WrittenFile>;

/** A file that was rendered. */
export interface RenderedFile {
  readonly path: string;
  readonly sha256: string;
  /** Where it waits to be moved into place, from the output folder. Undefined if nothing is to be written. */
  readonly staged?: string;
  /** Its text. Undefined if it is staged as a file. */
  readonly text?: string;
  /** The codes of the rules whose findings its apps accept. Undefined for none. */
  readonly accepted?: readonly string[];
}

/** A file that was rendered and waits to be moved into place. */
export type StagedFile = RenderedFile & { readonly staged: string };

export function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The name of the list of a shard; of a whole run without one. */
export const sumsFile = (shard?: Shard) => (shard === undefined ? SUMS : `${SUMS}.${shard.index}-of-${shard.count}`);

/** The lists that shards left. */
export function shardSums(out: string): string[] {
  return existsSync(out)
    ? readdirSync(out)
        .filter((name) => SHARD_SUMS.test(name))
        .sort()
    : [];
}

/** The files that earlier runs left. */
export function readSums(out: string): Map<string, WrittenFile> {
  const sums = new Map<string, WrittenFile>();
  for (const name of [SUMS, ...shardSums(out)]) {
    for (const [path, file] of readList(join(out, name))) {
      const before = sums.get(path);
      const others = before && [before.sha256, ...(before.others ?? [])].filter((sum) => sum !== file.sha256);
      sums.set(path, others && others.length > 0 ? { ...file, others } : file);
    }
  }
  return sums;
}

/** Lines of `sha256sum`, each below a comment that tells the owner: `# <environment> <name> <spec>`. */
function readList(file: string): [string, WrittenFile][] {
  if (!existsSync(file)) return [];
  let owner: Owner | undefined;
  const files: [string, WrittenFile][] = [];
  for (const [i, line] of listText(file).split('\n').entries()) {
    if (line === '') continue;
    const [, environment, name, spec] = /^# (\S+) (\S+) (.+)$/.exec(line) ?? [];
    if (spec !== undefined) {
      owner = { spec, name, ...(environment === '-' ? {} : { environment }) };
      continue;
    }
    const [, sum, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (path === undefined || !isInside(path)) {
      throw new InputError(`${file}:${i + 1}: this is no line of a list of checksums; restore the file, or delete it`);
    }
    files.push([path, { sha256: sum, owner }]);
  }
  return files;
}

/** A list of a million files has about this many bytes. */
const LARGEST_LIST = 1024 ** 3;

function listText(file: string): string {
  try {
    return readTextFile(file, LARGEST_LIST);
  } catch (error) {
    throw new InputError(`${file}: ${(error as Error).message}; restore the file, or delete it`);
  }
}

export function writeSums(sums: Sums): string {
  let heading: string | undefined;
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, { sha256: sum, owner }]) => {
      const own = owner && `# ${owner.environment ?? '-'} ${owner.name} ${owner.spec}\n`;
      const lead = own === heading ? '' : (own ?? '');
      heading = own;
      return `${lead}${sum}  ${path}\n`;
    })
    .join('');
}

/** Whether a path stays in the folder that it starts from, and can stand in a list of lines. */
export function isInside(path: string): boolean {
  const parts = path.split('/');
  return (
    path !== '' &&
    !/[\\\u0000-\u001f]/.test(path) &&
    // File systems that fold case would take .GIT for .git.
    parts.every((part) => !['', '.', '..', '.git'].includes(part.toLowerCase())) &&
    parts[0] !== PRIVATE
  );
}

/** The text of a file that is there, and that is no link to another. */
export function currentText(out: string, path: string): string | undefined {
  const file = join(out, path);
  return entryAt(file)?.isFile() ? readFileSync(file, 'utf8') : undefined;
}

/** A link in the path would lead out of the folder, and a file in place of a folder would stop the run half-way. */
export function refuseObstacles(out: string, files: readonly string[], deletes: readonly string[]): void {
  const folders = new Set<string>();
  for (const path of [...files, ...deletes]) for (let at = dirname(path); at !== '.'; at = dirname(at)) folders.add(at);
  const find = (path: string) => entryAt(join(out, path));
  for (const path of [...folders, ...files]) {
    if (find(path)?.isSymbolicLink()) {
      throw new InputError(`${join(out, path)} is a symbolic link; what is rendered stays in ${out}`);
    }
  }
  for (const folder of folders) {
    if (find(folder)?.isFile() && !deletes.includes(folder)) {
      throw new InputError(`${join(out, folder)} is a file, where a folder is needed; move it away`);
    }
  }
  for (const path of [...files, ...deletes]) {
    if (find(path)?.isDirectory())
      throw new InputError(`${join(out, path)} is a folder, where a file is needed; move it away`);
  }
}
