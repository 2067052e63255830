import { isSubdomain } from '../../../formats/names';
import type { Field } from '../../../graph';
import { notOneOf, notWithin, type ValueProblem, valueProblem } from '../../shared/value-problem';
import type { SchemaProblem } from '../problem/schema-problem';

/** A problem with a value: `field is value`, then the reason. */
export const refused = (field: Field, why: string, hint?: string): SchemaProblem => ({
  kind: 'value',
  ...valueProblem(field, why, hint),
});

/** A problem with a field as a whole. */
export const wrong = (field: Field, what: string, hint?: string): SchemaProblem => ({
  kind: 'value',
  field,
  message: `${field} ${what}`,
  hint,
});

/** A required field that is an empty text. */
export function needed(parent: Field, key: string): SchemaProblem[] {
  const { value } = parent.get(key);
  // Without the key, or with null, the schema's own list of needed fields says it.
  if (value !== '') return [];
  return [{ kind: 'missing', field: parent.get(key), message: `${parent} has an empty '${key}'` }];
}

/** One of some words; an absent one has a default. */
export const oneOf = (field: Field, words: readonly string[]): SchemaProblem[] => listed(notOneOf(field, words));

/** A whole number between bounds. Other types are reported by the schema. */
export const within = (field: Field, least: number, most?: number): SchemaProblem[] =>
  listed(notWithin(field, least, most));

const listed = (problem: ValueProblem | undefined): SchemaProblem[] => (problem ? [{ kind: 'value', ...problem }] : []);

/** Pods as a number or as a percentage. `atMost100`: no more than all of them. */
export function podCount(field: Field, atMost100: boolean): SchemaProblem[] {
  const { value } = field;
  if (typeof value === 'number') return within(field, 0);
  if (typeof value !== 'string') return [];
  if (!/^[0-9]+%$/.test(value))
    return [refused(field, 'which is neither a number of pods nor a percentage such as 25%')];
  return atMost100 && parseInt(value, 10) > 100 ? [refused(field, 'which is more than all pods')] : [];
}

/** Whether a text is a DNS name, in which a first part of `*` may stand for any. */
export function isDnsName(text: string, wildcard: boolean): boolean {
  const name = wildcard && text.startsWith('*.') ? text.slice(2) : text;
  return text.length <= 253 && isSubdomain(name);
}
