import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import { isMainThread } from 'node:worker_threads';

/** The files that the build puts the commands into (`scripts/bundle.mjs`). */
type File = 'synth' | 'constructs' | 'program';

/** Of the code in them, as the build knows it. */
declare const HASHES: { readonly [file in File]: string };

interface Parts {
  readonly [part: string]: () => unknown;
}

const loaded = new Map<File, Parts>();

/** A command, or something else that was put into another file; found beside the one that this is bundled into. */
export function partOf(file: File, part: string): unknown {
  let parts = loaded.get(file);
  if (parts === undefined) {
    parts = load(file, part);
    loaded.set(file, parts);
  }
  return parts[part]();
}

/**
 * To compile so much code takes as long as to render a spec. What V8 made of it is kept beside it, as Python keeps what it
 * compiled: for this very code and this very V8, by whatever run comes first and may write there. Who could put something
 * else there could as well change the code itself.
 *
 * @param part What is asked of it first, and so what most of the run will be about.
 */
function load(file: File, part: string): Parts {
  const path = join(__dirname, `${file}.js`);
  const about = file === part ? part : `${file}-${part}`;
  const kept = join(__dirname, `${about}-${HASHES[file]}-${cachedDataVersionTag().toString(16)}.compiled`);
  const parameters = 'exports, require, module, __filename, __dirname';
  // The build sees to it that there is nothing but ASCII, which is read and kept in half the room.
  const script = new Script(`(function (${parameters}) {${readFileSync(path, 'latin1')}\n})`, {
    filename: path,
    cachedData: compiled(kept),
  });
  const module: { exports: Parts } = { exports: {} };
  const define = script.runInThisContext() as (...given: unknown[]) => void;
  define(module.exports, createRequire(path), module, path, __dirname);
  const isCompiled = script.cachedDataRejected === false;
  // At the end, when what this run needed has been compiled. To give help needs too little to be of use to other runs.
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
    // Whether there may be a file, before there is any work on what would be in it.
    writeFileSync(unfinished, '');
    writeFileSync(unfinished, script.createCachedData());
    renameSync(unfinished, file);
  } catch {
    // Not ours to write to, or no room: every run compiles what it needs.
    rmSync(unfinished, { force: true });
  }
}
