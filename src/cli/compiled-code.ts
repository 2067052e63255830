import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/** A hash of all bundles, which the build defines. */
declare const BUILD: string;

/** After so many runs in a row that compiled hardly anything else, what is kept stays as it is. */
const ENOUGH = 3;
/** Less than this is hardly anything: to write it again takes longer than to compile it. */
const GROWTH = 1.03;

/** Code that V8 compiled, as it is kept: after one byte that counts the runs which added nothing. */
interface Kept {
  readonly code: Buffer;
  readonly runs: number;
}

/**
 * Runs a file of the package as a CommonJS module, and returns its exports. To compile the files of a command takes as long as
 * rendering a canary file, so what V8 compiled is cached in this folder, as Python does: for exactly this code and this
 * V8, by runs that may write there. Each run adds the functions that it was the first to need, until a few in a row need no
 * others. Whoever can write another cache there can also change the code.
 *
 * @param about The name of the cache: of several commands, each may have its own for a file.
 * @param requires What the module gets as `require`, made of that for the file.
 */
export function runFile(
  path: string,
  about: string,
  requires: (own: NodeJS.Require) => NodeJS.Require = (own) => own,
): unknown {
  // The tag is that of V8 and its flags. Releases of Node.js with the same V8 have other built-in functions, on which compiled
  // code of another release ends with a segmentation fault.
  const runtime = `${process.version}-${process.arch}-${cachedDataVersionTag().toString(16)}`;
  const file = join(__dirname, `${about}-${BUILD}-${runtime}.compiled`);
  const kept = read(file);
  const parameters = 'exports, require, module, __filename, __dirname';
  // The build writes only ASCII, which takes half the memory.
  const script = new Script(`(function (${parameters}) {${readFileSync(path, 'latin1')}\n})`, {
    filename: path,
    cachedData: kept?.code,
  });
  const module: { exports: unknown } = { exports: {} };
  const define = script.runInThisContext() as (...given: unknown[]) => void;
  define(module.exports, requires(createRequire(path)), module, path, dirname(path));
  const good = script.cachedDataRejected === false ? kept : undefined;
  // At the end, when everything that this run needs is compiled. Help needs too little to be useful to other runs.
  const isHelp = process.argv.some((arg) => arg === '-h' || arg === '--help' || arg === 'help');
  if (isMainThread && !isHelp && (good?.runs ?? 0) < ENOUGH) process.once('exit', () => keep(file, script, good));
  return module.exports;
}

function read(file: string): Kept | undefined {
  try {
    const content = readFileSync(file);
    return { code: content.subarray(1), runs: content[0] };
  } catch {
    return undefined;
  }
}

function keep(file: string, script: Script, before: Kept | undefined): void {
  const unfinished = `${file}.${process.pid}`;
  try {
    // Fails early where no file may be written.
    writeFileSync(unfinished, '');
    const code = script.createCachedData();
    const hasGrown = before === undefined || code.length > before.code.length * GROWTH;
    const runs = hasGrown ? 0 : before.runs + 1;
    writeFileSync(unfinished, Buffer.concat([Buffer.of(runs), hasGrown ? code : before.code]));
    renameSync(unfinished, file);
  } catch {
    // The folder is read-only or the disk is full: every run compiles what it needs.
    rmSync(unfinished, { force: true });
  }
}
