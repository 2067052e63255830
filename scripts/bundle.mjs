// Puts the command line into few files: what every run needs (lib/cli/main.js), and the commands with all that they stand
// on (lib/cli/program.js). To find, read and compile some four hundred small files takes as long as loading cdk8s does.
// Modules are evaluated in the order in which they were, and when they are first asked for.
// The library (lib/src) is left as it is: the two have nothing in common but cdk8s, which is in neither.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';

const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
/** What a run needs in any case. Everything else that is not ours is found in node_modules when it is needed. */
const BUNDLED = [
  'commander',
  'picocolors',
  'fastest-levenshtein',
  'yaml',
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
  // What is compiled by itself has no loader for them; whatever we depend on can be required.
  supported: { 'dynamic-import': false },
  tsconfig: 'tsconfig.jsii.json',
  logLevel: 'warning',
  external: Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !BUNDLED.includes(name)),
};

/** What lib/cli/program.js gives out, by the name of its file. */
const parts = new Map([['worker', resolve('src/spec/synth/worker.ts')]]);
const LOADER = JSON.stringify(resolve('src/cli/program.ts'));
const load = (part) => `module.exports = require(${LOADER}).partOfProgram(${JSON.stringify(part)});`;

/** A command is not part of the file that lists it. */
const commandsApart = {
  name: 'commands-apart',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\// }, ({ kind, path, importer, resolveDir }) => {
      if (kind !== 'dynamic-import' || !importer.endsWith('commands.ts')) return undefined;
      const part = path.slice(2);
      parts.set(part, resolve(resolveDir, `${part}.ts`));
      return { path: part, namespace: 'program' };
    });
    onLoad({ filter: /.*/, namespace: 'program' }, ({ path }) => ({ contents: load(path), resolveDir: '.' }));
  },
};
const main = { ...common, plugins: [commandsApart], entryPoints: ['src/cli/main.ts'] };

rmSync('lib/cli', { recursive: true, force: true });
mkdirSync('lib/cli', { recursive: true });
// The first time to learn of the parts.
await build({ ...main, define: { PROGRAM_HASH: '""' } });
const entries = [...parts].map(([part, file]) => `${JSON.stringify(part)}: () => require(${JSON.stringify(file)}),`);
const program = await text({
  ...common,
  stdin: { contents: `module.exports = {\n${entries.join('\n')}\n};\n`, resolveDir: '.', sourcefile: 'program.js' },
});
const define = { PROGRAM_HASH: JSON.stringify(createHash('sha256').update(program).digest('hex').slice(0, 16)) };
writeFileSync('lib/cli/program.js', program);
writeFileSync('lib/cli/main.js', await text({ ...main, define }), { mode: 0o755 });
writeFileSync(
  'lib/cli/worker.js',
  await text({ ...common, define, stdin: { contents: load('worker'), resolveDir: '.' } }),
);

async function text(options) {
  const { outputFiles } = await build(options);
  // What is left beyond ASCII stands in comments and regular expressions, and means the same when it is escaped.
  return outputFiles[0].text.replace(
    /[^\x00-\x7f]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
