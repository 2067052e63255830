import { type Loaded, Loader, readManifestFile, type Unreadable } from '../graph';

/** Files that a thread reads at a time. */
export const BATCH = 50;

/** Some files that were read. */
export interface Batch {
  readonly batch: number;
  readonly loaded: Loaded;
  readonly failed: readonly Unreadable[];
}

/**
 * Reads batches of files until none is left.
 *
 * @param next gives the number of a batch that no thread has begun
 */
export function readBatches(files: readonly string[], cwd: string, next: () => number): Batch[] {
  const all: Batch[] = [];
  for (let batch = next(); batch * BATCH < files.length; batch = next()) {
    const loader = new Loader();
    const failed: Unreadable[] = [];
    for (const name of files.slice(batch * BATCH, (batch + 1) * BATCH)) {
      try {
        loader.add(readManifestFile(name, cwd));
      } catch (error) {
        failed.push({ name, message: (error as Error).message });
      }
    }
    all.push({ batch, loaded: loader.loaded, failed });
  }
  return all;
}
