import { join } from 'node:path';
import type { Command } from 'commander';
import { packageRoot } from '../formats/package-root';
import { packageVersion } from '../formats/package-version';
import { serve } from '../mcp';
import type { Io } from './io';

export function configure(command: Command, io: Io, run: (action: () => Promise<number>) => void): void {
  command.addHelpText(
    'after',
    `
An assistant starts this command, as docs/guide/editor.md shows. Its tools are lint, explain_rule, plan, simulate and
explain. They read files below the current folder only, write none, and open no connection.

Exit code: 0 when the assistant closes standard input.`,
  );
  run(async () => {
    await serve({
      input: io.stdin,
      output: process.stdout,
      version: packageVersion(),
      folder: io.cwd,
      program: join(packageRoot(), 'lib/cli/main.js'),
    });
    return 0;
  });
}
