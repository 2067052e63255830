import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from './input-error';
import { fileErrorReason } from './text-file';

const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** The folders, each with the function that is called before it is removed. */
const folders = new Map<string, () => void>();

/** Makes an empty folder that only the user can read, below `within`. Throws InputError. @param within Default: TMPDIR */
export function makeTemporaryFolder(name: string, within = tmpdir()): string {
  try {
    return mkdtempSync(join(within, `cdk8s-canary-${name}-`));
  } catch (error) {
    throw new InputError(
      `no temporary folder can be made in ${within}: ${fileErrorReason(error)}; set TMPDIR to a folder that you can write to`,
    );
  }
}

/**
 * Creates a temporary folder. It is deleted by `remove`, and when the process ends normally or by a signal that it can
 * handle.
 *
 * @param abandon Called if the process ends before `remove`: ends what uses the folder.
 */
export function scratchFolder(
  name: string,
  abandon: () => void,
): { readonly path: string; readonly remove: () => void } {
  // Registered before the folder exists, because a signal may come at any time. It is handled when this function has
  // ended.
  if (folders.size === 0) {
    process.on('exit', removeAll);
    for (const signal of ENDING_SIGNALS) process.on(signal, onSignal);
  }
  let path: string;
  try {
    path = makeTemporaryFolder(name);
  } catch (error) {
    if (folders.size === 0) stopWatching();
    throw error;
  }
  folders.set(path, abandon);
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
      folders.delete(path);
      if (folders.size === 0) stopWatching();
    },
  };
}

function removeAll(): void {
  for (const [path, abandon] of folders) {
    abandon();
    rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  }
  folders.clear();
}

function stopWatching(): void {
  process.off('exit', removeAll);
  for (const signal of ENDING_SIGNALS) process.off(signal, onSignal);
}

function onSignal(signal: NodeJS.Signals): void {
  removeAll();
  stopWatching();
  // Without another handler, the signal has its default effect.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
