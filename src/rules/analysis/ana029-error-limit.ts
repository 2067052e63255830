import { lengthOfTime } from '../../formats/go-duration';
import { metrics } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/example';
import { metricLabel, settingsOf, usesOf } from '../shared/metric-settings';

/** The controller measures again this many seconds after an error, whatever the interval. */
const RETRY = 10;
/** The longest acceptable time without an analysis, in seconds. */
const LONG = 600;

export const errorLimit: Rule = {
  code: 'ANA029',
  severity: 'advice',
  title: 'A metric tolerates no provider error, or very many',
  why: 'The controller retries a measurement that ends in an error every 10 seconds, whatever the `interval`. With `consecutiveErrorLimit: 0` one dropped connection aborts a healthy rollout. With a limit of several hundred the rollout continues without any measurement for that many times 10 seconds.',
  fix: 'Remove `consecutiveErrorLimit` (the default 4 tolerates about 40 seconds), or set it to the outage of the provider that a rollout should survive, divided by 10 seconds.',
  whenNotToUse: 'Ignore it when an outage of the provider must stop every rollout at once.',
  confirmedBy: CONFIRMED_BY.source,
  bad: analysisTemplate(prometheusMetric({ fields: 'consecutiveErrorLimit: 0' })),
  good: analysisTemplate(prometheusMetric({ fields: 'consecutiveErrorLimit: 12' })),
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      for (const use of usesOf(metric)) {
        const { consecutiveErrorLimit: limit } = settingsOf(metric, use);
        const at = metric.field.get('consecutiveErrorLimit');
        if (limit === 0) report(at, `the first error in measuring ${metricLabel(metric)} aborts the rollout`);
        if (limit * RETRY > LONG) {
          report(
            at,
            `${metricLabel(metric)} may give nothing but errors for ${lengthOfTime(limit * RETRY)} before anything happens`,
          );
        }
      }
    }
  },
};
