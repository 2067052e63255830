import { metrics } from '../../graph';
import { exampleOf, indented, prometheusMetric } from '../shared/example';
import { measurements, metricLabel, settingsOf } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';

const manifest = (fields: string): string =>
  exampleOf(
    'argoproj.io/v1alpha1',
    'AnalysisRun',
    'checkout-smoke',
    `metrics:\n${indented(prometheusMetric({ fields }), 2)}`,
  );

export const runThatNeverEnds: Rule = {
  code: 'ANA036',
  severity: 'advice',
  title: 'An AnalysisRun never ends, or ends before it measures',
  why: 'An AnalysisRun of its own has no rollout that ends it. A metric with an `interval` and without a `count` is measured until it fails or until someone terminates the run, so whatever waits for its result waits for ever. `terminate: true` in the manifest ends it before the first measurement.',
  fix: 'Give the metric a `count`, and leave `terminate` out.',
  whenNotToUse: 'When the run watches something until it is terminated by hand.',
  confirmedBy: 'Argo Rollouts 1.9.1 and 1.10, read (`analysis/analysis.go`).',
  bad: manifest('interval: 1m'),
  good: manifest('interval: 1m\ncount: 5'),
  checkPart(graph, report, part) {
    for (const run of part(graph.ofKind('AnalysisRun', 'argoproj.io'))) {
      const terminate = run.field('spec', 'terminate');
      if (terminate.boolean !== true) continue;
      report(terminate, `${run} is terminated before it measures anything`, { on: 'key', hint: 'leave it out' });
    }
    for (const metric of part(metrics(graph))) {
      if (metric.resource.kind !== 'AnalysisRun' || metric.resource.field('spec', 'terminate').boolean === true)
        continue;
      const settings = settingsOf(metric, undefined);
      // A run that its Rollout made, with an owner, ends with it.
      if (metric.resource.field('metadata', 'ownerReferences').items().length > 0) continue;
      if (measurements(settings) !== Infinity || settings.consecutiveSuccessLimit > 0) continue;
      report(
        metric.field.get('interval'),
        `${metricLabel(metric)} of ${metric.resource} is measured until it fails: it has an interval and no count`,
        { on: 'key', hint: 'give count' },
      );
    }
  },
};
