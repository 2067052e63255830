import { resultLabels, walkPromql } from '../../promql';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricQueries } from '../shared/metric-query';
import { withQuery } from '../shared/example';

const total = 'sum(rate(http_requests_total[5m]))';

export const sidesNeverMatch: Rule = {
  code: 'PRM020',
  severity: 'error',
  title: 'The two sides of an operator can never match',
  why: 'Prometheus pairs series with equal labels. If the two sides are aggregated by different labels, no pair exists and the result is always empty.',
  fix: 'Aggregate both sides by the same labels, or use `on (…)` or `ignoring (…)` with `group_left`.',
  whenNotToUse: 'Ignore it when a label is empty on all series, so that both sides have the same labels after all.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withQuery(`sum by (pod) (rate(http_requests_total{code=~"5.."}[5m])) / ${total}`, 'all(result, # <= 0.05)'),
  good: withQuery(`sum(rate(http_requests_total{code=~"5.."}[5m])) / ${total}`),
  peers: { pint: 'promql/vector_matching, with a live Prometheus' },
  checkPart(graph, report, part) {
    for (const { root, metric } of metricQueries(graph, part)) {
      walkPromql(root, (node) => {
        if (node.kind !== 'binary' || node.matching || node.operator === 'or' || node.operator === 'unless') return;
        const [left, right] = [resultLabels(node.left), resultLabels(node.right)];
        if (!left || !right || left.join() === right.join()) return;
        const { from, to } = node;
        report(
          metric.query,
          `the sides of ${node.operator} in the query of ${metricLabel(metric)} have ${labels(left)} and ${labels(right)}, so that they never match`,
          {
            within: { from, to },
          },
        );
      });
    }
  },
};

const labels = (names: readonly string[]): string =>
  names.length === 0 ? 'no labels' : `the labels ${names.join(', ')}`;
