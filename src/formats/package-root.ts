import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

let root: string | undefined;

/** The folder of this package, whether it runs from its sources, as it was compiled, or as it was bundled. */
export function packageRoot(): string {
  if (root === undefined) {
    root = __dirname;
    // Taken out of its package by another program's bundler, it may be in none.
    while (!existsSync(join(root, 'package.json')) && dirname(root) !== root) root = dirname(root);
  }
  return root;
}
