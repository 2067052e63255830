import { edges, metricConditions } from '../shared/condition';
import { canBeNaN } from '../shared/nan';
import { metricLabel } from '../shared/settings';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { sample } from '../shared/promql-sample';

const share = (floor: string): string =>
  `sum(rate(http_requests_total{code=~"5.."}[5m])) / (sum(rate(http_requests_total[5m]))${floor})`;

export const noFloor: Rule = {
  code: 'PRM010',
  severity: 'advice',
  title: 'A share is asked for that does not exist without traffic',
  why: 'Without requests the query divides 0 by 0, and NaN fails every `successCondition`: a rollout at night is aborted because nobody came. With two requests, one failure is 50 %.',
  fix: 'Put a floor under the traffic, so that below it there is no data (`/ (sum(rate(…)) > 0.1)`), and say in the condition what no data means (`len(result) == 0 || …`); or name NaN there (`isNaN(result[0]) || …`).',
  bad: sample(share(''), 'len(result) > 0 && result[0] <= 0.05'),
  good: sample(share(' > 0.1'), 'len(result) == 0 || result[0] <= 0.05'),
  peers: { pint: 'promql/nan' },
  check(graph, found) {
    const report = distinct(found);
    for (const { metric, texts, query, all } of metricConditions(graph)) {
      if (!query || all.some(({ text }) => /\bisNaN\b/.test(text))) continue;
      const nan = canBeNaN(query);
      if (!nan || edges(texts)?.nan.phase !== 'Failed') continue;
      report(
        metric.query,
        `${nan} in the query of ${metricLabel(metric)} is NaN without traffic, and its condition fails that`,
        {
          within: { from: query.root.from, to: query.root.to },
          hint: 'put a floor under the traffic, or name isNaN(result[0])',
        },
      );
    }
  },
};
