import { metrics } from '../../graph';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/samples';
import { metricLabel, settingsOf, usesOf } from '../shared/settings';

export const nothingEndsIt: Rule = {
  code: 'ANA004',
  severity: 'error',
  title: 'A metric can neither fail nor succeed',
  why: 'With `failureLimit: -1` failures do not count, and without a `consecutiveSuccessLimit` successes do not either. The AnalysisRun is refused when it starts, and the rollout aborted.',
  fix: 'Set `consecutiveSuccessLimit` to the number of good measurements in a row that are enough, or `failureLimit` to the number of bad ones that are bearable.',
  bad: analysisTemplate(prometheusMetric({ fields: 'interval: 1m\ncount: 5\nfailureLimit: -1' })),
  good: analysisTemplate(
    prometheusMetric({ fields: 'interval: 1m\ncount: 5\nfailureLimit: -1\nconsecutiveSuccessLimit: 3' }),
  ),
  peers: {
    argo: 'controller only, when the run starts: failureLimit and consecutiveSuccessLimit cannot both be disabled',
  },
  check(graph, found) {
    const report = distinct(found);
    for (const metric of metrics(graph)) {
      for (const use of usesOf(metric)) {
        const { failureLimit, consecutiveSuccessLimit } = settingsOf(metric, use);
        if (failureLimit !== -1 || consecutiveSuccessLimit !== 0) continue;
        report(
          metric.field.get('failureLimit'),
          `failureLimit of ${metricLabel(metric)} is -1 and it has no consecutiveSuccessLimit, so nothing can end it`,
        );
      }
    }
  },
};
