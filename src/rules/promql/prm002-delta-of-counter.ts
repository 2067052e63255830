import { walkPromql } from '../../promql';
import { metricLabel } from '../shared/settings';
import type { Rule } from '../shared/rule';
import { isCounter, metricQueries } from '../shared/query';
import { sample } from '../shared/promql-sample';

const INSTEAD: { readonly [name: string]: string } = { delta: 'increase', idelta: 'increase', deriv: 'rate' };

export const deltaOfCounter: Rule = {
  code: 'PRM002',
  severity: 'warning',
  title: 'A function for gauges is used on a counter',
  why: 'A counter starts again at 0 with each pod. `delta()` takes that for a fall: a canary that was restarted between has a negative number of failures, and passes. `increase()` and `rate()` know resets.',
  fix: 'Use `increase()` for a number in the window, `rate()` for a number a second.',
  bad: sample('sum(delta(http_requests_total{code="500"}[5m]))'),
  good: sample('sum(increase(http_requests_total{code="500"}[5m]))'),
  peers: { pint: 'promql/counter, with a live Prometheus' },
  check(graph, report) {
    for (const { root, metric } of metricQueries(graph)) {
      walkPromql(root, (node) => {
        if (node.kind !== 'call' || !Object.hasOwn(INSTEAD, node.name)) return;
        const [selector] = node.args;
        if (selector?.kind !== 'selector' || !isCounter(selector.metric)) return;
        const to = INSTEAD[node.name];
        report(
          metric.query,
          `the query of ${metricLabel(metric)} takes ${node.name}() of the counter ${selector.metric}, which goes wrong whenever a pod starts anew`,
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
