import { labelValueProblem } from '../../../formats/names';
import type { Field } from '../../../graph';
import { keyProblem, labelProblems } from '../problem/labels';
import type { SchemaProblem } from '../problem/schema-problem';
import { oneOf, wrong } from './checks';

/**
 * Errors of the API server about a LabelSelector.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */
export function selectorProblems(selector: Field): SchemaProblem[] {
  return [...labelProblems(selector.get('matchLabels')), ...expressionsProblems(selector)];
}

/** Those of its expressions alone. */
export const expressionsProblems = (selector: Field): SchemaProblem[] =>
  selector.get('matchExpressions').items().flatMap(expressionProblems);

function expressionProblems(expression: Field): SchemaProblem[] {
  const [key, operator, values] = ['key', 'operator', 'values'].map((name) => expression.get(name));
  const found = [
    ...(key.string === undefined ? [] : keyProblem(key.string, key)),
    ...oneOf(operator, ['In', 'NotIn', 'Exists', 'DoesNotExist']),
  ];
  const count = values.items().length;
  const takes = operator.string === 'In' || operator.string === 'NotIn';
  if (takes && count === 0) found.push(wrong(expression, `has no values, which ${operator.string} needs`));
  if (/^(Exists|DoesNotExist)$/.test(operator.string ?? '') && count > 0) {
    found.push(wrong(values, `is set, and ${operator.string} takes no values`));
  }
  for (const one of values.items()) {
    const problem = one.string === undefined ? undefined : labelValueProblem(one, one.string);
    if (problem) found.push({ kind: 'value', field: one, message: problem.split('; ')[0] });
  }
  return found;
}
