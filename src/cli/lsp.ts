import type { Command } from 'commander';
import { packageVersion } from '../formats/package-version';
import { serve } from '../lsp';
import type { Io } from './io';
import { lintSettings } from './lint-settings';

export function configure(command: Command, io: Io, run: (action: () => Promise<number>) => void): void {
  command.option('--stdio', 'use standard input and output, which is the only way and the default').addHelpText(
    'after',
    `
An editor starts this command; see docs/guide/editor.md for its settings. The settings of the linter are those of
.cdk8s-canary.yaml in each folder of the workspace. The server starts no other program and writes no file.

Exit codes: 0 the editor ended the session, 1 it went away without doing so.`,
  );
  run(() =>
    serve({
      input: io.stdin,
      // The protocol counts bytes, so nothing may be changed on the way.
      output: process.stdout,
      version: packageVersion(),
      settings: (root) => lintSettings({}, root).options,
    }),
  );
}
