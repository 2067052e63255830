// Builds the package before it is packed where it has not been built: in a clone, as a pre-commit hook is installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (!existsSync('lib/cli/main.js') || !existsSync('.jsii')) {
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 2, 2] });
  process.exit(status ?? 1);
}
