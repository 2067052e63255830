import { relative } from 'node:path';

/** A file of which values are read, and where in it they stand. */
export interface SourceFile {
  /** As it is shown to the user. */
  readonly name: string;
  readonly text: string;
}

/** A stretch of a file. Lines and columns are worked out when somebody asks. */
export interface Place {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

export interface LineColumn {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

export function lineColumn({ file, start }: Place): LineColumn {
  const before = file.text.slice(0, start);
  const line = before.split('\n').length;
  return { line, column: start - (before.lastIndexOf('\n') + 1) + 1 };
}

/** The line that a place begins on, with a mark below. */
export function excerpt(place: Place): string {
  const { line, column } = lineColumn(place);
  const text = place.file.text.split('\n')[line - 1] ?? '';
  if (text.length > 200) return '';
  const gutter = `  ${line} | `;
  const length = Math.max(1, Math.min(place.end - place.start, text.length - column + 1));
  return `${gutter}${text}\n${' '.repeat(gutter.length - 2)}| ${' '.repeat(column - 1)}${'^'.repeat(length)}`;
}

/** A path as the user would type it. */
export function display(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere === '' || fromHere.startsWith('../../..') ? path : fromHere;
}
