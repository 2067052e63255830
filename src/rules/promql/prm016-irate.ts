import { type Call, walkPromql } from '../../promql';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricQueries } from '../shared/metric-query';
import { withQuery } from '../shared/example';

export const irate: Rule = {
  code: 'PRM016',
  severity: 'advice',
  title: 'irate() decides an analysis from two samples',
  why: '`irate()` uses only the last two samples of its window, whatever the length of the window. Of five minutes of failures it sees the last scrape interval. The Prometheus documentation recommends it for graphs of fast-moving counters only.',
  fix: 'Use `rate()`, which uses the whole window.',
  whenNotToUse: 'Ignore it when the analysis measures often enough to cover every scrape interval.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withQuery('sum(irate(http_requests_total{code=~"5.."}[5m]))'),
  good: withQuery('sum(rate(http_requests_total{code=~"5.."}[5m]))'),
  checkPart(graph, report, part) {
    for (const { root, metric } of metricQueries(graph, part)) {
      const calls: Call[] = [];
      walkPromql(root, (node) => {
        if (node.kind === 'call' && node.name === 'irate') calls.push(node);
      });
      if (calls.length === 0) continue;
      const [selector] = calls[0].args;
      const window = selector?.kind === 'selector' && selector.window ? ` of ${selector.window.text}` : '';
      const times = calls.length === 1 ? '' : ` ${calls.length} times`;
      report(
        metric.query,
        `the query of ${metricLabel(metric)} uses irate()${times}, which sees only the last two samples${window}`,
        {
          within: calls[0].at,
          hint: 'use rate()',
          fix: {
            title: 'use rate()',
            edits: calls.map(({ at }) => ({ at: metric.query, set: 'rate', within: at })),
          },
        },
      );
    }
  },
};
