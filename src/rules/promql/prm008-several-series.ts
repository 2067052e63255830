import { type EngineRelease, parseCondition, walk } from '../../expr';
import { metricConditions } from '../shared/metric-conditions';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { isSingle } from '../shared/metric-query';
import { withQuery } from '../shared/example';

export const severalSeries: Rule = {
  code: 'PRM008',
  severity: 'warning',
  title: 'A query can return several series and the condition reads only the first',
  why: 'Without an aggregation there is one series for each pod, method, status and path. `result[0]` is whichever Prometheus returns first; all others are ignored.',
  fix: 'Aggregate: `sum(…)` for counts, `max(…)` for latencies. Or check all of them: `all(result, # <= 5)`.',
  whenNotToUse: 'Ignore it when the matchers identify a single series in a way that the linter cannot see.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withQuery('increase(http_requests_total{code="500"}[5m])'),
  good: withQuery('sum(increase(http_requests_total{code="500"}[5m]))'),
  checkPart(graph, report, part) {
    for (const { metric, all, query, engine } of metricConditions(graph, part)) {
      if (!query || isSingle(query.root) || metric.prometheus.get('rangeQuery').exists) continue;
      const reads = all.map(({ text }) => reading(text, engine));
      if (!reads.includes('first') || reads.includes('all')) continue;
      const { root } = query;
      const by =
        root.kind === 'aggregate' && root.labels.length > 0
          ? `one for each ${root.labels.join(', ')}`
          : 'one for each pod and each combination of labels';
      report(
        metric.query,
        `the query of ${metricLabel(metric)} can return several series, ${by}, and its condition reads only result[0]`,
        {
          within: { from: root.from, to: root.to },
          hint: 'aggregate with sum() or max(), or judge all(result, …)',
        },
      );
    }
  },
};

/** Whether a condition reads the first value, all values, or neither. */
function reading(text: string, engine: EngineRelease): 'first' | 'all' | undefined {
  const { ast } = parseCondition(text, engine);
  let found: 'first' | 'all' | undefined;
  if (!ast) return undefined;
  walk(ast, (node) => {
    if (node.kind === 'builtin' && node.name !== 'len') found = 'all';
    if (node.kind === 'member' && node.node.kind === 'identifier' && node.node.name === 'result') {
      const first = node.property.kind === 'integer' && node.property.value === 0n;
      if (!first) found = 'all';
      else found ??= 'first';
    }
  });
  return found;
}
