import { assess } from '../../expr';
import { type PromqlNode, walkPromql } from '../../promql';
import { judged, metricConditions } from '../shared/metric-conditions';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { withQuery } from '../shared/example';

const errors = 'sum(increase(http_requests_total{code=~"5.."}[5m]))';

export const zeroForNoData: Rule = {
  code: 'PRM015',
  severity: 'advice',
  title: 'A number that stands for missing data decides the analysis',
  why: '`or vector(0)` returns 0 when there is no series. That is right for a version that never failed, and wrong for one that received no request, is not scraped, or whose metric has another name: all of these pass.',
  fix: 'Require traffic as well: `(sum(…) or vector(0)) and (sum(increase(http_requests_total[5m])) >= 1)`, and say in the condition what no data means.',
  whenNotToUse: 'Ignore it when another metric of the same analysis checks that there is traffic.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withQuery(`${errors} or vector(0)`),
  good: withQuery(`(${errors} or vector(0)) and (sum(increase(http_requests_total[5m])) >= 1)`),
  checkPart(graph, report, part) {
    for (const { metric, texts, query, all, engine } of metricConditions(graph, part)) {
      if (!query || all.length === 0) continue;
      const found = valueForNothing(query.root);
      if (!found) continue;
      const { node, value } = found;
      const phase = judged(() => assess(texts, [value], 'prometheus', engine))?.phase;
      // For a plain count, 0 may fail on purpose, to require traffic. For a share, it replaces a number that was not
      // measured.
      if (phase !== 'Successful' && !(phase === 'Failed' && (value !== 0 || divides(node, query.root)))) continue;
      const accepts = phase === 'Successful' ? 'accepts' : 'fails on';
      report(
        metric.query,
        `the query of ${metricLabel(metric)} gives ${value} where there is no data, and its condition ${accepts} ${value}`,
        {
          within: { from: node.from, to: node.to },
          hint: 'ask for traffic as well: … and (sum(increase(http_requests_total[5m])) >= 1)',
        },
      );
    }
  },
};

/** The `vector(…)` that the query falls back to if no other part requires data, and its number. */
function valueForNothing(root: PromqlNode): { readonly node: PromqlNode; readonly value: number } | undefined {
  let found: { node: PromqlNode; value: number } | undefined;
  walkPromql(root, (node, around) => {
    if (node.kind !== 'binary' || node.operator !== 'or') return;
    const { right } = node;
    if (right.kind !== 'call' || right.name !== 'vector' || right.args[0]?.kind !== 'number') return;
    const value = Number(right.args[0].text);
    // Below `and`, and in an operand of a division, another part decides whether there is data.
    if (Number.isNaN(value)) return;
    if (around.some((one) => one.kind === 'binary' && ['and', '/', 'unless'].includes(one.operator))) return;
    found ??= { node: right, value };
  });
  return found;
}

/** Whether the query divides before it falls back to a number. */
function divides(fallback: PromqlNode, root: PromqlNode): boolean {
  let found = false;
  walkPromql(root, (node) => {
    found ||= node.kind === 'binary' && node.operator === '/' && node.to <= fallback.from;
  });
  return found;
}
