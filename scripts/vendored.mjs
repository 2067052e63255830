// Libraries that the package brings along, each as one file below lib/vendor. As bundled dependencies they would come with
// their sources, declarations and change logs, which are a third of the package.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, relative } from 'node:path';
import { build } from 'esbuild';
import { noteLibraries } from './notices.mjs';
import { reachableFiles } from './reachable.mjs';

/** Those that lib/src requires: `useVendored` fails if these are not all. */
const NAMES = ['@prometheus-io/lezer-promql', 'ajv', 'fast-glob', 'fastest-levenshtein', 'picocolors', 're2js'];

/** A library's file, from the root of the package. */
export const vendoredFile = (name) => `lib/vendor/${name.replace(/^@/, '').replace('/', '-')}.js`;

/** Those of the libraries that the command line loads only when it needs them. */
export const LOADED_LATE = ['ajv', 'fast-glob', 're2js'];

/** Writes lib/vendor. */
export async function writeVendored() {
  rmSync('lib/vendor', { recursive: true, force: true });
  mkdirSync('lib/vendor', { recursive: true });
  for (const name of NAMES) {
    const { outputFiles, metafile } = await build({
      metafile: true,
      stdin: { contents: `module.exports = require(${JSON.stringify(name)});`, resolveDir: '.' },
      bundle: true,
      write: false,
      minify: true,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
      legalComments: 'none',
      logLevel: 'warning',
    });
    noteLibraries(metafile);
    writeFileSync(vendoredFile(name), outputFiles[0].text);
  }
}

/** Makes the compiled library require the files of lib/vendor. Throws Error where it requires another library. */
export function useVendored() {
  const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const given = new Set([...Object.keys(peerDependencies), ...builtinModules]);
  const found = new Set();
  for (const file of reachableFiles()) {
    if (!file.startsWith('lib/src/') || !file.endsWith('.js')) continue;
    const text = readFileSync(file, 'utf8');
    const changed = text.replace(/\brequire\(["']([^."'$][^"'$]*)["']\)/g, (call, name) => {
      if (given.has(name) || name.startsWith('node:')) return call;
      if (!NAMES.includes(name)) throw new Error(`${file} requires ${name}: add it to scripts/vendored.mjs`);
      found.add(name);
      return `require(${JSON.stringify(relative(dirname(file), vendoredFile(name)))})`;
    });
    if (changed !== text) writeFileSync(file, changed);
  }
  const unused = NAMES.filter((name) => !found.has(name));
  if (unused.length > 0) throw new Error(`nothing requires ${unused.join(', ')}: remove it from scripts/vendored.mjs`);
}
