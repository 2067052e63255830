// Bundles the command line into few files: the loader of the others (lib/cli/main.js), what every run needs
// (lib/cli/start.js), `synth` (lib/cli/synth.js), the constructs
// (lib/cli/constructs.js, separate because a run that renders nothing does not need them), the libraries of the language
// server protocol and of the Model Context Protocol (lib/cli/protocol.js, lib/cli/assistant.js), all other commands
// (lib/cli/program.js), and the modules that two of these files need (lib/cli/common.js). Finding, reading and compiling some
// four hundred small files takes as long as loading cdk8s.
// Modules are evaluated when they are first used, in the original order.
// The library (lib/src) does not change. The two share only cdk8s, which is in no bundle.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { bundleDesign } from './bundle-design.mjs';
import { noteLibraries, writeNotices } from './notices.mjs';
import { withLateExamples } from './late-examples.mjs';
import { LOADED_LATE, vendoredFile, writeVendored } from './vendored.mjs';

const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
/** Stands for the hash of all files, which is known when they are built. */
const BUILD = '@hash-of-build@@';
const common = {
  bundle: true,
  write: false,
  metafile: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  // Code that is compiled separately has no loader for dynamic imports; all dependencies can be required.
  supported: { 'dynamic-import': false },
  tsconfig: 'tsconfig.jsii.json',
  // Comments and spaces are a third of the files. Names stay, so that the trace of a defect can be read.
  minifyWhitespace: true,
  lineLimit: 120,
  define: { BUILD: JSON.stringify(BUILD) },
  logLevel: 'warning',
  external: Object.keys(peerDependencies),
};

/** The modules that each file exports, by name. */
const parts = {
  start: new Map(),
  synth: new Map([['worker', resolve('src/synth/worker.ts')]]),
  constructs: new Map(),
  protocol: new Map(),
  assistant: new Map(),
  program: new Map([['lint-worker', resolve('src/lint-threads/worker.ts')]]),
  common: new Map(),
};
const LOADER_FILE = resolve('src/cli/program.ts');
const LOADER = JSON.stringify(LOADER_FILE);
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
      const isStart = kind === 'dynamic-import' && importer.endsWith('/cli/main.ts');
      const isCommand = kind === 'dynamic-import' && importer.endsWith('/cli/commands.ts');
      const isLinter =
        kind === 'dynamic-import' &&
        importer.endsWith('/cli/synth.ts') &&
        ['./lint-manifests', './versions'].includes(path);
      const isConstructs = kind === 'require-call' && importer.endsWith('/canaryfile/render.ts');
      const isProtocol = path === './protocol' && resolveDir === resolve('src/lsp');
      const isAssistant = path === './sdk' && resolveDir === resolve('src/mcp');
      if (!isStart && !isCommand && !isLinter && !isConstructs && !isProtocol && !isAssistant) return undefined;
      const module = resolve(resolveDir, `${path.replace(/\.js$/, '')}.ts`);
      const part = path.replace(/^.*\/|\.js$/g, '');
      const file = isStart
        ? 'start'
        : isConstructs
          ? 'constructs'
          : isProtocol
            ? 'protocol'
            : isAssistant
              ? 'assistant'
              : part === 'synth'
                ? 'synth'
                : 'program';
      parts[file].set(part, module);
      return { path: `${file}/${part}`, namespace: 'part' };
    });
    onLoad({ filter: /.*/, namespace: 'part' }, ({ path }) => ({
      contents: load(...path.split('/')),
      resolveDir: '.',
    }));
  },
};

/**
 * Leaves out the modules that other files have. Such a module imports only others of its kind, so no cycle is cut.
 *
 * @param files in which they are looked for, one after the other
 */
const sharedWith = (...files) => {
  const shared = {
    name: 'shared',
    setup(build) {
      build.onResolve({ filter: /.*/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (kind === 'entry-point' || pluginData === shared) return undefined;
        const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: shared });
        const part = relative('.', found.path);
        const file = files.find((one) => parts[one].has(part));
        // By the end of the name esbuild would take some for modules of the other system.
        return file && { path: `${file}/${part}:`, namespace: 'shared' };
      });
      build.onLoad({ filter: /.*/, namespace: 'shared' }, ({ path }) => {
        const [, file, part] = /^(\w+)\/(.*):$/.exec(path);
        return { contents: load(file, part), resolveDir: '.' };
      });
    },
  };
  return shared;
};

