import { Command } from 'commander';
import { type Io, readStdin } from './io';

/** A KRM function: what kustomize and kpt run. */
export function configure(command: Command, io: Io, run: (action: () => Promise<number>) => void): void {
  command.addHelpText(
    'after',
    `
Reads a ResourceList on standard input and writes one: each CanaryApp gives way to its manifests. What is wrong is among
its results, and on the error output; the exit code is 1 then.

  kustomize build --enable-alpha-plugins --enable-exec overlays/production`,
  );
  run(async () => {
    const { runFunction } = await import('../synth/krm');
    const { text, problems } = runFunction(await readStdin(io));
    io.out(text);
    // kustomize shows what a function says on its error output, and not the results.
    for (const problem of problems) io.err(`${problem}\n`);
    return problems.length > 0 ? 1 : 0;
  });
}
