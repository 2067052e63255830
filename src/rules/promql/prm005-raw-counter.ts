import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricQueries } from '../shared/metric-query';
import { withQuery } from '../shared/example';

export const rawCounter: Rule = {
  code: 'PRM005',
  severity: 'warning',
  title: 'A counter is used without rate() or increase()',
  why: 'A counter counts since its pod started and restarts at 0. Its value says how long the pod has been running rather than how it behaves now: a stable pod exceeds every limit in time, and a fresh canary none.',
  fix: 'Use `increase(…[5m])` for the number in a window, or `rate(…[5m])` for the number per second.',
  whenNotToUse: 'Ignore it when the total since the start of the pod is what you want to limit.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withQuery('sum(http_requests_total{code=~"5.."})'),
  good: withQuery('sum(increase(http_requests_total{code=~"5.."}[5m]))'),
  peers: { pint: 'promql/counter, with a live Prometheus' },
  checkPart(graph, report, part) {
    for (const { metric, selectors } of metricQueries(graph, part)) {
      for (const { selector, around } of selectors) {
        // Gauges may also end in _sum, _count and _bucket.
        if (selector.window || !/_total$/.test(selector.metric ?? '')) continue;
        // The counter of an object that starts with the pod, such as restarts, contains only the version's own events.
        if (selector.metric!.startsWith('kube_')) continue;
        // Existence, number and age of series may be queried for any metric.
        const asked = around.some(
          (one) =>
            one.kind === 'subquery' ||
            (one.kind === 'aggregate' && ['count', 'group'].includes(one.name)) ||
            (one.kind === 'call' && ['absent', 'timestamp', 'absent_over_time'].includes(one.name)) ||
            (one.kind === 'binary' && ['and', 'unless'].includes(one.operator) && selector.from >= one.right.from),
        );
        if (asked) continue;
        // Another rule reports a missing window.
        if (around[0]?.kind === 'call' && ['rate', 'increase', 'irate'].includes(around[0].name)) continue;
        const { from, to } = selector;
        report(
          metric.query,
          `the query of ${metricLabel(metric)} uses the counter ${selector.metric} without rate() or increase()`,
          {
            within: { from, to },
            hint: 'take increase(…[5m]) or rate(…[5m]) of it',
          },
        );
      }
    }
  },
};
