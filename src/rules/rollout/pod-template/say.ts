import type { Field } from '../../../graph';
import type { Report } from '../../shared/rule';
import { notOneOf, notWithin, type ValueProblem, valueProblem } from '../../shared/value-problem';

/** Reports that a field has a value: `field is value, why`. */
export const refuse = (report: Report, field: Field, why: string, hint?: string): void =>
  say(report, valueProblem(field, why, hint));

/** Reports a text that is none of some words. The schema reports other types. */
export const mustBeOneOf = (report: Report, field: Field, words: readonly string[]): void =>
  say(report, notOneOf(field, words));

/** Reports a number that is not between two others. The schema reports other types. */
export const mustBeWithin = (report: Report, field: Field, least: number, most: number): void =>
  say(report, notWithin(field, least, most));

function say(report: Report, problem: ValueProblem | undefined): void {
  if (problem) report(problem.field, problem.message, { hint: problem.hint });
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
