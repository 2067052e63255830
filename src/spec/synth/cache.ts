import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root';
import { PRIVATE } from './output';

/** What was rendered of a unit: of which inputs, into which files. */
export interface CachedUnit {
  readonly inputs: string;
  readonly files: readonly (readonly [path: string, sha256: string])[];
}

interface Cache {
  readonly tool: string;
  readonly units: { readonly [key: string]: CachedUnit };
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
    const cache = JSON.parse(readFileSync(path, 'utf8')) as Cache;
    return cache.tool === tool ? new Map(Object.entries(cache.units)) : new Map();
  } catch {
    // Cut off while it was written, or not ours: everything is rendered anew.
    return new Map();
  }
}

/** The manifests are in place by now: that the next run is slower is no failure of this one. */
export function writeCache(out: string, tool: string, units: ReadonlyMap<string, CachedUnit>): void {
  const path = join(out, PRIVATE, 'cache');
  const cache: Cache = { tool, units: Object.fromEntries(units) };
  try {
    writeFileSync(`${path}.new`, JSON.stringify(cache));
    renameSync(`${path}.new`, path);
  } catch {
    rmSync(`${path}.new`, { force: true });
  }
}

function versionOf(library: string): string {
  const file = require.resolve(`${library}/package.json`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
