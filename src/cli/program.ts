import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/** The bundles of the commands (`scripts/bundle.mjs`). */
type File = 'synth' | 'constructs' | 'protocol' | 'program' | 'common' | 'assistant';

/** A hash of all bundles, which the build defines. */
declare const BUILD: string;

interface Parts {
  readonly [part: string]: () => unknown;
}

const loaded = new Map<File, Parts>();
/** The first module that a run requests, by which most of what it needs is known. */
let first: string | undefined;

/** A command, or another module, of a bundle in the same folder. */
export function partOf(file: File, part: string): unknown {
  let parts = loaded.get(file);
  if (parts === undefined) {
    first ??= part;
    parts = load(file, first);
    loaded.set(file, parts);
  }
  return parts[part]();
}

/**
 * Loads a bundle. Compiling it takes as long as rendering a canary file, so the code that V8 compiled is cached in the same
 * folder, as Python does: for exactly this code and this V8, by the first run that may write there. Whoever can write
 * another cache there can also change the code.
 *
 * @param run The first module that the run requested, for which functions are compiled.
 */
function load(file: File, run: string): Parts {
  const path = join(__dirname, `${file}.js`);
  const about = file === run ? run : `${file}-${run}`;
  // The tag is that of V8 and its flags. Releases of Node.js with the same V8 have other built-in functions, on which compiled
  // code of another release ends with a segmentation fault.
  const runtime = `${process.version}-${process.arch}-${cachedDataVersionTag().toString(16)}`;
  const kept = join(__dirname, `${about}-${BUILD}-${runtime}.compiled`);
  const parameters = 'exports, require, module, __filename, __dirname';
  // The build writes only ASCII, which takes half the memory.
  const script = new Script(`(function (${parameters}) {${readFileSync(path, 'latin1')}\n})`, {
    filename: path,
    cachedData: compiled(kept),
  });
  const module: { exports: Parts } = { exports: {} };
  const define = script.runInThisContext() as (...given: unknown[]) => void;
  const own = createRequire(path);
  const withLoader = (name: string): unknown => (name === 'cdk8s-canary/loader' ? { partOf } : own(name));
  define(module.exports, Object.assign(withLoader, own), module, path, __dirname);
  const isCompiled = script.cachedDataRejected === false;
  // At the end, when everything that this run needs is compiled. Help needs too little to be useful to other runs.
  const isHelp = process.argv.some((arg) => arg === '-h' || arg === '--help' || arg === 'help');
  if (!isCompiled && !isHelp && isMainThread) process.once('exit', () => keep(kept, script));
  return module.exports;
}

function compiled(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function keep(file: string, script: Script): void {
  const unfinished = `${file}.${process.pid}`;
  try {
    // Fails early where no file may be written.
    writeFileSync(unfinished, '');
    writeFileSync(unfinished, script.createCachedData());
    renameSync(unfinished, file);
  } catch {
    // The folder is read-only or the disk is full: every run compiles what it needs.
    rmSync(unfinished, { force: true });
  }
}
