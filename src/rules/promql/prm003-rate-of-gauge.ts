import { walkPromql } from '../../promql';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricQueries } from '../shared/metric-query';
import { withQuery } from '../shared/example';

/** Names that only gauges have. */
const GAUGE =
  /^(up$|go_goroutines|go_threads|process_open_fds|process_resident_memory_bytes|container_memory_(usage|working_set|rss|cache)(_bytes)?$|node_memory_\w+_bytes$|node_load\d+|kube_pod_(status|container_status_(ready|running|waiting))|kube_(deployment|replicaset)_(status|spec)_)|_(info|ratio|percent|percentage|in_flight|inflight|in_progress|queue_length|connections_active|temperature_celsius)$/;

export const rateOfGauge: Rule = {
  code: 'PRM003',
  severity: 'warning',
  title: 'A function for counters is used on a gauge',
  why: 'A gauge goes up and down. `rate()` and `increase()` take every decrease for a counter reset and add the whole value. The result has no meaning.',
  fix: 'Use `delta()` or `deriv()` for the change of a gauge, and `avg_over_time()` or `max_over_time()` for its value.',
  whenNotToUse: 'Ignore it when the metric is a counter in spite of its name.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withQuery('max(rate(process_resident_memory_bytes[5m]))'),
  good: withQuery('max(deriv(process_resident_memory_bytes[5m]))'),
  peers: { pint: 'promql/rate, with a live Prometheus' },
  checkPart(graph, report, part) {
    for (const { root, metric } of metricQueries(graph, part)) {
      walkPromql(root, (node) => {
        if (node.kind !== 'call' || !['rate', 'irate', 'increase'].includes(node.name)) return;
        const [selector] = node.args;
        if (selector?.kind !== 'selector' || !selector.metric || !GAUGE.test(selector.metric)) return;
        report(
          metric.query,
          `the query of ${metricLabel(metric)} takes ${node.name}() of ${selector.metric}, which is a gauge`,
          {
            within: node.at,
            hint: 'use delta(), or avg_over_time()',
          },
        );
      });
    }
  },
};
