import { quoted } from '../../formats/names';
import type { Field } from '../../graph';
import { closest } from './suggest';

/** Why the value of a field is refused. */
export interface ValueProblem {
  readonly field: Field;
  /** `field is value, why`. */
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
}

/** A problem with a value. */
export const valueProblem = (field: Field, why: string, hint?: string): ValueProblem => ({
  field,
  message: `${field} is ${typeof field.value === 'string' ? quoted(field.value) : JSON.stringify(field.value)}, ${why}`,
  hint,
});

/** The problem of a text that is none of some words; undefined for others, and for what is no text. */
export function notOneOf(field: Field, words: readonly string[]): ValueProblem | undefined {
  const { string } = field;
  if (string === undefined || words.includes(string)) return undefined;
  const meant = closest(string, words);
  const hint = meant === undefined ? `it can be ${words.join(', ')}` : `did you mean '${meant}'?`;
  return valueProblem(field, 'which is not allowed', hint);
}

/** The problem of a whole number that is not between bounds; undefined for others, and for what is no whole number. */
export function notWithin(field: Field, least: number, most = Infinity): ValueProblem | undefined {
  const { number } = field;
  if (number === undefined || !Number.isInteger(number) || (number >= least && number <= most)) return undefined;
  return valueProblem(field, `and must be ${most === Infinity ? `at least ${least}` : `from ${least} to ${most}`}`);
}
