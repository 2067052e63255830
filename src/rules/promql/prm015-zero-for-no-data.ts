import { assess } from '../../expr';
import { type PromqlNode, walkPromql } from '../../promql';
import { judged, metricConditions } from '../shared/metric-conditions';
import { metricLabel } from '../shared/metric-settings';
import { distinct } from '../shared/distinct';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { withQuery } from '../shared/example';

const errors = 'sum(increase(http_requests_total{code=~"5.."}[5m]))';

export const zeroForNoData: Rule = {
  code: 'PRM015',
  severity: 'advice',
  title: 'No data counts as no failure',
  why: '`or vector(0)` returns 0 when there is no series. That is right for a version that never failed, and wrong for one that received no request, is not scraped, or whose metric has another name: all of these pass.',
  fix: 'Require traffic as well: `(sum(…) or vector(0)) and (sum(increase(http_requests_total[5m])) >= 1)`, and say in the condition what no data means.',
  whenNotToUse: 'Ignore it when another metric of the same analysis checks that there is traffic.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withQuery(`${errors} or vector(0)`),
  good: withQuery(`(${errors} or vector(0)) and (sum(increase(http_requests_total[5m])) >= 1)`),
  check(graph, found) {
    const report = distinct(found);
    for (const { metric, texts, query, all, engine } of metricConditions(graph)) {
      if (!query || all.length === 0) continue;
      const zero = zeroOfNothing(query.root);
      if (!zero || judged(() => assess(texts, [0], 'prometheus', engine))?.phase !== 'Successful') continue;
      report(
        metric.query,
        `the query of ${metricLabel(metric)} gives 0 where there is no data, and its condition accepts 0`,
        {
          within: { from: zero.from, to: zero.to },
          hint: 'ask for traffic as well: … and (sum(increase(http_requests_total[5m])) >= 1)',
        },
      );
    }
  },
};

/** The `vector(0)` for which no other part of the query asks for data. */
function zeroOfNothing(root: PromqlNode): PromqlNode | undefined {
  let found: PromqlNode | undefined;
  walkPromql(root, (node, around) => {
    if (node.kind !== 'binary' || node.operator !== 'or') return;
    const { right } = node;
    if (right.kind !== 'call' || right.name !== 'vector' || right.args[0]?.kind !== 'number') return;
    if (Number(right.args[0].text) !== 0) return;
    // Below `and`, and in a part of a division, something else decides whether there is data.
    if (around.some((one) => one.kind === 'binary' && ['and', '/', 'unless'].includes(one.operator))) return;
    found ??= right;
  });
  return found;
}
