import { basename, join } from 'node:path';
import { builtIn } from './built-in';
import { runFile } from './compiled-code';
import { CompiledFile } from './compiled-file';
import { CompiledPackages } from './compiled-packages';

/** The bundles of the commands (`scripts/bundle.mjs`). */
type File = 'start' | 'synth' | 'constructs' | 'protocol' | 'program' | 'common' | 'assistant';

interface Parts {
  readonly [part: string]: () => unknown;
}

/** Where the bundles expect the libraries that are files of their own. */
const LIBRARIES = '../vendor/';
/** Packages of the user's, which are in no bundle. */
const PACKAGES: readonly string[] = ['cdk8s', 'cdk8s-plus-27', 'constructs'];

/** The commands that have threads, by the part that these request. */
const COMMAND_OF_THREAD: { readonly [part: string]: string } = { worker: 'synth', 'lint-worker': 'lint' };

const loaded = new Map<string, unknown>();
/** The command, by which most of what a run needs is known. */
let command: string | undefined;
let isWorker = false;

/** A command, or another module, of a bundle in the same folder. */
export function partOf(file: File, part: string): unknown {
  return (once(file, () => load(file, part)) as Parts)[part]();
}

function once(name: string, make: () => unknown): unknown {
  if (!loaded.has(name)) loaded.set(name, make());
  return loaded.get(name);
}

/** Loads a bundle. Each command has a cache of its own for it, with the functions that it needs. */
function load(file: File, part: string): unknown {
  const path = join(__dirname, `${file}.js`);
  isWorker ||= Object.hasOwn(COMMAND_OF_THREAD, part);
  if (file === 'start') return run(path, file);
  command ??= commandOf(part);
  return run(path, file === command ? command : `${file}-${command}`);
}

/** By the first part that a run requests: a command, what a thread of one does, or the first of all where they are listed. */
function commandOf(part: string): string {
  if (Object.hasOwn(COMMAND_OF_THREAD, part)) return COMMAND_OF_THREAD[part];
  return process.argv.includes(part) ? part : 'all';
}

/** Runs a file with what earlier runs compiled of it. Only the main thread adds to that. */
const run = (path: string, about: string): unknown => runFile(path, new CompiledFile(about, !isWorker), withLoader);

const packages = (own: NodeJS.Require): CompiledPackages =>
  once(
    'packages',
    () => new CompiledPackages(new CompiledFile(`packages-${command}`, !isWorker), own),
  ) as CompiledPackages;

function withLoader(own: NodeJS.Require): NodeJS.Require {
  const require = (name: string): unknown => {
    if (name === 'cdk8s-canary/loader') return { partOf };
    if (PACKAGES.includes(name)) return packages(own).require(name);
    if (!name.startsWith(LIBRARIES)) return builtIn(name, own);
    return once(name, () => run(own.resolve(name), basename(name, '.js')));
  };
  return Object.assign(require, own);
}
