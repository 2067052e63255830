import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';

/** A hash of all bundles, which the build defines. */
declare const BUILD: string;

/** After so many runs in a row that compiled hardly anything else, what is kept stays as it is. */
const ENOUGH = 3;
/** Less than this is hardly anything: to write it again takes longer than to compile it. */
const GROWTH = 1.03;

/**
 * A file in which code that V8 compiled is kept for later runs, as Python does: next to the program, for exactly this build
 * of it and this V8, by runs that may write there. Each run adds what it was the first to need, until a few in a row need
 * nothing else. Whoever can write another file there can also change the code.
 */
export class CompiledFile {
  /** Undefined if there is none. */
  readonly content: Buffer | undefined;
  private readonly path: string;
  /** How many runs in a row have added nothing. It stands in the first byte. */
  private readonly runs: number = 0;

  /**
   * @param about The name of the file: of several commands, each may have its own for the same code.
   * @param grows Whether this run adds to it.
   */
  constructor(
    about: string,
    private readonly grows: boolean,
  ) {
    // The tag is that of V8 and its flags. Releases of Node.js with the same V8 have other built-in functions, on which
    // compiled code of another release ends with a segmentation fault.
    const runtime = `${process.version}-${process.arch}-${cachedDataVersionTag().toString(16)}`;
    this.path = join(__dirname, `${about}-${BUILD}-${runtime}.compiled`);
    try {
      const file = readFileSync(this.path);
      this.content = file.subarray(1);
      this.runs = file[0];
    } catch {
      // The first run, or one that may not write there.
    }
  }

  /**
   * Keeps what `make` gives at the end of the run, when everything that this run needs is compiled.
   *
   * @param isGood Whether what was kept before could be used.
   */
  keepAtExit(isGood: () => boolean, make: () => Buffer): void {
    // Help needs too little to be useful to other runs.
    const isHelp = process.argv.some((arg) => arg === '-h' || arg === '--help' || arg === 'help');
    if (!this.grows || isHelp) return;
    process.once('exit', () => {
      const before = isGood() ? this.content : undefined;
      if (before === undefined || this.runs < ENOUGH) this.keep(before, make);
    });
  }

  private keep(before: Buffer | undefined, make: () => Buffer): void {
    const unfinished = `${this.path}.${process.pid}`;
    try {
      // Fails early where no file may be written.
      writeFileSync(unfinished, '');
      const content = make();
      const hasGrown = before === undefined || content.length > before.length * GROWTH;
      const runs = hasGrown ? 0 : this.runs + 1;
      writeFileSync(unfinished, Buffer.concat([Buffer.of(runs), hasGrown ? content : before]));
      renameSync(unfinished, this.path);
    } catch {
      // The folder is read-only or the disk is full: every run compiles what it needs.
      remove(unfinished);
    }
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where packages are in archives, as with Yarn, not even a file that is not there can be removed.
  }
}
