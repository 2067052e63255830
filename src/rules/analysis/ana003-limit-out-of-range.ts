import { metrics, metricViolations } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/example';
import { metricLabel, settingsOf, usesOf } from '../shared/metric-settings';

export const limitOutOfRange: Rule = {
  code: 'ANA003',
  severity: 'error',
  title: 'A limit of a metric is below the minimum',
  why: 'The controller accepts no negative `inconclusiveLimit`, `consecutiveErrorLimit` or `consecutiveSuccessLimit`, and no `failureLimit` below -1. It validates them when the AnalysisRun starts, not when the template is applied. The run ends with `Error` and aborts the rollout at its first analysis.',
  fix: 'Use 0 or more. A `failureLimit` of -1 disables the limit, but only together with a `consecutiveSuccessLimit`.',
  whenNotToUse: 'There is no setup in which the controller accepts this.',
  confirmedBy: CONFIRMED_BY.analysisRun,
  bad: analysisTemplate(prometheusMetric({ fields: 'inconclusiveLimit: -1' })),
  good: analysisTemplate(prometheusMetric({ fields: 'inconclusiveLimit: 0' })),
  peers: { argo: 'controller only, when the run starts: inconclusiveLimit must be >= 0' },
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      for (const use of usesOf(metric)) {
        for (const found of metricViolations(settingsOf(metric, use))) {
          if (found.kind !== 'below minimum') continue;
          const { limit, value } = found;
          const or = limit === 'failureLimit' ? ', or -1 to switch it off' : '';
          report(metric.field.get(limit), `${limit} of ${metricLabel(metric)} is ${value}; it must be at least 0${or}`);
        }
      }
    }
  },
};
