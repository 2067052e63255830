import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';
import type { CompiledFile } from './compiled-file';

/**
 * Runs a file of this package as a CommonJS module, and returns its exports. To compile the files of a command takes as long
 * as rendering a canary file, so what V8 compiled is kept.
 *
 * @param kept Code that earlier runs compiled.
 * @param requires What the module gets as `require`, made of that for the file.
 */
export function runFile(path: string, kept: CompiledFile, requires: (own: NodeJS.Require) => NodeJS.Require): unknown {
  const parameters = 'exports, require, module, __filename, __dirname';
  // The build writes only ASCII, which takes half the memory.
  const script = new Script(`(function (${parameters}) {${readFileSync(path, 'latin1')}\n})`, {
    filename: path,
    cachedData: kept.content,
  });
  const module: { exports: unknown } = { exports: {} };
  const define = script.runInThisContext() as (...given: unknown[]) => void;
  define(module.exports, requires(createRequire(path)), module, path, dirname(path));
  kept.keepAtExit(
    () => script.cachedDataRejected === false,
    () => script.createCachedData(),
  );
  return module.exports;
}
