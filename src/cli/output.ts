// How commands write: results to standard output or a file, everything else to standard error.
import { jsonOf } from '../formats/encode/json';
import { resolve } from 'node:path';
import { type Emphasis, NO_EMPHASIS } from '../formats/encode/emphasis';
import { logLines, oneLine, styled } from '../formats/encode/terminal';
import type { Each } from '../formats/each';
import { InputError } from '../formats/input-error';
import { writeWholeFile } from '../formats/write-file';
import type { Io } from './io';

/** The values of the options `-o, --output` and `-f, --format`. */
export interface OutputFlags {
  readonly output?: string;
  readonly format?: string;
}

/** Formats for people, which a CI system shows in its log. */
const FOR_PEOPLE = new Set(['text', 'summary', 'markdown', 'mermaid']);

/** Writes a result to the given file, or to standard output. No name in a text for people is a command to a CI system. */
export function write(text: string, { output, format }: OutputFlags, io: Io): void {
  if (output !== undefined && output !== '-') writeFile(output, text, io);
  else io.out(format !== undefined && FOR_PEOPLE.has(format) ? logLines(text) : text);
}

/** Writes a file. */
export function writeFile(name: string, text: string, io: Io): void {
  try {
    writeWholeFile(resolve(io.cwd, name), text);
  } catch (error) {
    throw new InputError(`cannot write ${name}: ${(error as Error).message}`);
  }
}

/** A result as JSON. Not-a-number and infinity, which JSON lacks, are written as Prometheus writes them. */
export function jsonText(value: unknown): string {
  return `${jsonOf(value, 2, (_key, one) => (typeof one === 'number' ? jsonNumber(one) : one))}\n`;
}

function jsonNumber(value: number): number | string {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

/** Whether a result is written in colour: only to a terminal. */
export function inColour({ output }: OutputFlags, io: Io): boolean {
  return io.colour && (output === undefined || output === '-');
}

const COLOURS: Emphasis = {
  strong: (text) => styled(text, 1, 22),
  soft: (text) => styled(text, 2, 22),
  good: (text) => styled(text, 32, 39),
  bad: (text) => styled(text, 31, 39),
};

/** Colours and weights of lines that `joinLines` completes. */
export const emphasisOf = (flags: OutputFlags, io: Io): Emphasis => (inColour(flags, io) ? COLOURS : NO_EMPHASIS);

/** Writes a line to standard error. A name in it makes up no line of its own. */
export function errLine(text: string, io: Io): void {
  io.err(`${oneLine(text)}\n`);
}

/** `1 file`, `2 files`. */
export function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** A line on standard error that counts up, at most ten times a second, and only where there is enough to do. */
export function progressLine(io: Io, what: string, total: number): { step(): void; end(): void } {
  let done = 0;
  let shown = Date.now() + 400;
  let written = false;
  return {
    step() {
      done++;
      if (!io.progress || total < 2 || Date.now() - shown < 100) return;
      shown = Date.now();
      written = true;
      io.err(`\r${what} ${done} of ${total}`);
    },
    end() {
      if (written) io.err('\r\u001b[K');
    },
  };
}

/** How functions of other modules show how far they are. */
export const eachOn =
  (io: Io): Each =>
  (items, what) =>
    counted(items, what, io);

/** The items of a list one by one, with a line of progress while each is worked on. */
export function* counted<T>(items: readonly T[], what: string, io: Io): Generator<T> {
  const line = progressLine(io, what, items.length);
  try {
    for (const item of items) {
      yield item;
      line.step();
    }
  } finally {
    line.end();
  }
}
