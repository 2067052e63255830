import { walkPromql } from '../../promql';
import { metricLabel } from '../shared/settings';
import type { Rule } from '../shared/rule';
import { metricQueries } from '../shared/query';
import { sample } from '../shared/promql-sample';

export const irate: Rule = {
  code: 'PRM016',
  severity: 'advice',
  title: 'A judgement rests on the last two samples',
  why: '`irate()` looks at the last two samples in the window, whatever its length: of five minutes of failures it sees the last scrape interval. It is made for graphs of what changes fast.',
  fix: 'Use `rate()`, which looks at the whole window.',
  bad: sample('sum(irate(http_requests_total{code=~"5.."}[5m]))'),
  good: sample('sum(rate(http_requests_total{code=~"5.."}[5m]))'),
  check(graph, report) {
    for (const { root, metric } of metricQueries(graph)) {
      walkPromql(root, (node) => {
        if (node.kind !== 'call' || node.name !== 'irate') return;
        const [selector] = node.args;
        const window = selector?.kind === 'selector' && selector.window ? ` of ${selector.window.text}` : '';
        report(
          metric.query,
          `the query of ${metricLabel(metric)} takes irate(), which sees the last two samples${window} alone`,
          {
            within: node.at,
            hint: 'use rate()',
            fix: { title: 'use rate()', edits: [{ at: metric.query, set: 'rate', within: node.at }] },
          },
        );
      });
    }
  },
};
