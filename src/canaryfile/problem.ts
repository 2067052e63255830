import { oneLine } from '../formats/encode/terminal';
import { excerpt, type FileRange } from '../formats/source';

/** Something wrong with a spec. */
export interface Problem {
  readonly at: FileRange;
  /** Where in the spec: `spec.steps[1].setWeight`. */
  readonly path: string;
  /** What was found, and what to do. */
  readonly message: string;
  /** The code of the rule of the linter that found it. */
  readonly rule?: string;
}

/** A problem as text: file, line, column, path, message, and the line itself. */
export function formatProblem({ at, path, message }: Problem): string {
  const { line, column } = at.file.place(at);
  const where = path === '' ? '' : ` ${path}:`;
  return [oneLine(`${at.file.name}:${line}:${column}:${where} ${message}`), excerpt(at)]
    .filter((part) => part !== '')
    .join('\n');
}

export { didYouMean as suggestion } from '../formats/did-you-mean';

/** Control characters made visible, long texts cut. */
export function shorten(text: string): string {
  const cut = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return JSON.stringify(cut).slice(1, -1).replace(/\\"/g, '"');
}

/**
 * Whether an error says that a value cannot be used, as cdk8s and cdk8s-plus do: with an `Error` and a text. Errors of
 * other classes, such as a TypeError, are defects of this program.
 */
export function isRefusal(error: unknown): error is Error {
  return error instanceof Error && error.name === 'Error' && !('code' in error);
}
