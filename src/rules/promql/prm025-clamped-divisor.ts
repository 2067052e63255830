import { type PromqlNode, walkPromql } from '../../promql';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import { withQuery } from '../shared/example';
import { metricQueries } from '../shared/metric-query';
import { metricLabel } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';

/** A smaller minimum only keeps the query from dividing by zero. */
const LEAST = 0.05;

const share = (divisor: string): string => `sum(rate(http_requests_total{code=~"5.."}[5m])) / ${divisor}`;
const TOTAL = 'sum(rate(http_requests_total[5m]))';

export const clampedDivisor: Rule = {
  code: 'PRM025',
  severity: 'advice',
  title: 'clamp_min() in a denominator hides failures at low traffic',
  why: 'Below the minimum the query divides by the minimum instead of the traffic. With `clamp_min(…, 1)` and 0.1 requests per second, a version that fails every request shows a share of 10 % instead of 100 %. The lower the traffic, the more failures pass.',
  fix: 'Use a floor, below which the query returns nothing (`/ (… > 0.1)`), and say in the condition what no data means. Against a division by zero alone a tiny minimum such as 0.001 is enough.',
  whenNotToUse: 'Ignore it when the traffic never falls below the minimum.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withQuery(share(`clamp_min(${TOTAL}, 1)`), 'len(result) > 0 && result[0] <= 0.05'),
  good: withQuery(share(`(${TOTAL} > 0.1)`), 'len(result) == 0 || result[0] <= 0.05'),
  checkPart(graph, report, part) {
    for (const { metric, root } of metricQueries(graph, part)) {
      const clamp = clampOf(root);
      if (!clamp) continue;
      report(
        metric.query,
        `the query of ${metricLabel(metric)} divides by at least ${clamp.least}, which makes failures look smaller below that traffic`,
        { within: { from: clamp.node.from, to: clamp.node.to }, hint: 'use a floor: (… > 0.1)' },
      );
    }
  },
};

/** `clamp_min(…, n)` as a divisor. */
function clampOf(root: PromqlNode): { readonly node: PromqlNode; readonly least: number } | undefined {
  let found: { node: PromqlNode; least: number } | undefined;
  walkPromql(root, (node) => {
    if (node.kind !== 'binary' || node.operator !== '/' || node.right.kind !== 'call') return;
    const { name, args } = node.right;
    const least = args[1]?.kind === 'number' ? Number(args[1].text) : NaN;
    if (name === 'clamp_min' && least >= LEAST) found ??= { node: node.right, least };
  });
  return found;
}
