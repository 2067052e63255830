import { lengthOfTime, readGoDuration } from '../../formats/go-duration';
import { type AnalysisUse, type Field, metrics } from '../../graph';
import { analysisTemplate, documents, exampleRollout, prometheusMetric } from '../shared/example';
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
  why: 'When the `duration` of an experiment is over, the experiment is Successful, and the controller ends the analyses that still run, whatever they have not measured yet. Only an analysis with `requiredForCompletion` is waited for. Failures in the measurements that are left out are never seen.',
  fix: 'Give the experiment a `duration` that holds all measurements, or set `requiredForCompletion: true` for the analysis.',
  whenNotToUse: 'When the first measurements are enough, and `count` is an upper limit.',
  confirmedBy: 'Argo Rollouts 1.9.1 and 1.10, read (`experiments/experiment.go`, `calculateStatus`).',
  bad: manifests('5m'),
  good: manifests('10m'),
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      for (const use of metric.uses) {
        if (use.place !== 'experiment') continue;
        const experiment = experimentOf(use);
        if (experiment === undefined || waitsForAnalysis(experiment)) continue;
        const duration = experiment.get('duration');
        const seconds = duration.string === undefined ? undefined : readGoDuration(duration.string);
        const settings = settingsOf(metric, use);
        const count = measurements(settings);
        const needed = lastMeasurementAt(settings);
        // Without a count, an analysis is measured as long as the experiment runs.
        if (seconds === undefined || !Number.isFinite(needed) || needed < seconds) continue;
        report(
          duration,
          `${metricLabel(metric)} takes ${lengthOfTime(needed)} for its ${count === 1 ? 'measurement' : `${count} measurements`}, and an experiment of ${use.owner} ends after ${lengthOfTime(seconds)}`,
          {
            hint: `use more than ${lengthOfTime(needed)}, or requiredForCompletion`,
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

const experimentOf = ({ step, owner, rollout }: AnalysisUse): Field | undefined =>
  step === undefined ? owner.field('spec') : rollout?.steps[step]?.field.get('experiment');

/** With one required analysis, the experiment waits for the result of all. */
const waitsForAnalysis = (experiment: Field): boolean =>
  experiment
    .get('analyses')
    .items()
    .some((one) => one.get('requiredForCompletion').boolean === true);
