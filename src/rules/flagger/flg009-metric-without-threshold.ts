import { flaggerCanaries } from '../../graph';
import { flaggerApp, flaggerCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (range: string): string =>
  flaggerApp(
    flaggerCanary({
      analysis: `maxWeight: 50\nstepWeight: 10\nmetrics:\n  - { name: request-success-rate, ${range}interval: 1m }`,
    }),
  );

export const metricWithoutThreshold: Rule = {
  code: 'FLG009',
  severity: 'warning',
  title: 'A metric of a Flagger Canary has no threshold',
  why: 'Without `thresholdRange` and without the older `threshold`, Flagger compares with 0. A success rate is never below 0, so the check passes whatever happens. A duration, or the result of a template, is above 0 with the first request, so every release is rolled back.',
  fix: 'Give `thresholdRange` a `min` for a success rate, or a `max` for errors and durations.',
  whenNotToUse:
    'When 0 is meant: a template that counts what must never happen. Then write `thresholdRange: { max: 0 }`.',
  confirmedBy: 'Flagger 1.44 (`pkg/controller/scheduler_metrics.go`), read.',
  bad: manifests(''),
  good: manifests('thresholdRange: { min: 99 }, '),
  checkPart(graph, report, part) {
    for (const { resource, analysis } of part(flaggerCanaries(graph))) {
      for (const metric of analysis.get('metrics').items()) {
        const range = metric.get('thresholdRange');
        if (metric.get('threshold').exists || range.get('min').exists || range.get('max').exists) continue;
        const name = metric.get('name').string ?? '';
        // With a range without bounds nothing is compared.
        const passes = range.exists || (name === 'request-success-rate' && !metric.get('templateRef').exists);
        report(
          range.exists ? range : metric,
          `metric '${name}' of ${resource} has no threshold, so it ${passes ? 'always passes' : 'fails above 0'}`,
          { on: range.exists ? 'key' : 'value', hint: 'give thresholdRange a min or a max' },
        );
      }
    }
  },
};
