import { lengthOfTime } from '../../formats/go-duration';
import { analyses } from '../../graph';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { analysisTemplate, canaryRollout, documents, prometheusMetric } from '../shared/samples';
import { measurements, metricLabel, settingsOf } from '../shared/settings';
import { metricsOf } from '../shared/timeline';

const sample = (fields: string): string =>
  documents(
    canaryRollout({
      canary: 'analysis:\n  startingStep: 1\n  templates:\n    - templateName: checkout-errors',
      steps: '- setWeight: 20\n- pause: {}\n- setWeight: 60\n- pause: {}',
    }),
    analysisTemplate(prometheusMetric({ fields })),
  );

export const backgroundEnds: Rule = {
  code: 'ANA021',
  severity: 'warning',
  title: 'A background analysis stops watching before the rollout ends',
  why: 'A metric that has reached its `count` is finished, and the controller does not start it again within the rollout: whatever comes after, nobody looks. Without an `interval` that is so after a single measurement.',
  fix: 'Give the metric an `interval` and no `count`: in the background it then runs until the rollout is over.',
  bad: sample('interval: 1m\ncount: 3'),
  good: sample('interval: 1m'),
  check(graph, found) {
    const report = distinct(found);
    for (const use of analyses(graph)) {
      if (use.place !== 'background') continue;
      for (const metric of use.resolved.flatMap((template) => metricsOf(graph, template))) {
        const settings = settingsOf(metric, use);
        const times = measurements(settings);
        if (!Number.isFinite(times)) continue;
        const lasts = settings.initialDelay + (times - 1) * (settings.interval ?? 0);
        const after =
          times === 1
            ? 'one measurement'
            : `${times} measurements${Number.isFinite(lasts) ? `, ${lengthOfTime(lasts)}` : ''}`;
        const count = metric.field.get('count');
        report(
          count.exists ? count : metric.field.get('name'),
          `${metricLabel(metric)} ends after ${after}, and the background analysis of ${use.owner} watches it no more`,
          {
            hint: settings.interval === undefined ? 'give it an interval' : 'leave out the count',
            related: { field: use.field, message: 'the background analysis' },
            fix:
              count.exists &&
              settings.interval !== undefined &&
              metric.uses.every(({ place }) => place === 'background')
                ? { title: 'leave out the count', edits: [{ at: count, remove: true }] }
                : undefined,
          },
        );
      }
    }
  },
};
