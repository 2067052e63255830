import { basename, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { runFile } from './compiled-code';

/** The bundles of the commands (`scripts/bundle.mjs`). */
type File = 'start' | 'synth' | 'constructs' | 'protocol' | 'program' | 'common' | 'assistant';

interface Parts {
  readonly [part: string]: () => unknown;
}

/** Where the bundles expect the libraries that are files of their own. */
const LIBRARIES = '../vendor/';

const loaded = new Map<string, unknown>();
/** The command, by which most of what a run needs is known. */
let command: string | undefined;

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
  if (file === 'start') return runFile(path, file, withLoader);
  command ??= commandOf(part);
  return runFile(path, file === command ? command : `${file}-${command}`, withLoader);
}

/** By the first part that a run requests: a command, or the first of all where they are listed. */
function commandOf(part: string): string {
  if (!isMainThread) return 'synth';
  return process.argv.includes(part) ? part : 'all';
}

function withLoader(own: NodeJS.Require): NodeJS.Require {
  const require = (name: string): unknown => {
    if (name === 'cdk8s-canary/loader') return { partOf };
    if (!name.startsWith(LIBRARIES)) return own(name);
    return once(name, () => runFile(own.resolve(name), basename(name, '.js')));
  };
  return Object.assign(require, own);
}
