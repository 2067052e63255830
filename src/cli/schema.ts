import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../spec/package-root';
import type { Io } from './io';

interface SchemaFlags {
  readonly overlay?: boolean;
  readonly profile?: boolean;
}

/** Prints the JSON Schema of spec files and of traffic profiles. */
export function configure(
  command: Command,
  io: Io,
  run: (action: (flags: SchemaFlags) => Promise<number>) => void,
): void {
  command.option('--overlay', 'the schema of overlays and defaults, in which nothing is required');
  command.option('--profile', 'the schema of traffic profiles, which simulate reads');
  run(async ({ overlay, profile }) => {
    if (profile) {
      const { DEFAULT_PROFILE, profileSchema } = await import('../simulate');
      io.out(`${JSON.stringify(profileSchema(DEFAULT_PROFILE), null, 2)}\n`);
      return 0;
    }
    const name = overlay ? 'canary-overlay' : 'canary-app';
    io.out(readFileSync(join(packageRoot(), `lib/spec/${name}.schema.json`), 'utf8'));
    return 0;
  });
}
