import { findManifestFiles, type Graph, graphOfLoaded, Loader, readManifestFile, type Unreadable } from '../graph';
import { printable } from '../formats/source';
import { type Io, readStdin } from './io';

/** What the arguments of a command gave. */
export interface GivenManifests {
  readonly graph: Graph;
  readonly unreadable: readonly Unreadable[];
  /** What was left out on purpose. It has been reported. */
  readonly skipped: readonly Unreadable[];
}

/** The name under which standard input is shown. */
export const STDIN = '<stdin>';

/** Reads files, folders, globs and `-` for standard input, with a line of progress where many take long. */
export async function readManifests(paths: readonly string[], io: Io): Promise<GivenManifests> {
  const loader = new Loader();
  const { files, unreadable, skipped } = findManifestFiles(
    paths.filter((path) => path !== '-'),
    io.cwd,
  );
  const failed = [...unreadable];
  reportSkipped(skipped, io);
  if (paths.includes('-')) loader.add({ name: STDIN, text: await readStdin(io) });
  const progress = progressLine(io, 'reading', files.length);
  for (const file of files) {
    progress.step();
    try {
      loader.add(readManifestFile(file, io.cwd));
    } catch (error) {
      failed.push({ name: file, message: (error as Error).message });
    }
  }
  progress.end();
  return { graph: graphOfLoaded(loader.loaded), unreadable: failed, skipped };
}

/** Says on the error output what was found and left out, so that nobody takes it for checked. */
export function reportSkipped(skipped: readonly Unreadable[], io: Io): void {
  for (const { name, message } of skipped) {
    const text = /\bskipped\b/.test(message) ? message : `skipped, ${message}`;
    io.err(`${printable(name)}: ${printable(text)}\n`);
  }
}

/** A line that is written over, at most ten times a second, and only when there is enough to do. */
export function progressLine(io: Io, what: string, total: number): { step(): void; end(): void } {
  let done = 0;
  let shown = Date.now() + 400;
  let written = false;
  return {
    step() {
      done++;
      if (!io.progress || total < 2 || Date.now() - shown < 100) return;
      shown = Date.now();
      written = true;
      io.err(`\r${what} ${done} of ${total}`);
    },
    end() {
      if (written) io.err('\r\u001b[K');
    },
  };
}
