import { type PromqlNode, walkPromql } from '../../promql';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import { withQuery } from '../shared/example';
import { metricQueries } from '../shared/metric-query';
import { metricLabel } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';

const query = (quantile: string): string =>
  withQuery(`histogram_quantile(${quantile}, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))`);

export const quantileOutOfRange: Rule = {
  code: 'PRM029',
  severity: 'error',
  title: 'A quantile is outside 0 to 1',
  why: 'A quantile above 1 is infinite and one below 0 is minus infinity, whatever was measured: a limit on the latency fails every version or passes every version. A frequent cause is a percentage: `99` where `0.99` is meant.',
  fix: 'Write the quantile as a share: `0.99`.',
  whenNotToUse: 'Never: the result says nothing about the app.',
  confirmedBy: CONFIRMED_BY.series,
  bad: query('99'),
  good: query('0.99'),
  checkPart(graph, report, part) {
    for (const { root, metric } of metricQueries(graph, part)) {
      walkPromql(root, (node) => {
        const quantile = quantileOf(node);
        if (quantile?.kind !== 'number') return;
        const value = Number(quantile.text);
        if (!(value < 0 || value > 1)) return;
        report(metric.query, `the query of ${metricLabel(metric)} asks for the quantile ${quantile.text}`, {
          within: quantile,
          hint: value > 1 && value <= 100 ? `did you mean ${value / 100}?` : 'from 0 to 1',
        });
      });
    }
  },
};

const CALLS = new Set(['histogram_quantile', 'quantile_over_time']);

function quantileOf(node: PromqlNode): PromqlNode | undefined {
  if (node.kind === 'call' && CALLS.has(node.name)) return node.args[0];
  return undefined;
}
