import { walkPromql } from '../../promql';
import { metricLabel } from '../shared/settings';
import type { Rule } from '../shared/rule';
import { metricQueries } from '../shared/query';
import { sample } from '../shared/promql-sample';

export const rateOfSum: Rule = {
  code: 'PRM019',
  severity: 'warning',
  title: 'A rate is taken of a sum',
  why: 'In a sum the reset of one counter looks like a fall of all, and `rate()` adds the whole sum for it. With each pod that a rollout starts or stops the number jumps.',
  fix: 'Take the rate first, then the sum: `sum(rate(x[5m]))`.',
  bad: sample('rate(sum(http_requests_total{code=~"5.."})[5m:30s])'),
  good: sample('sum(rate(http_requests_total{code=~"5.."}[5m]))'),
  peers: { pint: 'promql/rate, with a live Prometheus' },
  check(graph, report) {
    for (const { root, metric } of metricQueries(graph)) {
      walkPromql(root, (node) => {
        if (node.kind !== 'call' || !['rate', 'irate', 'increase'].includes(node.name)) return;
        const [inner] = node.args;
        if (inner?.kind !== 'subquery' || inner.node.kind !== 'aggregate') return;
        report(
          metric.query,
          `the query of ${metricLabel(metric)} takes ${node.name}() of ${inner.node.name}(), which goes wrong whenever a pod starts or stops`,
          {
            within: node.at,
            hint: `take ${inner.node.name}(${node.name}(…))`,
          },
        );
      });
    }
  },
};
