import { metrics } from '../../graph';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/samples';
import { metricLabel, settingsOf, usesOf } from '../shared/settings';

export const countBelowLimits: Rule = {
  code: 'ANA005',
  severity: 'error',
  title: 'A metric is measured fewer times than its limits ask for',
  why: 'The AnalysisRun is refused when it starts: it errs, and the rollout is aborted.',
  fix: 'Raise `count`, or lower the limits: `count` must be at least `failureLimit` + `consecutiveSuccessLimit`, and at least `inconclusiveLimit`.',
  bad: analysisTemplate(prometheusMetric({ fields: 'interval: 1m\ncount: 3\nfailureLimit: 5' })),
  good: analysisTemplate(prometheusMetric({ fields: 'interval: 1m\ncount: 10\nfailureLimit: 5' })),
  peers: {
    argo: 'controller only, when the run starts: count must be >= failureLimit + consecutiveSuccessLimit',
  },
  check(graph, found) {
    const report = distinct(found);
    for (const metric of metrics(graph)) {
      for (const use of usesOf(metric)) {
        const { count = 0, failureLimit, consecutiveSuccessLimit, inconclusiveLimit } = settingsOf(metric, use);
        if (!(count > 0)) continue;
        const sum = Math.max(failureLimit, 0) + consecutiveSuccessLimit;
        const of = metricLabel(metric);
        const field = metric.field.get('count');
        if (count < sum) {
          const parts =
            failureLimit > 0 && consecutiveSuccessLimit > 0 ? ` (${failureLimit} + ${consecutiveSuccessLimit})` : '';
          const limits = [
            failureLimit > 0 && 'failureLimit',
            consecutiveSuccessLimit > 0 && 'consecutiveSuccessLimit',
          ].filter(Boolean);
          report(field, `count of ${of} is ${count}, less than ${limits.join(' + ')}, which is ${sum}${parts}`);
        } else if (count < inconclusiveLimit) {
          report(field, `count of ${of} is ${count}, less than inconclusiveLimit, which is ${inconclusiveLimit}`);
        }
      }
    }
  },
};
