import { metrics, metricViolations } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/example';
import { metricLabel, settingsOf, usesOf } from '../shared/metric-settings';

export const nothingEndsIt: Rule = {
  code: 'ANA004',
  severity: 'error',
  title: 'failureLimit is disabled and nothing else ends the metric',
  why: 'With `failureLimit: -1` failures are not counted, and without a `consecutiveSuccessLimit` successes are not counted either. The controller refuses such a metric when the AnalysisRun starts: the run ends with `Error` and aborts the rollout.',
  fix: 'Set `consecutiveSuccessLimit` to the number of successful measurements in a row that are enough, or set `failureLimit` to the number of failures that you accept.',
  whenNotToUse: 'There is no setup in which the controller accepts this.',
  confirmedBy: CONFIRMED_BY.analysisRun,
  bad: analysisTemplate(prometheusMetric({ fields: 'interval: 1m\ncount: 5\nfailureLimit: -1' })),
  good: analysisTemplate(
    prometheusMetric({ fields: 'interval: 1m\ncount: 5\nfailureLimit: -1\nconsecutiveSuccessLimit: 3' }),
  ),
  peers: {
    argo: 'controller only, when the run starts: failureLimit and consecutiveSuccessLimit cannot both be disabled',
  },
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      for (const use of usesOf(metric)) {
        if (!metricViolations(settingsOf(metric, use)).some(({ kind }) => kind === 'nothing ends it')) continue;
        report(
          metric.field.get('failureLimit'),
          `failureLimit of ${metricLabel(metric)} is -1 and it has no consecutiveSuccessLimit, so nothing can end it`,
        );
      }
    }
  },
};
