import { lengthOfTime } from '../../formats/go-duration';
import { metricLabel } from '../shared/settings';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { isolationOf, metricQueries, windowSeconds } from '../shared/query';
import { inRollout } from '../shared/promql-sample';

/** Few canaries have run for longer when they are judged, in seconds. */
const LONG = 3600;

export const windowTooLong: Rule = {
  code: 'PRM017',
  severity: 'warning',
  title: 'A window reaches far back before the canary',
  why: "What is asked about is mostly the time before the rollout. Unless the series are the new version's alone, that is the old version's, and the canary's failures are thinned by hours of its health.",
  fix: 'Use a window of the time for which the canary has run: some minutes.',
  bad: inRollout('sum(increase(http_requests_total{code=~"5..",service="checkout-canary"}[6h]))'),
  good: inRollout('sum(increase(http_requests_total{code=~"5..",service="checkout-canary"}[10m]))'),
  check(graph, found) {
    const report = distinct(found);
    for (const { metric, selectors } of metricQueries(graph)) {
      for (const use of metric.uses) {
        const { rollout } = use;
        if (!rollout) continue;
        for (const { selector } of selectors) {
          const { window } = selector;
          const seconds = window && windowSeconds(window.text, metric, use);
          if (seconds === undefined || seconds <= LONG) continue;
          if (isolationOf(selector, metric, use, rollout) === 'hash') continue;
          report(
            metric.query,
            `the query of ${metricLabel(metric)} looks back ${lengthOfTime(seconds)}, and its series are not the new version's alone`,
            {
              within: { from: window!.from, to: window!.to },
            },
          );
        }
      }
    }
  },
};
