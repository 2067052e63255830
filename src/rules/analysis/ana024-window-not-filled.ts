import { lengthOfTime } from '../../formats/go-duration';
import { analyses } from '../../graph';
import { longestWindow, queryOf } from '../shared/metric-query';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, documents, prometheusMetric, steppedRollout } from '../shared/example';
import { analysisLabel, metricLabel, settingsOf } from '../shared/metric-settings';
import { metricsOf, soakedBefore } from '../shared/step-timeline';

const sample = (fields: string): string =>
  documents(
    steppedRollout({
      steps: '- setWeight: 20\n- analysis:\n    templates:\n      - templateName: checkout-errors',
    }),
    analysisTemplate(prometheusMetric({ fields })),
  );

export const windowNotFilled: Rule = {
  code: 'ANA024',
  severity: 'warning',
  title: "An analysis measures before its window is filled with the canary's data",
  why: 'A query over the last five minutes that runs 30 seconds after the first canary request sees 30 seconds of data. The rest of the window is empty, or holds data of the old version. Without a `count` this single measurement decides. A pause without a duration guarantees no time, because somebody may approve it at once.',
  fix: 'Set `initialDelay` to the length of the window, or add a timed pause of that length before the analysis.',
  whenNotToUse: 'Ignore it when a manual process guarantees that the pause before the analysis lasts long enough.',
  confirmedBy: CONFIRMED_BY.timeline,
  bad: sample(''),
  good: sample('initialDelay: 5m'),
  checkPart(graph, report, part) {
    for (const use of part(analyses(graph))) {
      const { rollout, place, step } = use;
      if (place !== 'step' || !rollout || step === undefined) continue;
      // An analysis before the first weight does not measure traffic of the canary.
      const soaked = soakedBefore(graph, rollout, step);
      if (soaked === undefined) continue;
      for (const metric of use.resolved.flatMap((template) => metricsOf(graph, template))) {
        const query = queryOf(graph, metric);
        const window = query && longestWindow(query, use);
        if (!window) continue;
        const { initialDelay } = settingsOf(metric, use);
        if (!(soaked + initialDelay < window.seconds)) continue;
        const had =
          soaked + initialDelay === 0 ? 'at once' : `${lengthOfTime(soaked + initialDelay)} after the first weight`;
        const delay = metric.field.get('initialDelay');
        report(
          delay.exists ? delay : metric.field.get('name'),
          `${metricLabel(metric)} looks back ${lengthOfTime(window.seconds)}, and ${analysisLabel(use)} may first measure it ${had}`,
          {
            hint: `give it initialDelay: ${window.text}, or a timed pause before step ${step + 1}`,
            related: { field: use.field, message: 'the analysis' },
            fix:
              delay.exists || window.text.includes('{{') || /[dwy]/.test(window.text)
                ? undefined
                : {
                    title: `add initialDelay: ${window.text}`,
                    edits: [{ at: metric.field, add: 'initialDelay', value: window.text }],
                  },
          },
        );
      }
    }
  },
};
