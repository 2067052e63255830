import { metrics } from '../../graph';
import { parsePromql } from '../../promql';
import { withQuery } from '../shared/example';
import { analysisLabel, fillIn, usesOf } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { ruleExpressions } from '../shared/rule-expressions';
import { AS_METRICSQL, mayBeMetricsQl } from '../shared/query-dialect';
import { parsedQuery } from '../shared/metric-query';

export const queryDoesNotParse: Rule = {
  code: 'PRM001',
  severity: 'error',
  title: 'A query is not valid PromQL',
  why: 'Prometheus answers every measurement with an error. After five errors in a row, about 40 seconds, the rollout is aborted, and only the first rollout that reaches the analysis finds out. A PrometheusRule with such an expression is not loaded, and a trigger of KEDA with such a query does not scale.',
  fix: 'Correct the query at the marked position. The linter uses the grammar of the Prometheus project and puts a fitting value in the place of each `{{args.…}}`.',
  whenNotToUse:
    'Ignore it when the address is a system with a dialect of its own. If the address looks like VictoriaMetrics, whose MetricsQL has more, it is advice; so it is in a PrometheusRule where its operator is among the manifests and no Prometheus is.',
  confirmedBy: CONFIRMED_BY.promql,
  bad: withQuery('sum(increase(http_requests_total{code=~"5.."}[5m])'),
  good: withQuery('sum(increase(http_requests_total{code=~"5.."}[5m]))'),
  peers: { pint: 'promql/syntax, in rule files only' },
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      const { query, name, prometheus } = metric;
      if (prometheus.exists && (!query.exists || query.string?.trim() === '')) {
        report(query, `metric '${name}' has no query`, { hint: 'give query' });
      }
      if (!query.string?.trim()) continue;
      const first = parsedQuery(graph, metric)?.syntax.errors[0];
      if (first) {
        const { from, to } = first;
        report(query, `the query of metric '${name}' is not valid PromQL: ${first.message}`, {
          within: { from, to },
          ...(mayBeMetricsQl(metric) ? AS_METRICSQL : {}),
        });
        continue;
      }
      for (const use of usesOf(metric)) {
        const filled = fillIn(query.string, metric, use);
        const [error] = filled === undefined || filled === query.string ? [] : parsePromql(filled).errors;
        if (!error) continue;
        const whose = use ? ` as ${analysisLabel(use)} fills it` : '';
        report(query, `the query of metric '${name}' is not valid PromQL${whose}: ${error.message}`, {
          hint: `it comes to ${filled?.trim()}`,
        });
      }
    }
    for (const { field, label, mayBeMetricsQl: isOther } of part(ruleExpressions(graph))) {
      const [error] = parsePromql(field.string!).errors;
      if (!error) continue;
      const { from, to, message } = error;
      report(field, `${label} is not valid PromQL: ${message}`, {
        within: { from, to },
        ...(isOther ? AS_METRICSQL : {}),
      });
    }
  },
};
