import { metrics, metricViolations } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, prometheusMetric } from '../shared/example';
import { metricLabel, settingsOf, usesOf } from '../shared/metric-settings';
import { ARGO_ROLLOUTS, lookUp } from '../../versions';

export const countBelowLimits: Rule = {
  code: 'ANA005',
  severity: 'error',
  title: 'count is smaller than the limits of the metric',
  why: 'A metric that is measured three times cannot fail five times. The controller requires `count` to be at least `failureLimit` + `consecutiveSuccessLimit`, and at least `inconclusiveLimit`. It refuses the AnalysisRun when it starts: the run ends with `Error` and aborts the rollout.',
  fix: 'Raise `count`, or lower the limits.',
  whenNotToUse: 'There is no setup in which the controller accepts this.',
  confirmedBy: CONFIRMED_BY.analysisRun,
  bad: analysisTemplate(prometheusMetric({ fields: 'interval: 1m\ncount: 3\nfailureLimit: 5' })),
  good: analysisTemplate(prometheusMetric({ fields: 'interval: 1m\ncount: 10\nfailureLimit: 5' })),
  peers: {
    argo: 'controller only, when the run starts: count must be >= failureLimit + consecutiveSuccessLimit',
  },
  checkPart(graph, report, part) {
    const coversBoth = lookUp(ARGO_ROLLOUTS.countCoversBothLimits, graph.releases.argoRollouts);
    for (const metric of part(metrics(graph))) {
      for (const use of usesOf(metric)) {
        const stated = settingsOf(metric, use);
        const settings = coversBoth ? stated : { ...stated, consecutiveSuccessLimit: 0 };
        const { failureLimit, consecutiveSuccessLimit, inconclusiveLimit } = settings;
        const found = metricViolations(settings).find(({ kind }) => kind.startsWith('count below'));
        const of = metricLabel(metric);
        const field = metric.field.get('count');
        if (found?.kind === 'count below sum') {
          const { count, sum } = found;
          const parts =
            failureLimit > 0 && consecutiveSuccessLimit > 0 ? ` (${failureLimit} + ${consecutiveSuccessLimit})` : '';
          const limits = [
            failureLimit > 0 && 'failureLimit',
            consecutiveSuccessLimit > 0 && 'consecutiveSuccessLimit',
          ].filter(Boolean);
          report(field, `count of ${of} is ${count}, less than ${limits.join(' + ')}, which is ${sum}${parts}`);
        } else if (found?.kind === 'count below inconclusiveLimit') {
          report(field, `count of ${of} is ${found.count}, less than inconclusiveLimit, which is ${inconclusiveLimit}`);
        }
      }
    }
  },
};
