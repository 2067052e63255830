import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../formats/package-root';
import { Identity } from './identity';
import { PRIVATE } from './output';

/** What was rendered of a unit: of which inputs, into which files, and what it thereby has. */
export interface CachedUnit {
  readonly inputs: string;
  /** With the stamp that a file had when it was found to be as it should. */
  readonly files: readonly (readonly [path: string, sha256: string, stamp?: string])[];
  readonly identities: readonly Identity[];
  /** As it stands in the cache: what has not changed is written as it was read. */
  readonly line?: string;
}

/**
 * What changes when somebody writes to a file: as Git does, a file with the same stamp is not read again. Undefined where
 * there is no file.
 */
export function stampOf(out: string, path: string): string | undefined {
  const there = lstatSync(join(out, path), { throwIfNoEntry: false, bigint: true });
  return there?.isFile() ? `${there.size} ${there.mtimeNs} ${there.ino}` : undefined;
}

/**
 * What decides the output beside the specs: every byte of this tool, and the versions of the libraries that render.
 */
export function toolFingerprint(): string {
  const root = packageRoot();
  const hash = createHash('sha256').update(readFileSync(join(root, 'lib/spec/build.sha256'), 'utf8'));
  for (const library of ['cdk8s', 'cdk8s-plus-27', 'constructs', 'yaml']) {
    hash.update(`${library} ${versionOf(library)}\n`);
  }
  return hash.digest('hex');
}

export function readCache(out: string, tool: string): Map<string, CachedUnit> {
  const path = join(out, PRIVATE, 'cache');
  if (!existsSync(path)) return new Map();
  try {
    const [made, ...lines] = readFileSync(path, 'utf8').split('\n');
    if (made !== tool) return new Map();
    return new Map(
      lines.map((line) => {
        const [key, unit] = JSON.parse(line) as [string, CachedUnit];
        return [key, { ...unit, line }];
      }),
    );
  } catch {
    // Cut off while it was written, or not ours: everything is rendered anew.
    return new Map();
  }
}

/** The manifests are in place by now: that the next run is slower is no failure of this one. */
export function writeCache(out: string, tool: string, units: ReadonlyMap<string, CachedUnit>): void {
  const path = join(out, PRIVATE, 'cache');
  const lines = [...units].map(([key, { inputs, files, identities, line }]) => {
    const stamped = () => files.map(([file, sum, stamp]) => [file, sum, stamp ?? stampOf(out, file)] as const);
    return line ?? JSON.stringify([key, { inputs, files: stamped(), identities }]);
  });
  try {
    writeFileSync(`${path}.new`, [tool, ...lines].join('\n'));
    renameSync(`${path}.new`, path);
  } catch {
    rmSync(`${path}.new`, { force: true });
  }
}

function versionOf(library: string): string {
  const file = require.resolve(`${library}/package.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
