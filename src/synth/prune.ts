import { readFileSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { entryAt } from '../formats/file-signature';
import { type Shard, inShard } from '../formats/shard';
import { type Owner, type Sums, sha256 } from './output';

/** The files of earlier runs that a run may delete. */
export interface Scope {
  readonly out: string;
  /** The absolute paths that the run was given. */
  readonly paths: readonly string[];
  /** The environments that it renders; undefined stands for none. */
  readonly environments: readonly (string | undefined)[];
  readonly shard?: Shard;
  /** The owners of the rendered files, as `environment spec`: a file that such a spec no longer makes has moved. */
  readonly rendered: ReadonlySet<string>;
}

/** The files that are recorded and no longer rendered. */
export interface Pruning {
  /** To be deleted. */
  readonly deleted: readonly string[];
  /** No longer there: only the record is removed. */
  readonly gone: readonly string[];
  readonly notes: readonly string[];
  /** Why the deletion must be confirmed. Undefined if it need not be. */
  readonly question?: string;
}

/** A share of the recorded files; deleting more than this must be confirmed. */
const MOST_DELETED = 0.2;

/** The key of an owner, as `Scope.rendered` has it. */
export const ownerKey = ({ environment, spec }: Owner) => `${environment ?? ''} ${spec}`;

/**
 * Decides which recorded files are deleted: those in the scope of the run that still have the content that synth wrote.
 * Files that were changed, that belong to another part, or whose owner is unknown are kept and reported.
 *
 * @param before What is recorded.
 * @param isMade Whether this run makes a file.
 * @param confirmed Whether the user asked for the deletion (`--prune`).
 */
export function pruning(before: Sums, isMade: (path: string) => boolean, scope: Scope, confirmed: boolean): Pruning {
  const [deleted, gone, notes, vanished, ownerless]: string[][] = [[], [], [], [], []];
  for (const [path, file] of before) {
    if (isMade(path)) continue;
    const { owner } = file;
    if (owner === undefined && !confirmed && entryAt(join(scope.out, path))) {
      ownerless.push(path);
      continue;
    }
    if (owner !== undefined && !isOwned(owner, scope)) continue;
    const sum = checksum(join(scope.out, path));
    if (sum === undefined) gone.push(path);
    else if (sum !== file.sha256 && !file.others?.includes(sum)) {
      notes.push(`${path} is no longer made, but was changed after synth wrote it; it is kept: delete it by hand`);
    } else {
      deleted.push(path);
      if (owner === undefined || !scope.rendered.has(ownerKey(owner))) vanished.push(path);
    }
  }
  if (ownerless.length > 0) {
    notes.push(
      `${listed(ownerless)}: no longer made, and the list of an earlier release does not tell of which spec; kept: pass --prune to delete`,
    );
  }
  return { deleted, gone, notes, question: confirmed ? undefined : question(before, deleted, vanished) };
}

function question(before: Sums, deleted: readonly string[], vanished: readonly string[]): string | undefined {
  const all = [...before];
  const emptied = [...new Set(all.map(([, { owner }]) => owner?.environment))].filter(
    (environment) =>
      environment !== undefined &&
      vanished.length > 0 &&
      all.every(([path, { owner }]) => owner?.environment !== environment || vanished.includes(path)),
  );
  const isLarge = vanished.length > MOST_DELETED * before.size;
  if (emptied.length === 0 && !isLarge) return undefined;
  const what =
    emptied.length > 0
      ? `all files of the environment '${emptied[0]}'`
      : `${vanished.length} of ${before.size} files (${Math.round((100 * vanished.length) / before.size)} %)`;
  return `this run would delete ${what}, whose specs are gone: ${listed(deleted)}; pass --prune to delete, or --no-prune to keep them`;
}

function isOwned({ spec, name, environment }: Owner, { out, paths, environments, shard }: Scope): boolean {
  const path = resolve(out, spec);
  const isBelow = paths.some((given) => path === given || path.startsWith(given.endsWith(sep) ? given : given + sep));
  return isBelow && environments.includes(environment) && inShard(shard, name);
}

function checksum(file: string): string | undefined {
  return entryAt(file)?.isFile() ? sha256(readFileSync(file)) : undefined;
}

/** Some paths, for a message. */
export function listed(paths: readonly string[]): string {
  return paths.length > 5 ? `${paths.slice(0, 5).join(', ')} and ${paths.length - 5} more` : paths.join(', ');
}
