// Bundles the command line into few files: what every run needs (lib/cli/main.js), `synth` (lib/cli/synth.js), the constructs
// (lib/cli/constructs.js, separate because a run that renders nothing does not need them), the library of the language
// server protocol (lib/cli/protocol.js), and all other commands (lib/cli/program.js). Finding, reading and compiling some four hundred small files takes as long as loading cdk8s.
// Modules are evaluated when they are first used, in the original order.
// The library (lib/src) does not change. The two share only cdk8s, which is in no bundle.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { bundleDesign } from './bundle-design.mjs';

const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
/**
 * Dependencies of the library that every run of the command line needs, too. The others are loaded from node_modules when
 * they are needed. What only the command line uses is a development dependency, and is bundled whole.
 */
const BUNDLED = [
  'picocolors',
  'fastest-levenshtein',
  '@lezer/common',
  '@lezer/highlight',
  '@lezer/lr',
  '@prometheus-io/lezer-promql',
];
const common = {
  bundle: true,
  write: false,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Code that is compiled separately has no loader for dynamic imports; all dependencies can be required.
  supported: { 'dynamic-import': false },
  tsconfig: 'tsconfig.jsii.json',
  // Comments and spaces are a third of the files. Names stay, so that the trace of a defect can be read.
  minifyWhitespace: true,
  lineLimit: 120,
  logLevel: 'warning',
  external: Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !BUNDLED.includes(name)),
};

/** The modules that each file exports, by name. */
const parts = {
  synth: new Map([['worker', resolve('src/synth/worker.ts')]]),
  constructs: new Map(),
  protocol: new Map(),
  program: new Map(),
};
const LOADER = JSON.stringify(resolve('src/cli/program.ts'));
const load = (file, part) =>
  `module.exports = require(${LOADER}).partOf(${JSON.stringify(file)}, ${JSON.stringify(part)});`;

/**
 * Where the files are cut: a command is not part of the one that lists it, nor is what `synth` needs only when it renders
 * or lints part of that one.
 */
const cuts = {
  name: 'cuts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\.?\// }, ({ kind, path, importer, resolveDir }) => {
      const isCommand = kind === 'dynamic-import' && importer.endsWith('/cli/commands.ts');
      const isLinter =
        kind === 'dynamic-import' &&
        importer.endsWith('/cli/synth.ts') &&
        ['./lint-manifests', './versions'].includes(path);
      const isConstructs = kind === 'require-call' && importer.endsWith('/canaryfile/render.ts');
      const isProtocol = path === './protocol' && resolveDir === resolve('src/lsp');
      if (!isCommand && !isLinter && !isConstructs && !isProtocol) return undefined;
      const module = resolve(resolveDir, `${path.replace(/\.js$/, '')}.ts`);
      const part = path.replace(/^.*\/|\.js$/g, '');
      const file = isConstructs ? 'constructs' : isProtocol ? 'protocol' : part === 'synth' ? 'synth' : 'program';
      parts[file].set(part, module);
      return { path: `${file}/${part}`, namespace: 'part' };
    });
    onLoad({ filter: /.*/, namespace: 'part' }, ({ path }) => ({
      contents: load(...path.split('/')),
      resolveDir: '.',
    }));
  },
};

const main = { ...common, plugins: [cuts], entryPoints: ['src/cli/main.ts'] };
const cut = (file) => ({ ...contents(file), plugins: [cuts] });

rmSync('lib/cli', { recursive: true, force: true });
mkdirSync('lib/cli', { recursive: true });
// The first time to learn of the parts.
await build({ ...main, define: { HASHES: '{}' } });
await build({ ...cut('synth'), define: { HASHES: '{}' } });
await build({ ...cut('program'), define: { HASHES: '{}' } });
const hashes = {};
hashes.protocol = await put('protocol', contents('protocol'));
hashes.constructs = await put('constructs', contents('constructs'));
hashes.program = await put('program', cut('program'));
hashes.synth = await put('synth', cut('synth'));
await put('main', main, { mode: 0o755 });
await put('worker', { ...common, stdin: { contents: load('synth', 'worker'), resolveDir: '.' } });
await bundleDesign();

function contents(file) {
  const entries = [...parts[file]].map(
    ([part, module]) => `${JSON.stringify(part)}: () => require(${JSON.stringify(module)}),`,
  );
  const text = `module.exports = {\n${entries.join('\n')}\n};\n`;
  return { ...common, stdin: { contents: text, resolveDir: '.', sourcefile: `${file}.js` } };
}

/** Writes a file, and gives a hash of what is in it. */
async function put(name, options, mode) {
  const { outputFiles } = await build({ ...options, define: { HASHES: JSON.stringify(hashes) } });
  // What is left beyond ASCII stands in comments and regular expressions, and means the same when it is escaped.
  const text = outputFiles[0].text.replace(
    /[^\x00-\x7f]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  writeFileSync(`lib/cli/${name}.js`, text, mode);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
