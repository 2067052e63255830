import { walkPromql } from '../../promql';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricQueries } from '../shared/metric-query';
import { withQuery } from '../shared/example';

export const rateOfSum: Rule = {
  code: 'PRM019',
  severity: 'warning',
  title: 'rate() is applied to a sum',
  why: 'In a sum, the reset of one counter looks like a decrease of the whole, and `rate()` adds the whole sum. The result jumps whenever a rollout starts or stops a pod.',
  fix: 'Apply `rate()` first, then `sum()`: `sum(rate(x[5m]))`.',
  whenNotToUse: 'Ignore it when the inner aggregation runs over gauges.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withQuery('rate(sum(http_requests_total{code=~"5.."})[5m:30s])'),
  good: withQuery('sum(rate(http_requests_total{code=~"5.."}[5m]))'),
  peers: { pint: 'promql/rate, with a live Prometheus' },
  checkPart(graph, report, part) {
    for (const { root, metric } of metricQueries(graph, part)) {
      walkPromql(root, (node) => {
        if (node.kind !== 'call' || !['rate', 'irate', 'increase'].includes(node.name)) return;
        const [inner] = node.args;
        if (inner?.kind !== 'subquery' || inner.node.kind !== 'aggregate') return;
        report(
          metric.query,
          `the query of ${metricLabel(metric)} takes ${node.name}() of ${inner.node.name}(), which is wrong whenever a pod starts or stops`,
          {
            within: node.at,
            hint: `take ${inner.node.name}(${node.name}(…))`,
          },
        );
      });
    }
  },
};
