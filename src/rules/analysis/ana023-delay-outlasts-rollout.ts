import { lengthOfTime } from '../../formats/go-duration';
import { analyses } from '../../graph';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { analysisTemplate, canaryRollout, documents, prometheusMetric } from '../shared/samples';
import { metricLabel, settingsOf } from '../shared/settings';
import { metricsOf, stepSeconds } from '../shared/timeline';

const sample = (delay: string): string =>
  documents(
    canaryRollout({
      canary: 'analysis:\n  startingStep: 1\n  templates:\n    - templateName: checkout-errors',
      steps: '- setWeight: 20\n- pause: { duration: 5m }',
    }),
    analysisTemplate(prometheusMetric({ fields: `interval: 1m\ninitialDelay: ${delay}` })),
  );

export const delayOutlastsRollout: Rule = {
  code: 'ANA023',
  severity: 'warning',
  title: 'A background analysis waits until the rollout is over',
  why: 'The controller ends the analysis when the rollout is promoted, and a metric that was never measured counts as successful: nothing was looked at.',
  fix: 'Shorten `initialDelay`, or let the steps last longer.',
  bad: sample('10m'),
  good: sample('2m'),
  check(graph, found) {
    const report = distinct(found);
    for (const use of analyses(graph)) {
      const { rollout, place, field } = use;
      if (place !== 'background' || !rollout) continue;
      const starting = field.get('startingStep').integer ?? 0;
      const lasts = rollout.steps.slice(starting).reduce((sum, step) => sum + stepSeconds(graph, rollout, step), 0);
      for (const metric of use.resolved.flatMap((template) => metricsOf(graph, template))) {
        const { initialDelay } = settingsOf(metric, use);
        if (!(initialDelay > lasts)) continue;
        report(
          metric.field.get('initialDelay'),
          `${metricLabel(metric)} is first measured after ${lengthOfTime(initialDelay)}, but the remaining steps of ${use.owner} wait for ${lengthOfTime(lasts)} in all`,
          { related: { field, message: 'the background analysis' } },
        );
      }
    }
  },
};
