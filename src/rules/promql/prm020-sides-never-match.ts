import { type PromqlNode, walkPromql } from '../../promql';
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
  check(graph, report) {
    for (const { root, metric } of metricQueries(graph)) {
      walkPromql(root, (node) => {
        if (node.kind !== 'binary' || node.matching || node.operator === 'or' || node.operator === 'unless') return;
        const [left, right] = [labelsOf(node.left), labelsOf(node.right)];
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

/** The labels that every series of an expression has; undefined where they depend on the data, or there is no vector. */
function labelsOf(node: PromqlNode): readonly string[] | undefined {
  switch (node.kind) {
    case 'aggregate':
      if (['topk', 'bottomk', 'limitk', 'limit_ratio', 'count_values'].includes(node.name)) return undefined;
      // A label by which is grouped need not be there, and is then left out; one that both sides name counts the same.
      return node.grouping === 'without' ? undefined : [...node.labels].sort();
    case 'call':
      if (node.name === 'vector') return [];
      if (node.name === 'histogram_quantile' && node.args[1])
        return labelsOf(node.args[1])?.filter((one) => one !== 'le');
      return ['round', 'ceil', 'floor', 'clamp_min', 'clamp_max', 'abs'].includes(node.name) && node.args[0]
        ? labelsOf(node.args[0])
        : undefined;
    case 'binary': {
      if (node.matching) return undefined;
      if (node.operator === 'or') {
        const [left, right] = [labelsOf(node.left), labelsOf(node.right)];
        return left && right && left.join() === right.join() ? left : undefined;
      }
      if (node.left.kind === 'number') return labelsOf(node.right);
      return labelsOf(node.left);
    }
    default:
      return undefined;
  }
}
