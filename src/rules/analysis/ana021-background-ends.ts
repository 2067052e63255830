import { lengthOfTime } from '../../formats/go-duration';
import { analyses, type Metric } from '../../graph';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { analysisTemplate, documents, prometheusMetric, steppedRollout } from '../shared/example';
import {
  lastMeasurementAt,
  measurements,
  metricLabel,
  type MetricSettings,
  settingsOf,
} from '../shared/metric-settings';
import { metricsOf } from '../shared/step-timeline';

const sample = (fields: string): string =>
  documents(
    steppedRollout({
      canary: 'analysis:\n  startingStep: 1\n  templates:\n    - templateName: checkout-errors',
      steps: '- setWeight: 20\n- pause: {}\n- setWeight: 60\n- pause: {}',
    }),
    analysisTemplate(prometheusMetric({ fields })),
  );

export const backgroundEnds: Rule = {
  code: 'ANA021',
  severity: 'warning',
  title: 'A background analysis ends before the rollout does',
  why: 'A metric that has reached its `count` is complete, and the controller does not start it again within the same update. Later steps are not watched. Without an `interval` the metric is complete after a single measurement.',
  fix: 'Set an `interval` and remove `count`: a background metric then runs until the rollout ends.',
  whenNotToUse:
    'Ignore it for a metric that is meant to run once at the start, such as a smoke test. A Job or web request without conditions is not reported, because it does something once instead of watching.',
  confirmedBy: CONFIRMED_BY.timeline,
  bad: sample('interval: 1m\ncount: 3'),
  good: sample('interval: 1m'),
  checkPart(graph, report, part) {
    for (const use of part(analyses(graph))) {
      if (use.place !== 'background') continue;
      for (const metric of use.resolved.flatMap((template) => metricsOf(graph, template))) {
        const settings = settingsOf(metric, use);
        const times = measurements(settings);
        if (!Number.isFinite(times) || doesSomethingOnce(metric, settings)) continue;
        // What a plugin measures, and for how long, is not known. It may be a load test.
        if (metric.field.get('provider', 'plugin').exists) continue;
        const lasts = lastMeasurementAt(settings);
        const after =
          times === 1
            ? 'one measurement'
            : `${times} measurements${Number.isFinite(lasts) ? `, ${lengthOfTime(lasts)}` : ''}`;
        const count = metric.field.get('count');
        report(
          count.exists ? count : metric.field.get('name'),
          `${metricLabel(metric)} ends after ${after}, and the background analysis of ${use.owner} does not watch it afterwards`,
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

/**
 * A Job or a web request without a condition, interval or count does something once, such as generating load. It does
 * not watch the canary.
 */
function doesSomethingOnce({ field }: Metric, { interval, count }: MetricSettings): boolean {
  const acts = field.get('provider', 'job').exists || field.get('provider', 'web').exists;
  const judges = Boolean(field.get('successCondition').value) || Boolean(field.get('failureCondition').value);
  return acts && !judges && interval === undefined && (count ?? 1) <= 1;
}
