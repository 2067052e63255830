import { edges, metricConditions } from '../shared/metric-conditions';
import { canBeNaN } from '../shared/nan-result';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { withQuery } from '../shared/example';

const share = (floor: string): string =>
  `sum(rate(http_requests_total{code=~"5.."}[5m])) / (sum(rate(http_requests_total[5m]))${floor})`;

export const noFloor: Rule = {
  code: 'PRM010',
  severity: 'advice',
  title: 'A ratio is NaN without traffic, and NaN fails',
  why: 'Without requests the query divides 0 by 0, and NaN fails every `successCondition`: a rollout at night is aborted because nobody used the service. With two requests, one failure is 50 %.',
  fix: 'Require a minimum of traffic (`/ (sum(rate(…)) > 0.1)`) and say in the condition what no data means (`len(result) == 0 || …`). Or handle NaN in the condition (`isNaN(result[0]) || …`).',
  whenNotToUse: 'Ignore it when a version without traffic must not be promoted.',
  confirmedBy: CONFIRMED_BY.series,
  bad: withQuery(share(''), 'len(result) > 0 && result[0] <= 0.05'),
  good: withQuery(share(' > 0.1'), 'len(result) == 0 || result[0] <= 0.05'),
  peers: { pint: 'promql/nan' },
  checkPart(graph, report, part) {
    for (const one of metricConditions(graph, part)) {
      const { metric, query, all } = one;
      if (!query || all.some(({ text }) => /\bisNaN\b/.test(text))) continue;
      const nan = canBeNaN(query);
      if (!nan || edges(one)?.nan.phase !== 'Failed') continue;
      report(
        metric.query,
        `${nan} in the query of ${metricLabel(metric)} is NaN without traffic, and its condition fails on NaN`,
        {
          within: { from: query.root.from, to: query.root.to },
          hint: 'put a floor under the traffic, or name isNaN(result[0])',
        },
      );
    }
  },
};
