import { walkPromql } from '../../promql';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { isCounter, metricQueries } from '../shared/metric-query';
import { withQuery } from '../shared/example';

const INSTEAD: { readonly [name: string]: string } = { delta: 'increase', idelta: 'increase', deriv: 'rate' };

export const deltaOfCounter: Rule = {
  code: 'PRM002',
  severity: 'warning',
  title: 'A function for gauges is used on a counter',
  why: 'A counter starts at 0 with each pod. `delta()` takes that for a decrease: a canary that restarted has a negative number of failures and passes. `increase()` and `rate()` handle counter resets.',
  fix: 'Use `increase()` for the number in the window, or `rate()` for the number per second.',
  whenNotToUse: 'Ignore it when the metric is a gauge in spite of its name.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withQuery('sum(delta(http_requests_total{code="500"}[5m]))'),
  good: withQuery('sum(increase(http_requests_total{code="500"}[5m]))'),
  peers: { pint: 'promql/counter, with a live Prometheus' },
  checkPart(graph, report, part) {
    for (const { root, metric } of metricQueries(graph, part)) {
      walkPromql(root, (node) => {
        if (node.kind !== 'call' || !Object.hasOwn(INSTEAD, node.name)) return;
        const [selector] = node.args;
        if (selector?.kind !== 'selector' || !isCounter(selector.metric)) return;
        const to = INSTEAD[node.name];
        report(
          metric.query,
          `the query of ${metricLabel(metric)} takes ${node.name}() of the counter ${selector.metric}, which is wrong after every restart of a pod`,
          {
            within: node.at,
            hint: `use ${to}()`,
            fix: { title: `use ${to}()`, edits: [{ at: metric.query, set: to, within: node.at }] },
          },
        );
      });
    }
  },
};
