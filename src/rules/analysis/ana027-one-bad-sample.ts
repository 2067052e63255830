import { metrics } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/example';
import { metricLabel, settingsOf, usesOf } from '../shared/metric-settings';

/** The number of measurements from which a single bad one is likely. */
const MANY = 10;

export const oneBadSample: Rule = {
  code: 'ANA027',
  severity: 'advice',
  title: 'One failed measurement of many aborts the rollout',
  why: '`failureLimit` is 0 by default, so the first failed measurement fails the analysis. If a healthy version fails one measurement in a hundred, 20 measurements abort 18 % of healthy rollouts.',
  fix: 'Set `failureLimit` to what a healthy version may need: one or two of ten measurements.',
  whenNotToUse: 'Ignore it when every failed measurement must abort, or write `failureLimit: 0` to say so.',
  confirmedBy: CONFIRMED_BY.source,
  bad: analysisTemplate(prometheusMetric({ fields: 'interval: 30s\ncount: 20' })),
  good: analysisTemplate(prometheusMetric({ fields: 'interval: 30s\ncount: 20\nfailureLimit: 2' })),
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      for (const use of usesOf(metric)) {
        const { count = 0, failureLimit, consecutiveSuccessLimit } = settingsOf(metric, use);
        if (!(count >= MANY) || failureLimit !== 0 || consecutiveSuccessLimit > 0) continue;
        const limit = metric.field.get('failureLimit');
        // An explicit 0 is taken as intended.
        if (limit.exists) continue;
        report(
          metric.field.get('count'),
          `${metricLabel(metric)} is measured ${count} times, and the first failure of them aborts the rollout`,
          {
            hint: 'failureLimit is 0 by default; write it down if it is meant',
          },
        );
      }
    }
  },
};
