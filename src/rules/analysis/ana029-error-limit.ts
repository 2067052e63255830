import { lengthOfTime } from '../../formats/go-duration';
import { metrics } from '../../graph';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/samples';
import { metricLabel, settingsOf, usesOf } from '../shared/settings';

/** The controller asks again this long after an error, in seconds, whatever the interval. */
const RETRY = 10;
/** Longer than this nobody wants to roll out blindly, in seconds. */
const LONG = 600;

export const errorLimit: Rule = {
  code: 'ANA029',
  severity: 'advice',
  title: 'A metric bears no error of its provider, or too many',
  why: 'Errors (Prometheus not reachable, a result that the condition cannot read) are asked again every 10 s, whatever the interval. At 0 one dropped connection aborts a healthy rollout; at some hundred the rollout goes on unwatched for as many times 10 s.',
  fix: 'Leave out `consecutiveErrorLimit`, which is 4 then (40 s), or set it to the outage of Prometheus that a rollout should outlast, divided by 10 s.',
  bad: analysisTemplate(prometheusMetric({ fields: 'consecutiveErrorLimit: 0' })),
  good: analysisTemplate(prometheusMetric({ fields: 'consecutiveErrorLimit: 12' })),
  check(graph, found) {
    const report = distinct(found);
    for (const metric of metrics(graph)) {
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
