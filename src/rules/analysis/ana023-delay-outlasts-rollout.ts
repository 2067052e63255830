import { lengthOfTime } from '../../formats/go-duration';
import { analyses } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, documents, prometheusMetric, steppedRollout } from '../shared/example';
import { metricLabel, settingsOf } from '../shared/metric-settings';
import { metricsOf, stepSeconds } from '../shared/step-timeline';

const sample = (delay: string): string =>
  documents(
    steppedRollout({
      canary: 'analysis:\n  startingStep: 1\n  templates:\n    - templateName: checkout-errors',
      steps: '- setWeight: 20\n- pause: { duration: 5m }',
    }),
    analysisTemplate(prometheusMetric({ fields: `interval: 1m\ninitialDelay: ${delay}` })),
  );

export const delayOutlastsRollout: Rule = {
  code: 'ANA023',
  severity: 'warning',
  title: 'A background analysis is first measured after the rollout has ended',
  why: 'The controller ends a background analysis when the rollout is fully promoted. A metric that was never measured counts as successful. The version is promoted without being checked.',
  fix: 'Shorten `initialDelay`, or add a longer pause to the steps.',
  whenNotToUse:
    'Ignore it when something else keeps the rollout from finishing, for example a gate that the linter cannot see.',
  confirmedBy: CONFIRMED_BY.timeline,
  bad: sample('10m'),
  good: sample('2m'),
  checkPart(graph, report, part) {
    for (const use of part(analyses(graph))) {
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
