import { lengthOfTime } from '../../formats/go-duration';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { isolationOf, metricQueries, windowSeconds } from '../shared/metric-query';
import { queryInRollout } from '../shared/example';

/** An offset of up to this many seconds allows for late samples. */
const LATE = 120;

export const offsetOfCanary: Rule = {
  code: 'PRM018',
  severity: 'warning',
  title: 'offset moves a query of the canary to a time before it existed',
  why: "`offset` moves the window back. That is right for a comparison with yesterday's stable version. For the canary there is no data at that time, or data of the old version.",
  fix: 'Remove `offset` from the selectors of the canary.',
  whenNotToUse: 'Ignore it when the offset only waits for samples that arrive late.',
  confirmedBy: CONFIRMED_BY.series,
  bad: queryInRollout('sum(increase(http_requests_total{code=~"5..",service="checkout-canary"}[5m] offset 1h))'),
  good: queryInRollout(
    'sum(increase(http_requests_total{code=~"5..",service="checkout-canary"}[5m])) / sum(increase(http_requests_total{code=~"5..",service="checkout-stable"}[5m] offset 1h))',
  ),
  checkPart(graph, report, part) {
    for (const { metric, selectors } of metricQueries(graph, part)) {
      for (const use of metric.uses) {
        for (const { selector } of selectors) {
          const { offset } = selector;
          const seconds = offset && windowSeconds(offset.text, metric, use);
          if (!use.rollout || seconds === undefined || seconds <= LATE) continue;
          const isolation = isolationOf(selector, metric, use, use.rollout);
          if (isolation === 'none' || isolation === 'unknown' || isolation === 'stable') continue;
          report(
            metric.query,
            `the query of ${metricLabel(metric)} asks about the canary ${lengthOfTime(seconds)} ago`,
            {
              within: { from: offset!.from, to: offset!.to },
            },
          );
        }
      }
    }
  },
};
