import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricQueries } from '../shared/metric-query';
import { withQuery } from '../shared/example';

export const patternWithoutPattern: Rule = {
  code: 'PRM012',
  severity: 'advice',
  title: 'A regular expression matches a single plain value',
  why: 'It reads as if more were meant. `=~` and `!~` also cost more than `=` and `!=`, because Prometheus tests every value of the label.',
  fix: 'Use `=` or `!=`, or write the pattern that was meant (`5..` for 500 to 599).',
  whenNotToUse: 'Ignore it when a tool generates the queries and always uses `=~`.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withQuery('sum(increase(http_requests_total{code=~"500"}[5m]))'),
  good: withQuery('sum(increase(http_requests_total{code=~"5.."}[5m]))'),
  peers: { pint: 'promql/regexp' },
  checkPart(graph, report, part) {
    for (const { metric, selectors } of metricQueries(graph, part)) {
      for (const { label, operator, value, from, inside } of selectors.flatMap(({ selector }) => selector.matchers)) {
        if (!operator.endsWith('~') || value.includes('{{') || value === '' || !/^[\w\s/:-]*$/.test(value)) continue;
        const plain = operator === '=~' ? '=' : '!=';
        const query = metric.query.string!;
        const at = query.indexOf(operator, from + label.length);
        const within = { from: at, to: at + 2 };
        // A status of one digit is another rule's finding.
        if (/^(code|status|status_code|response_code)$/.test(label) && !/^\d{3}$/.test(value)) continue;
        report(
          metric.query,
          `${label}${operator}"${value}" in the query of ${metricLabel(metric)} is a regular expression without a pattern`,
          {
            within: { from, to: inside.to + 1 },
            hint: `write ${label}${plain}"${value}"`,
            fix: { title: `write ${plain}`, edits: [{ at: metric.query, set: plain, within }] },
          },
        );
      }
    }
  },
};
