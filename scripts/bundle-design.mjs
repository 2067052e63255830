// Bundles what the design page runs in the browser: the page itself, and the worker, which is the engine of the command
// line. What Node.js has and a browser has not is replaced by the files of src/design/host; the linter, which constructs
// could call and the page does not, by one of them. Kept packed: the page is put together when it is written.
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';
import { noteLibraries } from './notices.mjs';

const host = (name) => resolve('src/design/host', `${name}.ts`);
/** What stands for modules of Node.js, and for libraries that read files. */
const STAND_INS = new Map([
  ...['fs', 'path', 'crypto', 'net'].map((name) => [name, host(name)]),
  ...['child_process', 'os', 'util', 'stream', 'events', 'zlib', 'fast-glob'].map((name) => [name, host('absent')]),
]);
/** Modules of the linter that constructs import. */
const LINTER = /^\.\.?\/(?:.*\/)?lint\/(?:engine|library\/[\w-]+)$/;

const standIns = {
  name: 'stand-ins',
  setup({ onResolve }) {
    onResolve({ filter: /^(?:node:)?[a-z_-]+$/ }, ({ path }) => {
      const found = STAND_INS.get(path.replace(/^node:/, ''));
      return found && { path: found };
    });
    onResolve({ filter: LINTER }, () => ({ path: host('lint') }));
  },
};

const common = {
  bundle: true,
  write: false,
  minify: true,
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  tsconfig: 'tsconfig.jsii.json',
  logLevel: 'warning',
  plugins: [standIns],
  // The package's own files are at the root of what the page brings along.
  define: { __dirname: '"/"', global: 'globalThis' },
  inject: [host('process'), host('buffer')],
};

/** Writes both bundles below lib/cli/design. */
export async function bundleDesign() {
  mkdirSync('lib/cli/design', { recursive: true });
  for (const [name, entry] of [
    ['page', 'src/design/browser/main.ts'],
    ['worker', 'src/design/browser/worker.ts'],
  ]) {
    const { outputFiles, metafile } = await build({ ...common, metafile: true, entryPoints: [entry] });
    noteLibraries(metafile);
    // The browser reads no end of a script in it.
    const text = outputFiles[0].text.replace(/<\/(script)/gi, '<\\/$1');
    const packed = brotliCompressSync(text, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 },
    });
    writeFileSync(`lib/cli/design/${name}.js.br`, packed);
  }
}
