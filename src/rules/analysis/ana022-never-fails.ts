import { metrics } from '../../graph';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/samples';
import { measurements, metricLabel, settingsOf, usesOf } from '../shared/settings';

export const neverFails: Rule = {
  code: 'ANA022',
  severity: 'warning',
  title: 'A metric bears as many failures as it has measurements',
  why: 'A metric fails when its failures are more than `failureLimit`. With as many measurements as that it cannot: a version that fails every one of them is promoted.',
  fix: 'Set `failureLimit` below `count`: at 3 of 5, the fourth failure aborts the rollout.',
  bad: analysisTemplate(prometheusMetric({ fields: 'interval: 1m\ncount: 5\nfailureLimit: 5' })),
  good: analysisTemplate(prometheusMetric({ fields: 'interval: 1m\ncount: 5\nfailureLimit: 2' })),
  check(graph, found) {
    const report = distinct(found);
    for (const metric of metrics(graph)) {
      for (const use of usesOf(metric)) {
        const settings = settingsOf(metric, use);
        const { failureLimit, consecutiveSuccessLimit } = settings;
        const times = measurements(settings);
        // A count below the limit is refused: another rule's.
        const refused = settings.count !== undefined && settings.count > 0 && times < failureLimit;
        if (!(failureLimit >= times) || refused || consecutiveSuccessLimit > 0) continue;
        report(
          metric.field.get('failureLimit'),
          `${metricLabel(metric)} is measured ${times === 1 ? 'once' : `${times} times`} and bears ${failureLimit} failure${failureLimit === 1 ? '' : 's'}, so it can never fail`,
          { hint: `it fails only beyond failureLimit; use ${Math.max(0, Math.floor(times / 2))} or less` },
        );
      }
    }
  },
};
