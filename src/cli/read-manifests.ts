import { findManifestFiles, type Graph, graphOfLoaded, Loader, readManifestFile, type Unreadable } from '../graph';
import { type Io, readStdin } from './io';

/** What the arguments of a command gave. */
export interface GivenManifests {
  readonly graph: Graph;
  readonly unreadable: readonly Unreadable[];
}

/** The name under which standard input is shown. */
export const STDIN = '<stdin>';

/** Reads files, folders, globs and `-` for standard input, with a line of progress where many take long. */
export async function readManifests(paths: readonly string[], io: Io): Promise<GivenManifests> {
  const loader = new Loader();
  const { files, unreadable } = findManifestFiles(
    paths.filter((path) => path !== '-'),
    io.cwd,
  );
  const failed = [...unreadable];
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
  return { graph: graphOfLoaded(loader.loaded), unreadable: failed };
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
