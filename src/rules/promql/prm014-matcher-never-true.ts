import { WholeGoRegExp } from '../../formats/go-regexp';
import { metricLabel } from '../shared/metric-settings';
import type { Selector } from '../../promql';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricQueries } from '../shared/metric-query';
import { withQuery } from '../shared/example';

export const contradictoryMatchers: Rule = {
  code: 'PRM014',
  severity: 'warning',
  title: 'Matchers contradict each other or exclude nothing',
  why: 'A label has one value. If no value satisfies all matchers, the query never returns data. A matcher that every value satisfies (`=~".*"`) looks like a condition and is none.',
  fix: 'Keep the matcher that was meant. Several values are `code=~"500|503"`.',
  whenNotToUse: 'Ignore it when a tool generates the queries from optional filters.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withQuery('sum(increase(http_requests_total{code="500",code="503"}[5m]))'),
  good: withQuery('sum(increase(http_requests_total{code=~"500|503"}[5m]))'),
  peers: { pint: 'promql/impossible' },
  checkPart(graph, report, part) {
    for (const { metric, selectors } of metricQueries(graph, part)) {
      for (const { selector } of selectors) {
        for (const { from, to, message } of problems(selector)) {
          report(metric.query, `${message} in the query of ${metricLabel(metric)}`, { within: { from, to } });
        }
      }
    }
  },
};

function problems({ matchers }: Selector): { from: number; to: number; message: string }[] {
  return matchers.flatMap((matcher, i) => {
    const { label, operator, value, from, to } = matcher;
    if (value.includes('{{')) return [];
    const text = `${label}${operator}"${value}"`;
    if (operator === '=~' && value === '.*') return [{ from, to, message: `${text} excludes nothing` }];
    if (operator === '!~' && value === '.*') return [{ from, to, message: `${text} excludes everything` }];
    const other = matchers
      .slice(0, i)
      .find((one) => one.label === label && !one.value.includes('{{') && excludes(one, matcher));
    return other
      ? [{ from, to, message: `${label}${other.operator}"${other.value}" and ${text} exclude each other` }]
      : [];
  });
}

type OneMatcher = Selector['matchers'][0];

/** Whether no value satisfies both. This is certain only if one of them compares with a plain value. */
function excludes(a: OneMatcher, b: OneMatcher): boolean {
  if (a.operator !== '=' && b.operator !== '=') return false;
  const [plain, other] = a.operator === '=' ? [a, b] : [b, a];
  if (other.operator === '=') return plain.value !== other.value;
  if (other.operator === '!=') return plain.value === other.value;
  if (WholeGoRegExp.problem(other.value) !== undefined) return false;
  return WholeGoRegExp.of(other.value).test(plain.value) === (other.operator === '!~');
}
