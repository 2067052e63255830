import { Command } from 'commander';
import { type Io, readStdin } from './io';

/** Runs as a KRM function, which kustomize and kpt call. */
export function configure(command: Command, io: Io, run: (action: () => Promise<number>) => void): void {
  command.addHelpText(
    'after',
    `
Reads a ResourceList from standard input and writes one: each CanaryApp is replaced by its manifests. Problems are listed
in its results and on standard error; the exit code is 1 then.

  kustomize build --enable-alpha-plugins --enable-exec overlays/production`,
  );
  run(async () => {
    const { runFunction } = await import('../synth/krm');
    const { text, problems } = runFunction(await readStdin(io));
    io.out(text);
    // kustomize shows what a function writes to standard error, and not the results.
    for (const problem of problems) io.err(`${problem}\n`);
    return problems.length > 0 ? 1 : 0;
  });
}
