import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Command } from 'commander';
import { packageRoot } from '../formats/package-root';
import type { Io } from './io';

const SCHEMAS = {
  app: 'canary-app',
  overlay: 'canary-overlay',
  defaults: 'canary-defaults',
  lint: 'lint-config',
  profile: 'traffic-profile',
  scenarios: 'scenarios',
} as const;

/** Prints the JSON Schema of a file, for editors. */
export function configure(
  command: Command,
  io: Io,
  run: (action: (of: keyof typeof SCHEMAS) => Promise<number>) => void,
): void {
  command
    .addArgument(
      new Argument(
        '[of]',
        'a spec that says all itself; an overlay, or a spec that relies on defaults; defaults; the configuration of lint; a traffic profile; scenarios',
      )
        .choices(Object.keys(SCHEMAS))
        .default('app'),
    )
    .addHelpText(
      'after',
      `
The first line of a file says which it has; the schemas are in the package too, at lib/spec/<name>.schema.json:

  # yaml-language-server: $schema=https://unpkg.com/cdk8s-canary/lib/spec/canary-app.schema.json
  cdk8s-canary schema defaults > canary-defaults.schema.json`,
    );
  run(async (of) => {
    io.out(readFileSync(join(packageRoot(), `lib/spec/${SCHEMAS[of]}.schema.json`), 'utf8'));
    return 0;
  });
}
