import { Command } from 'commander';

/** Prints the JSON Schema of spec files. */
export function registerSchema(program: Command): Command {
  return program
    .command('schema')
    .description('print the JSON Schema of a spec file, for editors')
    .option('--overlay', 'the schema of overlays and defaults, in which nothing is required')
    .action(async ({ overlay }: { overlay?: boolean }) => {
      const { readFileSync } = await import('node:fs');
      const { join } = await import('node:path');
      const { packageRoot } = await import('../spec/package-root.js');
      const name = overlay ? 'canary-overlay' : 'canary-app';
      process.stdout.write(readFileSync(join(packageRoot(), `lib/spec/${name}.schema.json`), 'utf8'));
    });
}
