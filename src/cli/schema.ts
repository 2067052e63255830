import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Command } from 'commander';
import { packageRoot } from '../formats/package-root';
import type { Io } from './io';
import { formatOption, outputOption } from './options';
import { type OutputFlags, write } from './output';

const SCHEMAS = {
  app: 'canary-app',
  overlay: 'canary-overlay',
  defaults: 'canary-defaults',
  lint: 'lint-config',
  profile: 'traffic-profile',
  scenarios: 'scenarios',
} as const;

/** Prints the JSON Schema of a kind of file, for editors. */
export function configure(
  command: Command,
  io: Io,
  run: (action: (of: keyof typeof SCHEMAS, flags: OutputFlags) => Promise<number>) => void,
): void {
  command
    .addArgument(
      new Argument(
        '[kind]',
        'app: a complete canary file; overlay: an overlay, or a canary file that relies on defaults; defaults: canary.defaults.yaml; lint: the configuration of lint; profile: a traffic profile; scenarios: a scenario file',
      )
        .choices(Object.keys(SCHEMAS))
        .default('app'),
    )
    .addOption(formatOption(['json']))
    .addOption(outputOption())
    .addHelpText(
      'after',
      `
Name the schema in the first line of a file. The schemas are in the package too, at lib/spec/<name>.schema.json.

  # yaml-language-server: $schema=https://unpkg.com/cdk8s-canary/lib/spec/canary-app.schema.json
  cdk8s-canary schema defaults -o canary-defaults.schema.json`,
    );
  run(async (of, flags) => {
    write(readFileSync(join(packageRoot(), `lib/spec/${SCHEMAS[of]}.schema.json`), 'utf8'), flags, io);
    return 0;
  });
}
