import { isQualifiedName, labelValueProblem, quoted } from '../../../formats/names';
import { type Field, isMapping } from '../../../graph';
import type { SchemaProblem } from './schema-problem';

/** The errors of labels, or of a label selector. */
export function labelProblems(labels: Field): SchemaProblem[] {
  // Nearly all are right, which their values tell.
  if (entriesOf(labels).every(([key, value]) => isQualifiedName(key) && isLabelValue(value))) return [];
  return labels.entries().flatMap(([key, field]) => {
    const found = keyProblem(key, field);
    const problem = field.string === undefined ? undefined : labelValueProblem(field, field.string);
    if (problem !== undefined) found.push({ kind: 'value', field, message: problem.split('; ')[0] });
    return found;
  });
}

const entriesOf = ({ value }: Field): [key: string, value: unknown][] =>
  isMapping(value) ? Object.entries(value) : [];

const isLabelValue = (value: unknown): boolean =>
  typeof value !== 'string' || labelValueProblem('', value) === undefined;

/** The errors of annotations, in whose keys the API server accepts upper case before the slash. */
export function annotationProblems(annotations: Field): SchemaProblem[] {
  if (entriesOf(annotations).every(([key]) => isQualifiedName(key.toLowerCase()))) return [];
  return annotations.entries().flatMap(([key, field]) => keyProblem(key.toLowerCase(), field));
}

/** The error of a label's key. */
export function keyProblem(key: string, field: Field): SchemaProblem[] {
  if (isQualifiedName(key)) return [];
  const message = `${field} has the key ${quoted(key)}: it can be a name of at most 63 letters, digits, '-', '_' and '.', after a domain and a slash`;
  return [{ kind: 'value', field, message }];
}
