import { metrics } from '../../graph';
import { parsePromql } from '../../promql';
import { withQuery } from '../shared/example';
import { analysisLabel, fillIn, usesOf } from '../shared/settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { parsedQuery } from '../shared/query';

export const queryDoesNotParse: Rule = {
  code: 'PRM001',
  severity: 'error',
  title: 'A query is not valid PromQL',
  why: 'Prometheus answers every measurement with an error. After five errors in a row, about 40 seconds, the rollout is aborted, and only the first rollout that reaches the analysis finds out.',
  fix: 'Correct the query at the marked position. The linter uses the grammar of the Prometheus project and puts a fitting value in the place of each `{{args.…}}`.',
  whenNotToUse:
    'Ignore it when the address is a system with a dialect of its own, such as MetricsQL of VictoriaMetrics.',
  confirmedBy: CONFIRMED_BY.promql,
  bad: withQuery('sum(increase(http_requests_total{code=~"5.."}[5m])'),
  good: withQuery('sum(increase(http_requests_total{code=~"5.."}[5m]))'),
  peers: { pint: 'promql/syntax, in rule files only' },
  check(graph, report) {
    for (const metric of metrics(graph)) {
      const { query, name, prometheus } = metric;
      if (prometheus.exists && (!query.exists || query.string?.trim() === '')) {
        report(query, `metric '${name}' has no query`, { hint: 'give query' });
      }
      if (!query.string?.trim()) continue;
      const first = parsedQuery(graph, metric)?.errors[0];
      if (first) {
        const { from, to } = first;
        report(query, `the query of metric '${name}' is not valid PromQL: ${first.message}`, { within: { from, to } });
        continue;
      }
      const empty = /\[\s*0+\s*(ms|[smhdwy])?\s*[\]:]/.exec(query.string);
      if (empty) {
        const within = { from: empty.index, to: empty.index + empty[0].length };
        report(query, `the query of metric '${name}' is not valid PromQL: a range of no time`, { within });
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
  },
};
