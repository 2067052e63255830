import { columns } from '../encode/terminal';
import type { FileRange, Place } from './source-file';

/** Longer lines are cut around the caret. */
const WIDEST = 160;
/** How much of a long line is shown before the caret. */
const BEFORE_CARET = 60;

/** A line of a file with carets below the part that a message is about. */
export interface CaretLines {
  /** The number of the line, and a bar. */
  readonly gutter: string;
  /** The line, cut to a width that a terminal shows. */
  readonly shown: string;
  /** A gutter without a number. */
  readonly emptyGutter: string;
  /** How many blanks stand before the carets. */
  readonly indent: number;
  /** The carets, no wider than the line. */
  readonly carets: string;
}

/**
 * Draws the line that a place begins on. Control characters of the file do not reach the terminal.
 *
 * @param width that of the line's number, in columns
 */
export function caretLines(line: string, place: Omit<Place, 'file'>, width = 5): CaretLines {
  const { column } = place;
  const end = place.endLine === place.line ? place.endColumn : line.length + 1;
  const skip = line.length > WIDEST ? Math.max(0, column - 1 - BEFORE_CARET) : 0;
  const shown = columns(line.slice(skip, skip + WIDEST));
  const indent = column - 1 - skip;
  const number = String(place.line).padStart(width);
  return {
    gutter: `${number} |`,
    shown,
    emptyGutter: `${' '.repeat(number.length)} |`,
    indent,
    carets: '^'.repeat(Math.min(Math.max(1, end - column), Math.max(1, shown.length - indent))),
  };
}

/** The line that a range begins on, with carets below. */
export function excerpt({ file, from, to }: FileRange): string {
  const place = file.place({ from, to });
  const width = String(place.line).length + 2;
  const { gutter, shown, emptyGutter, indent, carets } = caretLines(file.line(place.line), place, width);
  return `${gutter} ${shown}\n${emptyGutter} ${' '.repeat(indent)}${carets}`;
}
