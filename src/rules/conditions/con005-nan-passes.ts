import { type PromqlNode, walkPromql } from '../../promql';
import { metricLabel } from '../analysis/settings';
import { distinct } from '../distinct';
import type { MetricQuery } from '../promql/query';
import type { Rule } from '../rule';
import { edges, metricConditions } from './condition';
import { RATIO, sample } from './sample';

export const nanPasses: Rule = {
  code: 'CON005',
  severity: 'warning',
  title: 'A metric without a number passes',
  why: 'A division gives NaN when there was no traffic (0/0), and every comparison with NaN is false. A lone `failureCondition` is then false and the measurement successful: a version that nobody reached is promoted.',
  fix: 'Name the case: `failureCondition: isNaN(result[0]) || result[0] > 0.05` fails it, and `successCondition` beside the `failureCondition` makes it inconclusive, which pauses the rollout. Or let the query give nothing below a number of requests.',
  bad: sample('', 'len(result) > 0 && result[0] > 0.05', RATIO),
  good: sample('len(result) > 0 && result[0] <= 0.05', 'len(result) > 0 && result[0] > 0.05', RATIO),
  check(graph, found) {
    const report = distinct(found);
    for (const { metric, texts, failure, success, query } of metricConditions(graph)) {
      if (!failure || success || !query || /\bisNaN\b/.test(failure.text)) continue;
      const nan = canBeNaN(query);
      if (!nan || edges(texts)?.nan.phase !== 'Successful') continue;
      report(
        failure.field,
        `failureCondition of ${metricLabel(metric)} is false for NaN, which the query gives when there was no traffic, so the measurement is successful`,
        {
          hint: 'add isNaN(result[0]) ||, or a successCondition',
          related: { field: metric.query, message: `${nan} can be NaN` },
        },
      );
    }
  },
};

/** What in a query can come to NaN without anything to prevent it; undefined if nothing can. */
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

/** A number, and what a comparison or clamp keeps above 0, is not 0. */
function canBeZero(node: PromqlNode): boolean {
  if (node.kind === 'number') return Number(node.text) === 0;
  if (node.kind === 'binary' && ['>', '>=', '!='].includes(node.operator) && !node.bool) return false;
  if (node.kind === 'call' && node.name === 'clamp_min') return false;
  // `x + 1` cannot be 0 for what counts.
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
