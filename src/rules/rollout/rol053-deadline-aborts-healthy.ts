import { PROGRESS_DEADLINE_SECONDS } from '../../formats/argo-rollouts/defaults';
import { lengthOfTime } from '../../formats/go-duration';
import { metrics, rolloutOf } from '../../graph';
import { ARGO_ROLLOUTS, lookUp } from '../../versions';
import { analysisTemplate, documents, exampleStrategy, prometheusMetric } from '../shared/example';
import { lastMeasurementAt, metricLabel, settingsOf } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';

const manifests = (deadline: number): string =>
  documents(
    exampleStrategy(
      'blueGreen:\n  activeService: checkout\n  postPromotionAnalysis: { templates: [{ templateName: checkout-errors }] }',
      { spec: `progressDeadlineAbort: true\nprogressDeadlineSeconds: ${deadline}` },
    ),
    analysisTemplate(prometheusMetric({ fields: 'interval: 1m\ncount: 16' })),
  );

export const deadlineAbortsHealthy: Rule = {
  code: 'ROL053',
  severity: 'warning',
  title: 'The progress deadline can abort a healthy blue-green update',
  why: 'During a `postPromotionAnalysis` the update makes no progress that resets `progressDeadlineSeconds`. With `progressDeadlineAbort`, Argo Rollouts 1.10 aborts the update once the deadline has passed, at the next event: a change of replicas, or the resync every 15 minutes. The old version gets all traffic again, though the new one is healthy. Releases up to 1.9 do not abort here.',
  fix: 'Make `progressDeadlineSeconds` longer than the analysis, or take fewer measurements.',
  whenNotToUse: 'Ignore it when you want an update to be aborted that is not judged before the deadline.',
  confirmedBy:
    'Argo Rollouts 1.9.1 and 1.10.2: the conformance run lets the real controllers pass through random blue-green rollouts with this setting.',
  bad: manifests(600),
  good: manifests(1200),
  releases: { argoRollouts: '1.10' },
  checkPart(graph, report, part) {
    if (lookUp(ARGO_ROLLOUTS.abortsAfterPromotion, graph.releases.argoRollouts)) return;
    for (const metric of part(metrics(graph))) {
      for (const use of metric.uses) {
        if (use.place !== 'postPromotion') continue;
        const { resource } = rolloutOf(graph, use.owner) ?? {};
        if (resource?.field('spec', 'progressDeadlineAbort').boolean !== true) continue;
        const deadline = resource.field('spec', 'progressDeadlineSeconds');
        const seconds = deadline.exists ? deadline.number : PROGRESS_DEADLINE_SECONDS;
        const needed = lastMeasurementAt(settingsOf(metric, use));
        if (seconds === undefined || !Number.isFinite(needed) || needed < seconds) continue;
        const stated = deadline.exists ? lengthOfTime(seconds) : `${lengthOfTime(seconds)}, its default`;
        report(
          deadline.exists ? deadline : resource.field('spec', 'progressDeadlineAbort'),
          `${resource} can be aborted while it is healthy: the analysis after its promotion takes ${lengthOfTime(needed)}, and progressDeadlineSeconds is ${stated}`,
          {
            hint: `use more than ${needed}`,
            related: { field: metric.field, message: metricLabel(metric) },
          },
        );
      }
    }
  },
};
