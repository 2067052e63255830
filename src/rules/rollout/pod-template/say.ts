import { quoted } from '../../../formats/names';
import type { Field } from '../../../graph';
import type { Report } from '../../shared/rule';
import { closest } from '../../shared/suggest';

/** Reports that a field has a value: `field is value, why`. */
export function refuse(report: Report, field: Field, why: string, hint?: string): void {
  const { value } = field;
  report(field, `${field} is ${typeof value === 'string' ? quoted(value) : JSON.stringify(value)}, ${why}`, { hint });
}

/** Reports a text that is none of some words. The schema reports other types. */
export function mustBeOneOf(report: Report, field: Field, words: readonly string[]): void {
  const { string } = field;
  if (string === undefined || words.includes(string)) return;
  const meant = closest(string, words);
  const hint = meant === undefined ? `it can be ${words.join(', ')}` : `did you mean '${meant}'?`;
  refuse(report, field, 'which is not allowed', hint);
}

/** Reports a number that is not between two others. The schema reports other types. */
export function mustBeWithin(report: Report, field: Field, least: number, most: number): void {
  const { number } = field;
  if (number === undefined || (number >= least && number <= most)) return;
  refuse(report, field, `and must be from ${least} to ${most.toLocaleString('en')}`);
}

/**
 * Reports a parent that has not exactly one of some fields.
 *
 * @param what such a field, as one says it: `source`
 */
export function mustHaveOne(report: Report, parent: Field, keys: readonly string[], what: string): void {
  const there = keys.filter((key) => parent.get(key).exists);
  if (there.length === 1) return;
  const second = there.length > 1 ? parent.get(there[1]) : parent;
  report(second, `${parent} has ${there.length === 0 ? `no ${what}` : `the ${what}s ${there.join(' and ')}`}`, {
    on: there.length > 1 ? 'key' : undefined,
    hint: there.length > 1 ? 'use one of them' : `use one of ${keys.join(', ')}`,
  });
}

/** Reports a path that leads out of the folder in which it is. */
export function mustStayInside(report: Report, path: Field): void {
  const { string } = path;
  if (string === undefined) return;
  if (string.startsWith('/')) refuse(report, path, 'and must be a relative path');
  else mustNotGoUp(report, path);
}

/** Reports a path with `..` as one of its steps. */
export function mustNotGoUp(report: Report, path: Field): void {
  if (path.string?.split('/').includes('..')) refuse(report, path, "which leads up by '..'");
}
