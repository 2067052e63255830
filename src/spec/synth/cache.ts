import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../formats/package-root';
import { PRIVATE } from './output';
import type { SourceFact } from './sources';

/** What was rendered of a unit: of which inputs, into which files, and what it thereby has. */
export interface CachedUnit {
  readonly inputs: string;
  /** A line for each: its path, its SHA-256, and the stamp that it had when it was found to be as it should; tabs between. */
  readonly files: string;
  /** A line for each. */
  readonly identities: string;
  /** As it stands in the cache: what has not changed is written as it was read. */
  readonly line?: string;
}

/** What a run leaves for the next one. */
export interface Cache {
  readonly units: ReadonlyMap<string, CachedUnit>;
  /** Files that specs are made of. */
  readonly sources: ReadonlyMap<string, SourceFact>;
}

export const NO_CACHE: Cache = { units: new Map(), sources: new Map() };

/**
 * What decides the output beside the specs: every byte of this tool, and the versions of the libraries that render.
 */
export function toolFingerprint(): string {
  const root = packageRoot();
  const hash = createHash('sha256').update(readFileSync(join(root, 'lib/spec/build.sha256'), 'utf8'));
  for (const library of ['cdk8s', 'cdk8s-plus-27', 'constructs']) {
    hash.update(`${library} ${versionOf(library)}\n`);
  }
  return hash.digest('hex');
}

export function readCache(out: string, tool: string): Cache {
  const path = join(out, PRIVATE, 'cache');
  if (!existsSync(path)) return NO_CACHE;
  try {
    const [made, ...lines] = readFileSync(path, 'utf8').split('\n');
    if (made !== tool) return NO_CACHE;
    const end = lines.indexOf('');
    if (end < 0) return NO_CACHE;
    const units = new Map<string, CachedUnit>();
    for (const line of lines.slice(0, end)) {
      const [key, inputs, files, identities] = JSON.parse(line) as string[];
      units.set(key, { inputs, files, identities, line });
    }
    const sources = new Map<string, SourceFact>();
    for (const line of lines.slice(end + 1)) {
      const [file, stamp, sum, hasBase] = JSON.parse(line) as [string, string, string, boolean];
      sources.set(file, { stamp, sha256: sum, hasBase });
    }
    return { units, sources };
  } catch {
    // Cut off while it was written, or not ours: everything is rendered anew.
    return NO_CACHE;
  }
}

/** The manifests are in place by now: that the next run is slower is no failure of this one. */
export function writeCache(out: string, tool: string, { units, sources }: Cache): void {
  const lines = [tool];
  for (const [key, { inputs, files, identities, line }] of units) {
    lines.push(line ?? JSON.stringify([key, inputs, files, identities]));
  }
  lines.push('');
  for (const [file, { stamp, sha256: sum, hasBase }] of sources) {
    if (stamp !== undefined) lines.push(JSON.stringify([file, stamp, sum, hasBase]));
  }
  writeAside(join(out, PRIVATE, 'cache'), lines.join('\n'));
}

/** Whole, or not at all. What is only there to save time may fail to be written. */
export function writeAside(path: string, text: string): void {
  try {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
  } catch {
    rmSync(`${path}.new`, { force: true });
  }
}

function versionOf(library: string): string {
  const file = require.resolve(`${library}/package.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
