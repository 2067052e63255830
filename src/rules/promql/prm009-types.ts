import { metrics } from '../../graph';
import { promqlType } from '../../promql';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricQueries, parsedQuery, readPromql } from '../shared/metric-query';
import { AS_METRICSQL, mayBeMetricsQl } from '../shared/query-dialect';
import { ruleExpressions } from '../shared/rule-expressions';
import { withQuery } from '../shared/example';

export const queryTypes: Rule = {
  code: 'PRM009',
  severity: 'error',
  title: 'Prometheus refuses the types in a query',
  why: 'The grammar accepts the query, but the type check of Prometheus does not: a wrong number of arguments, a range vector where an instant vector is needed, or an invalid regular expression. Every measurement ends in an error, and after five in a row, about 40 seconds, the rollout is aborted.',
  fix: 'Correct the part that the message names. `rate()`, `increase()` and `…_over_time()` take a range vector (`x[5m]`); aggregations and operators take instant vectors.',
  whenNotToUse:
    'Ignore it when the address is a system with a dialect of its own. If the address looks like VictoriaMetrics, whose MetricsQL has more, it is advice; so it is in a PrometheusRule where its operator is among the manifests and no Prometheus is.',
  confirmedBy: CONFIRMED_BY.promql,
  bad: withQuery('sum(rate(http_requests_total))'),
  good: withQuery('sum(rate(http_requests_total[5m]))'),
  peers: { pint: 'promql/syntax, in rule files only' },
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      for (const { from, to, message } of parsedQuery(graph, metric)?.problems ?? []) {
        const label = `Prometheus refuses the query of ${metricLabel(metric)}: ${message}`;
        report(metric.query, label, { within: { from, to }, ...(mayBeMetricsQl(metric) ? AS_METRICSQL : {}) });
      }
    }
    for (const { field, label, mayBeMetricsQl: isOther } of part(ruleExpressions(graph))) {
      for (const { from, to, message } of readPromql(field.string!).problems) {
        report(field, `Prometheus refuses ${label}: ${message}`, {
          within: { from, to },
          ...(isOther ? AS_METRICSQL : {}),
        });
      }
    }
    for (const { root, metric } of metricQueries(graph, part)) {
      const type = promqlType(root);
      if (type !== 'range vector' && type !== 'string') continue;
      if (type === 'range vector' && !metric.prometheus.get('rangeQuery').exists) {
        report(
          metric.query,
          `the query of ${metricLabel(metric)} returns every sample of its range, the oldest first`,
          {
            within: { from: root.from, to: root.to },
            severity: 'warning',
            hint: 'use increase() or rate() of it',
          },
        );
        continue;
      }
      report(metric.query, `the query of ${metricLabel(metric)} returns a ${type}, which is not a number`, {
        within: { from: root.from, to: root.to },
        hint: type === 'string' ? undefined : 'a rangeQuery takes the range itself',
      });
    }
  },
};
