import { lengthOfTime } from '../../formats/go-duration';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { isolationOf, metricQueries, windowSeconds } from '../shared/metric-query';
import { queryInRollout } from '../shared/example';

/** Few canaries run longer than this before an analysis, in seconds. */
const LONG = 3600;

export const windowTooLong: Rule = {
  code: 'PRM017',
  severity: 'warning',
  title: 'A window reaches far back before the canary',
  why: 'Most of the window lies before the update. Unless the query selects the new version alone, that part is data of the old version, and it dilutes the failures of the canary.',
  fix: 'Use a window no longer than the canary has been running, usually a few minutes.',
  whenNotToUse: 'Ignore it for a metric that watches a trend of the whole system.',
  confirmedBy: CONFIRMED_BY.series,
  bad: queryInRollout('sum(increase(http_requests_total{code=~"5..",service="checkout-canary"}[6h]))'),
  good: queryInRollout('sum(increase(http_requests_total{code=~"5..",service="checkout-canary"}[10m]))'),
  checkPart(graph, report, part) {
    for (const { metric, selectors } of metricQueries(graph, part)) {
      for (const use of metric.uses) {
        const { rollout } = use;
        if (!rollout) continue;
        for (const { selector } of selectors) {
          const { window } = selector;
          const seconds = window && windowSeconds(window.text, metric, use);
          if (seconds === undefined || seconds <= LONG) continue;
          if (['hash', 'stable'].includes(isolationOf(selector, metric, use, rollout))) continue;
          report(
            metric.query,
            `the query of ${metricLabel(metric)} looks back ${lengthOfTime(seconds)}, and does not select the new version alone`,
            {
              within: { from: window!.from, to: window!.to },
            },
          );
        }
      }
    }
  },
};
