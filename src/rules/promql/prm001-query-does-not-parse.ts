import { metrics } from '../../graph';
import { parsePromql } from '../../promql';
import { analysisTemplate } from '../shared/examples';
import { analysisLabel, fillIn, usesOf } from '../shared/settings';
import type { Rule } from '../shared/rule';
import { parsedQuery } from '../shared/query';

export const queryDoesNotParse: Rule = {
  code: 'PRM001',
  severity: 'error',
  title: 'A query is no PromQL',
  why: 'Prometheus answers every measurement with an error; after five in a row, 40 seconds, the analysis errs and the rollout is aborted, at the first rollout that comes this far.',
  fix: 'Mend the query at the place shown. It is parsed by the grammar of the Prometheus project, with each `{{args.…}}` taken for a value that fits.',
  bad: analysisTemplate({ query: 'sum(increase(http_requests_total{code=~"5.."}[5m])' }),
  good: analysisTemplate({}),
  peers: { pint: 'promql/syntax, in rule files only' },
  check(graph, report) {
    for (const metric of metrics(graph)) {
      const { query, name, prometheus } = metric;
      if (prometheus.exists && (!query.exists || query.string?.trim() === '')) {
        report(query, `metric '${name}' asks Prometheus nothing`, { hint: 'give query' });
      }
      if (!query.string?.trim()) continue;
      const first = parsedQuery(graph, metric)?.errors[0];
      if (first) {
        const { from, to } = first;
        report(query, `the query of metric '${name}' is no PromQL: ${first.message}`, { within: { from, to } });
        continue;
      }
      const empty = /\[\s*0+\s*(ms|[smhdwy])?\s*[\]:]/.exec(query.string);
      if (empty) {
        const within = { from: empty.index, to: empty.index + empty[0].length };
        report(query, `the query of metric '${name}' is no PromQL: a range of no time`, { within });
        continue;
      }
      for (const use of usesOf(metric)) {
        const filled = fillIn(query.string, metric, use);
        const [error] = filled === undefined || filled === query.string ? [] : parsePromql(filled).errors;
        if (!error) continue;
        const whose = use ? ` as ${analysisLabel(use)} fills it` : '';
        report(query, `the query of metric '${name}' is no PromQL${whose}: ${error.message}`, {
          hint: `it comes to ${filled?.trim()}`,
        });
      }
    }
  },
};
