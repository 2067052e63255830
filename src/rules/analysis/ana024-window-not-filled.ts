import { lengthOfTime } from '../../formats/go-duration';
import { analyses } from '../../graph';
import { distinct } from '../shared/distinct';
import { longestWindow, queryOf } from '../shared/query';
import type { Rule } from '../shared/rule';
import { analysisTemplate, canaryRollout, documents, prometheusMetric } from '../shared/samples';
import { analysisLabel, metricLabel, settingsOf } from '../shared/settings';
import { metricsOf, soakedBefore, weightOf } from '../shared/timeline';

const sample = (fields: string): string =>
  documents(
    canaryRollout({
      steps: '- setWeight: 20\n- analysis:\n    templates:\n      - templateName: checkout-errors',
    }),
    analysisTemplate(prometheusMetric({ fields })),
  );

export const windowNotFilled: Rule = {
  code: 'ANA024',
  severity: 'warning',
  title: "An analysis measures before its window holds the canary's data",
  why: 'A query over the last five minutes, asked half a minute after the canary got its first request, judges half a minute; the rest is empty, or of the version before. Without a `count` that one look decides. A pause that a person ends gives no time for certain: it can be over at once.',
  fix: 'Give the metric an `initialDelay` of the window, or let a timed pause of that length come before the analysis.',
  bad: sample(''),
  good: sample('initialDelay: 5m'),
  check(graph, found) {
    const report = distinct(found);
    for (const use of analyses(graph)) {
      const { rollout, place, step } = use;
      if (place !== 'step' || !rollout || step === undefined) continue;
      // What is analysed before the first weight is not the canary's traffic.
      if (!rollout.steps.slice(0, step).some((one) => (weightOf(one) ?? 0) > 0)) continue;
      const soaked = soakedBefore(graph, rollout, step);
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
