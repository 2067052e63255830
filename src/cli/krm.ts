import { Command } from 'commander';
import { type Io, UsageError, readStdin } from './io';

/** A KRM function: what kustomize and kpt run. */
export function configure(command: Command, io: Io, run: (action: () => Promise<number>) => void): void {
  command.addHelpText(
    'after',
    `
Reads a ResourceList on standard input and writes one: each CanaryApp gives way to its manifests.

  kustomize build --enable-alpha-plugins --enable-exec overlays/production`,
  );
  run(async () => {
    const { runFunction } = await import('../spec/krm.js');
    try {
      const { text, ok } = runFunction(await readStdin(io));
      io.out(text);
      return ok ? 0 : 1;
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
  });
}
