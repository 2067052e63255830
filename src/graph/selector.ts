import type { Field } from './resource';

/** The labels of a pod or a Service. */
export interface Labels {
  readonly [key: string]: string;
}

/** Whether labels satisfy a Service's selector. An absent or empty selector selects nothing. */
export function matchesMap(selector: Labels, labels: Labels): boolean {
  const keys = Object.keys(selector);
  return keys.length > 0 && keys.every((key) => labels[key] === selector[key]);
}

/** Whether labels satisfy a LabelSelector (matchLabels, matchExpressions). An empty one matches everything. */
export function matchesSelector(selector: Field, labels: Labels): boolean {
  for (const [key, value] of Object.entries(selector.get('matchLabels').strings)) {
    if (labels[key] !== value) return false;
  }
  return selector
    .get('matchExpressions')
    .items()
    .every((expression) => matchesExpression(expression, labels));
}

function matchesExpression(expression: Field, labels: Labels): boolean {
  const key = expression.get('key').string ?? '';
  const values = expression
    .get('values')
    .items()
    .map((item) => item.string);
  const value: string | undefined = labels[key];
  switch (expression.get('operator').string) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
