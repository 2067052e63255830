// Which compiled modules the library needs: those that lib/src/index.js requires, at once or later, with their types.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** The files below lib/ that a user of the library can load, from the root of the package. */
export function reachableFiles(root = '.') {
  const found = new Set();
  const visit = (file) => {
    if (found.has(file)) return;
    found.add(file);
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, name] of text.matchAll(/(?:require\(|import\(|from )["'](\.{1,2}\/[^"']+)["']/g)) {
      const base = relative(root, join(root, dirname(file), name));
      const endings = file.endsWith('.d.ts') ? ['.d.ts', '/index.d.ts'] : ['', '.js', '/index.js', '.json'];
      const target = endings.map((ending) => base + ending).find((one) => isFile(join(root, one)));
      if (target !== undefined) visit(target);
    }
  };
  visit('lib/src/index.js');
  visit('lib/src/index.d.ts');
  return found;
}

const isFile = (path) => existsSync(path) && /\.(js|json|d\.ts)$/.test(path);
