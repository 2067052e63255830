import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../spec/package-root';
import type { Io } from './io';

interface SchemaFlags {
  readonly overlay?: boolean;
}

/** Prints the JSON Schema of spec files. */
export function configure(
  command: Command,
  io: Io,
  run: (action: (flags: SchemaFlags) => Promise<number>) => void,
): void {
  command.option('--overlay', 'the schema of overlays and defaults, in which nothing is required');
  run(async ({ overlay }) => {
    const name = overlay ? 'canary-overlay' : 'canary-app';
    io.out(readFileSync(join(packageRoot(), `lib/spec/${name}.schema.json`), 'utf8'));
    return 0;
  });
}
