import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/** Of the code in `program.js`, as the build knows it. */
declare const PROGRAM_HASH: string;

interface Program {
  readonly [part: string]: () => unknown;
}

/**
 * A command, or the worker, out of the file that the build puts them all into (`scripts/bundle.mjs`); found beside the
 * one that this is bundled into.
 *
 * To compile so much code takes as long as to render a spec. What V8 made of it is kept beside it, as Python keeps what it
 * compiled: for this very code and this very V8, by whatever run comes first and may write there. Who could put something
 * else there could as well change the code itself.
 */
export function partOfProgram(part: string): unknown {
  const file = join(__dirname, 'program.js');
  const kept = join(__dirname, `${part}-${PROGRAM_HASH}-${cachedDataVersionTag().toString(16)}.compiled`);
  const parameters = 'exports, require, module, __filename, __dirname';
  // The build sees to it that there is nothing but ASCII, which is read and kept in half the room.
  const script = new Script(`(function (${parameters}) {${readFileSync(file, 'latin1')}\n})`, {
    filename: file,
    cachedData: compiled(kept),
  });
  const module: { exports: Program } = { exports: {} };
  const define = script.runInThisContext() as (...given: unknown[]) => void;
  define(module.exports, createRequire(file), module, file, __dirname);
  const isCompiled = script.cachedDataRejected === false;
  // At the end, when what this run needed has been compiled.
  if (!isCompiled && isMainThread) process.once('exit', () => keep(kept, script));
  return module.exports[part]();
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
    // Whether there may be a file, before there is any work on what would be in it.
    writeFileSync(unfinished, '');
    writeFileSync(unfinished, script.createCachedData());
    renameSync(unfinished, file);
  } catch {
    // Not ours to write to, or no room: every run compiles what it needs.
    rmSync(unfinished, { force: true });
  }
}
