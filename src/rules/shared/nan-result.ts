import { type PromqlNode, walkPromql } from '../../promql';
import type { MetricQuery } from './metric-query';

/** The part of a query that can be NaN. Undefined if none can. */
export function canBeNaN({ root }: MetricQuery): string | undefined {
  let found: string | undefined;
  walkPromql(root, (node, around) => {
    const what = givesNaN(node);
    if (what && !around.some(removesNaN) && !removesNaN(node)) found ??= what;
  });
  return found;
}

function givesNaN(node: PromqlNode): string | undefined {
  if (node.kind === 'call' && node.name === 'histogram_quantile') return 'histogram_quantile()';
  if (node.kind === 'call' && ['sqrt', 'ln', 'log2', 'log10'].includes(node.name)) return `${node.name}()`;
  if (node.kind !== 'binary' || (node.operator !== '/' && node.operator !== '%')) return undefined;
  return canBeZero(node.right) ? 'the division' : undefined;
}

/** A number other than 0 is not 0, nor is an operand that a comparison or clamp keeps above 0. */
function canBeZero(node: PromqlNode): boolean {
  if (node.kind === 'number') return Number(node.text) === 0;
  if (node.kind === 'binary' && ['>', '>=', '!='].includes(node.operator) && !node.bool) return false;
  if (node.kind === 'call' && node.name === 'clamp_min') return false;
  // `x + 1` cannot be 0 for a counter.
  if (node.kind === 'binary' && node.operator === '+') return canBeZero(node.left) && canBeZero(node.right);
  return true;
}

/** A comparison drops NaN, unless it asks with `bool` or `!=`; so does `and` with a floor on the traffic. */
function removesNaN(node: PromqlNode): boolean {
  if (node.kind !== 'binary') return false;
  if (['>', '>=', '<', '<=', '=='].includes(node.operator)) return !node.bool;
  return (
    node.operator === 'and' &&
    [node.left, node.right].some((side) => side.kind === 'binary' && ['>', '>='].includes(side.operator) && !side.bool)
  );
}
