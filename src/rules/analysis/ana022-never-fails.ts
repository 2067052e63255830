import { metrics } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/example';
import { measurements, metricLabel, settingsOf, usesOf } from '../shared/metric-settings';

export const neverFails: Rule = {
  code: 'ANA022',
  severity: 'warning',
  title: 'A metric accepts as many failures as it has measurements',
  why: 'A metric fails when the number of failures exceeds `failureLimit`. With `count` equal to `failureLimit` that cannot happen: a version that fails every measurement is promoted.',
  fix: 'Set `failureLimit` below `count`. With `count: 5` and `failureLimit: 2` the third failure aborts the rollout.',
  whenNotToUse: 'Ignore it for a metric that is only recorded. `dryRun` states that more clearly.',
  confirmedBy: CONFIRMED_BY.source,
  bad: analysisTemplate(prometheusMetric({ fields: 'interval: 1m\ncount: 5\nfailureLimit: 5' })),
  good: analysisTemplate(prometheusMetric({ fields: 'interval: 1m\ncount: 5\nfailureLimit: 2' })),
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      for (const use of usesOf(metric)) {
        const settings = settingsOf(metric, use);
        const { failureLimit, consecutiveSuccessLimit } = settings;
        const times = measurements(settings);
        // The controller refuses a count below the limit, which another rule reports.
        const refused = settings.count !== undefined && settings.count > 0 && times < failureLimit;
        if (!(failureLimit >= times) || refused || consecutiveSuccessLimit > 0) continue;
        report(
          metric.field.get('failureLimit'),
          `${metricLabel(metric)} is measured ${times === 1 ? 'once' : `${times} times`} and accepts ${failureLimit} failure${failureLimit === 1 ? '' : 's'}, so it never fails`,
          { hint: `it fails only beyond failureLimit; use ${Math.max(0, Math.floor(times / 2))} or less` },
        );
      }
    }
  },
};
