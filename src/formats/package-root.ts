import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

let root: string | undefined;

/** The folder of this package, whether it runs from its sources, as it was compiled, or as it was bundled. */
export function packageRoot(): string {
  if (root === undefined) {
    root = __dirname;
    // If another program bundles the code, there may be no package.
    while (!existsSync(join(root, 'package.json')) && dirname(root) !== root) root = dirname(root);
  }
  return root;
}
