import { lengthOfTime, readGoDuration } from '../../formats/go-duration';
import { type Field, type Graph, metrics } from '../../graph';
import { controllerBehaviour } from '../../versions';
import { analysisTemplate, documents, exampleRollout, prometheusMetric } from '../shared/example';
import { experimentOf, hasRequired } from '../shared/experiments';
import { lastMeasurementAt, measurements, metricLabel, settingsOf } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';

const manifests = (duration: string): string =>
  documents(
    exampleRollout(`steps:
  - experiment:
      duration: ${duration}
      templates: [{ name: candidate, specRef: canary }]
      analyses: [{ name: errors, templateName: checkout-errors }]`),
    analysisTemplate(prometheusMetric({ fields: 'interval: 1m\ncount: 10' })),
  );

export const experimentOutrunsAnalysis: Rule = {
  code: 'ROL052',
  severity: 'warning',
  title: 'An experiment ends before its analysis does',
  why: 'When the `duration` of an experiment is over, the experiment is Successful, and the controller ends the analyses that still run, whatever they have not measured yet. Failures in the measurements that are left out are never seen. An analysis with `requiredForCompletion` is waited for, but the pods of the experiment are not kept for it: they stop when the duration and `scaleDownDelaySeconds` (default: 30) are over, and the later measurements ask about pods that are gone.',
  fix: 'Give the experiment a `duration` that holds all measurements. Or set `requiredForCompletion: true` for the analysis and leave `duration` out: then the pods run until it has succeeded.',
  whenNotToUse: 'When the first measurements are enough, and `count` is an upper limit.',
  confirmedBy:
    'Argo Rollouts 1.9.1 and 1.10, read (`experiments/experiment.go`, `calculateStatus` and `reconcileTemplate`; argo-rollouts#4016).',
  bad: manifests('5m'),
  good: manifests('10m'),
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      for (const use of metric.uses) {
        if (use.place !== 'experiment') continue;
        const experiment = experimentOf(use);
        if (experiment === undefined) continue;
        const duration = experiment.get('duration');
        const seconds = duration.string === undefined ? undefined : readGoDuration(duration.string);
        const settings = settingsOf(metric, use);
        const count = measurements(settings);
        const needed = lastMeasurementAt(settings);
        const waited = hasRequired(experiment);
        const delay = waited ? scaleDownDelay(graph, experiment) : 0;
        // Without a count, an analysis is measured as long as the experiment runs.
        if (seconds === undefined || !Number.isFinite(needed) || needed < seconds + delay) continue;
        const ends = waited
          ? `the pods of an experiment of ${use.owner} stop after ${lengthOfTime(seconds)}${delay > 0 ? ` and a delay of ${lengthOfTime(delay)}` : ''}`
          : `an experiment of ${use.owner} ends after ${lengthOfTime(seconds)}`;
        report(
          duration,
          `${metricLabel(metric)} takes ${lengthOfTime(needed)} for its ${count === 1 ? 'measurement' : `${count} measurements`}, and ${ends}`,
          {
            hint: `use more than ${lengthOfTime(needed)}, or ${waited ? 'leave it out' : 'requiredForCompletion without a duration'}`,
            related: {
              field: metric.field.get('count').exists ? metric.field.get('count') : metric.field,
              message: 'the metric',
            },
          },
        );
      }
    }
  },
};

const SCALE_DOWN_DELAY_SECONDS = 30;

/** Seconds for which the pods of an experiment stay when it needs them no longer. */
function scaleDownDelay(graph: Graph, experiment: Field): number {
  const stated = experiment.get('scaleDownDelaySeconds').integer;
  // In a step, earlier releases drop the field.
  const isRead =
    experiment.resource.kind === 'Experiment' || controllerBehaviour(graph.releases.argoRollouts).knowsExperimentDelay;
  return (isRead ? stated : undefined) ?? SCALE_DOWN_DELAY_SECONDS;
}
