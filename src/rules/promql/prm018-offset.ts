import { lengthOfTime } from '../../formats/go-duration';
import { metricLabel } from '../shared/settings';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { isolationOf, metricQueries, windowSeconds } from '../shared/query';
import { inRollout } from '../shared/promql-sample';

/** Up to this, in seconds, an offset waits for samples that come late. */
const LATE = 120;

export const offsetOfCanary: Rule = {
  code: 'PRM018',
  severity: 'warning',
  title: 'The canary is asked about at a time before it was there',
  why: 'An `offset` moves the window back. For a comparison with yesterday that is right; of the canary there is nothing then, or the version before.',
  fix: "Leave out the `offset` in what selects the canary's series.",
  bad: inRollout('sum(increase(http_requests_total{code=~"5..",service="checkout-canary"}[5m] offset 1h))'),
  good: inRollout(
    'sum(increase(http_requests_total{code=~"5..",service="checkout-canary"}[5m])) / sum(increase(http_requests_total{code=~"5..",service="checkout-stable"}[5m] offset 1h))',
  ),
  check(graph, found) {
    const report = distinct(found);
    for (const { metric, selectors } of metricQueries(graph)) {
      for (const use of metric.uses) {
        for (const { selector } of selectors) {
          const { offset } = selector;
          const seconds = offset && windowSeconds(offset.text, metric, use);
          if (!use.rollout || seconds === undefined || seconds <= LATE) continue;
          const isolation = isolationOf(selector, metric, use, use.rollout);
          if (isolation === 'none' || isolation === 'unknown') continue;
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
