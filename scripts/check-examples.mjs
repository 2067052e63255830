// Compiles the `@example` of each type with jsii-rosetta, which also translates them for the other languages, and runs
// them: an example that the library refuses is worse than none. Needs a build.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import typescript from 'typescript';

/** Types whose examples a reader looks for first. */
const FEWEST = 15;
const { name, types } = JSON.parse(readFileSync('.jsii', 'utf8'));
const scratch = mkdtempSync(join(tmpdir(), 'cdk8s-canary-examples-'));
const env = { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20' };
try {
  const found = Object.values(types).flatMap(({ name: type, docs }) =>
    docs?.example === undefined ? [] : [{ type, text: docs.example, fixture: docs.custom?.exampleMetadata }],
  );
  if (found.length < FEWEST) throw new Error(`${found.length} types have an example; ${FEWEST} are expected`);
  // A program finds the package by its name there, as a user's program does.
  const modules = join(scratch, 'node_modules');
  mkdirSync(modules);
  for (const one of readdirSync('node_modules')) symlinkSync(resolve('node_modules', one), join(modules, one));
  symlinkSync(resolve('.'), join(modules, name));
  const tablet = join(scratch, 'examples.tabl.json');
  const rosetta = ['extract', '--strict', '--directory', scratch, '--cache-to', tablet, resolve('.jsii')];
  execFileSync('npx', ['--no-install', 'jsii-rosetta', ...rosetta], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  // What rosetta leaves beside the assembly.
  rmSync('.jsii.tabl.json', { force: true });
  const { snippets } = JSON.parse(readFileSync(tablet, 'utf8'));
  for (const language of ['python', 'java', 'go']) {
    const translated = Object.values(snippets).filter(({ translations }) => translations[language]).length;
    console.log(`${language}: ${translated} examples translated`);
  }
  const failures = found.flatMap(({ type, text, fixture }) => run(type, text, fixture) ?? []);
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
  else console.log(`${found.length} examples compile and run: ${found.map(({ type }) => type).join(', ')}`);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Runs an example in the program that its fixture puts around it, and renders what it makes. Returns what goes wrong. */
function run(type, text, metadata = '') {
  const [, fixture] = /fixture=(\S+)/.exec(metadata) ?? [];
  if (fixture === undefined) return `the example of ${type} names no fixture; write @exampleMetadata fixture=app`;
  const around = readFileSync(join('rosetta', `${fixture}.ts-fixture`), 'utf8');
  const program = `${around.replace('/// here', () => text)}\napp.synth();\n`;
  const compilerOptions = { module: typescript.ModuleKind.CommonJS, target: typescript.ScriptTarget.ES2022 };
  const file = join(scratch, `${type}.cjs`);
  writeFileSync(file, typescript.transpileModule(program, { compilerOptions }).outputText);
  try {
    execFileSync(process.execPath, [file], {
      cwd: scratch,
      env: { ...env, CDK8S_OUTDIR: join(scratch, 'out') },
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return undefined;
  } catch (error) {
    return `the example of ${type} does not run:\n${error.stderr}`;
  }
}
