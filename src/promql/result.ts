import type { PromqlNode } from './ast';

/** Functions that return a series for each one that they are given, with its labels. */
const ELEMENTWISE = new Set(
  (
    'abs acos acosh asin asinh atan atanh ceil clamp clamp_max clamp_min cos cosh deg exp floor ln log10 log2 rad round ' +
    'sgn sin sinh sort sort_desc sqrt tan tanh timestamp day_of_month day_of_week day_of_year days_in_month hour minute month year'
  ).split(' '),
);
const SELECTING = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);
const COMPARISONS = new Set(['==', '!=', '>', '<', '>=', '<=']);

/** The labels that every series of a result has; undefined where they depend on the data, or there is no vector. */
export function resultLabels(node: PromqlNode): readonly string[] | undefined {
  switch (node.kind) {
    case 'aggregate':
      if (SELECTING.has(node.name) || node.name === 'count_values') return undefined;
      // A label by which is grouped need not be there, and is then left out; one that both sides name counts the same.
      return node.grouping === 'without' ? undefined : [...node.labels].sort();
    case 'call':
      if (node.name === 'vector') return [];
      if (node.name === 'histogram_quantile' && node.args[1])
        return resultLabels(node.args[1])?.filter((one) => one !== 'le');
      return ELEMENTWISE.has(node.name) && node.args[0] ? resultLabels(node.args[0]) : undefined;
    case 'unary':
      return resultLabels(node.node);
    case 'binary': {
      if (node.operator === 'or') {
        const [left, right] = [resultLabels(node.left), resultLabels(node.right)];
        return left && right && left.join() === right.join() ? left : undefined;
      }
      if (node.matching) return undefined;
      return isNumber(node.left) ? resultLabels(node.right) : resultLabels(node.left);
    }
    default:
      return undefined;
  }
}

const isNumber = (node: PromqlNode): boolean =>
  node.kind === 'number' ||
  (node.kind === 'call' && ['scalar', 'time', 'pi'].includes(node.name)) ||
  (node.kind === 'unary' && isNumber(node.node)) ||
  (node.kind === 'binary' && isNumber(node.left) && isNumber(node.right));

/** Whether a query returns a result for all series: `… or vector(0)` does. */
export function isNeverEmpty(node: PromqlNode): boolean {
  if (isNumber(node)) return true;
  switch (node.kind) {
    case 'string':
      return true;
    case 'unary':
    case 'subquery':
      return isNeverEmpty(node.node);
    case 'aggregate': {
      if (SELECTING.has(node.name)) return false;
      const of = node.args[node.args.length - 1];
      return of !== undefined && isNeverEmpty(of);
    }
    case 'call':
      if (node.name === 'vector') return true;
      if (node.args.length === 0) return true;
      if (ELEMENTWISE.has(node.name) || /^label_(replace|join)$|_over_time$/.test(node.name)) {
        return node.name !== 'absent_over_time' && node.args.some((one) => !isNumber(one) && isNeverEmpty(one));
      }
      return false;
    case 'binary':
      return isNeverEmptyBinary(node);
    default:
      return false;
  }
}

function isNeverEmptyBinary(node: PromqlNode & { kind: 'binary' }): boolean {
  const { operator, left, right, bool, matching } = node;
  const [first, second] = [isNeverEmpty(left), isNeverEmpty(right)];
  if (operator === 'or') return first || second;
  // A comparison without bool drops elements for which it is false.
  if (operator === 'and' || operator === 'unless' || (COMPARISONS.has(operator) && !bool)) return false;
  if (!first || !second) return false;
  if (isNumber(left) || isNumber(right)) return true;
  if (matching?.by === 'on' && matching.labels.length === 0) return true;
  return matching === undefined && resultLabels(left)?.length === 0 && resultLabels(right)?.length === 0;
}

/** Whether a selector reads a recording rule by a label that identifies one series of it. */
export const isOneRecorded = (node: PromqlNode): boolean =>
  node.kind === 'selector' &&
  (node.metric?.includes(':') ?? false) &&
  node.matchers.some(({ operator, value }) => operator === '=' && value !== '');