/** All other files use the loader of the one that was started, so that each file is loaded once. */
const oneLoader = {
  name: 'one loader',
  setup({ onResolve }) {
    onResolve({ filter: /.*/ }, ({ path }) =>
      path === LOADER_FILE ? { path: 'cdk8s-canary/loader', external: true } : undefined,
    );
  },
};

/** Libraries that few runs need stay in files of their own, which the library loads, too. */
const late = {
  name: 'late',
  setup({ onResolve }) {
    onResolve({ filter: /^[\w-]+$/ }, ({ path }) =>
      LOADED_LATE.includes(path)
        ? { path: `./${relative('lib/cli', vendoredFile(path))}`.replace('./../', '../'), external: true }
        : undefined,
    );
  },
};

/** The examples of rules are shown by few runs, and take longer to make than a small folder to lint: they become getters. */
const examples = {
  name: 'examples',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/rules\/.*\.ts$/ }, ({ path }) => ({ contents: withLateExamples(path), loader: 'ts' }));
  },
};

const contents = (file) => {
  const entries = [...parts[file]].map(
    ([part, module]) => `${JSON.stringify(part)}: () => require(${JSON.stringify(module)}),`,
  );
  const text = `module.exports = {\n${entries.join('\n')}\n};\n`;
  return { ...common, stdin: { contents: text, resolveDir: '.', sourcefile: `${file}.js` } };
};
const cut = (file, ...plugins) => ({ ...contents(file), plugins: [late, oneLoader, cuts, examples, ...plugins] });
const main = { ...common, plugins: [cuts], entryPoints: ['src/cli/main.ts'] };

// The first time to learn of the parts, and of what several files need.
await build(main);
const start = () => ({ ...contents('start'), plugins: [oneLoader, cuts] });
const beginning = Object.keys((await build(start())).metafile.inputs);
const uses = new Map();
for (const file of ['synth', 'program', 'constructs']) {
  const { metafile } = await build(cut(file));
  for (const input of Object.keys(metafile.inputs)) uses.set(input, (uses.get(input) ?? 0) + 1);
}
for (const [input, files] of uses) {
  // Other inputs are the cuts themselves, and data.
  if (!/^[^:]+\.[cm]?[jt]s$/.test(input)) continue;
  // What every run has loaded before is not loaded once more.
  if (beginning.includes(input)) parts.start.set(input, resolve(input));
  else if (files > 1) parts.common.set(input, resolve(input));
}
const texts = new Map();
await add('main', main);
await add('start', start());
await add('worker', { ...common, stdin: { contents: load('synth', 'worker'), resolveDir: '.' } });
await add('lint-worker', { ...common, stdin: { contents: load('program', 'lint-worker'), resolveDir: '.' } });
await add('common', cut('common', sharedWith('start')));
for (const file of ['synth', 'program', 'constructs']) await add(file, cut(file, sharedWith('start', 'common')));
for (const file of ['protocol', 'assistant']) await add(file, contents(file));

rmSync('lib/cli', { recursive: true, force: true });
mkdirSync('lib/cli', { recursive: true });
const hash = createHash('sha256');
for (const text of texts.values()) hash.update(text);
const build16 = hash.digest('hex').slice(0, 16);
for (const [name, text] of texts)
  writeFileSync(`lib/cli/${name}.js`, text.replaceAll(BUILD, build16), { mode: name === 'main' ? 0o755 : 0o644 });
await bundleDesign();
await writeVendored();
writeNotices();

async function add(name, options) {
  const { outputFiles, metafile } = await build(options);
  noteLibraries(metafile);
  // What is left beyond ASCII stands in comments and regular expressions, and means the same when it is escaped.
  const text = outputFiles[0].text.replace(
    /[^\x00-\x7f]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  texts.set(name, withoutCopies(name, text));
}

/**
 * A module that says it is one is used as it is. esbuild gives each module that imports it a copy of what it exports, which
 * takes a while for the hundreds of exports of cdk8s-plus.
 */
function withoutCopies(name, text) {
  const start = 'var __toESM=(mod,isNodeMode,target)=>(';
  const found = text.split(start);
  if (text.includes('__toESM=') && found.length !== 2)
    throw new Error(`lib/cli/${name}.js: esbuild imports modules otherwise`);
  return found.join(start.replace(/\($/, '!isNodeMode&&mod?.__esModule?mod:('));
}
