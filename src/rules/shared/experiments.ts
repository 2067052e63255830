import {
  type AnalysisUse,
  analysesIn,
  type Field,
  type Graph,
  memoizeOnGraph,
  metrics,
  type Resource,
} from '../../graph';
import { lastMeasurementAt, settingsOf } from './metric-settings';

/** When the last measurement of an analysis is taken, in seconds from its start, if each succeeds. */
export interface TimeTaken {
  /** Infinity: there is no last measurement. */
  readonly least: number;
  /** NaN: not known, because a provider itself takes its time. */
  readonly most: number;
}

/** Providers that only start something, and ask later whether it is done. */
const TAKES_ITS_TIME = ['job', 'kayenta', 'plugin'];

/** By analysis of an experiment: the time of the metric that takes longest. */
const times = memoizeOnGraph((graph) => {
  const found = new Map<AnalysisUse, TimeTaken>();
  for (const metric of metrics(graph)) {
    const uses = metric.uses.filter(({ place }) => place === 'experiment');
    if (uses.length === 0) continue;
    const waits = TAKES_ITS_TIME.some((name) => metric.field.get('provider', name).exists);
    for (const use of uses) {
      const settings = settingsOf(metric, use);
      const { count, interval, consecutiveSuccessLimit: successes } = settings;
      const enough = successes > 0 && !(count! <= successes) ? successes : count;
      const last = interval === 0 ? NaN : lastMeasurementAt({ ...settings, count: enough });
      const before = found.get(use);
      found.set(use, {
        least: Math.max(before?.least ?? 0, last),
        most: Math.max(before?.most ?? 0, waits ? NaN : last),
      });
    }
  }
  return found;
});

/** Undefined if a template of the analysis is not among the manifests. */
export const timeOf = (graph: Graph, use: AnalysisUse): TimeTaken | undefined =>
  use.templates.every(({ reference }) => reference.target) ? times(graph).get(use) : undefined;

/** The analyses of an experiment: of a step of a Rollout, or of an Experiment. */
export const analysesOfExperiment = (graph: Graph, owner: Resource, step?: number): readonly AnalysisUse[] =>
  analysesIn(graph, owner).filter((use) => use.place === 'experiment' && use.step === step);

/** The experiment that runs an analysis. */
export const experimentOf = ({ step, owner, rollout }: AnalysisUse): Field | undefined =>
  step === undefined ? owner.field('spec') : rollout?.steps[step]?.field.get('experiment');

export const isRequired = (analysis: Field): boolean => analysis.get('requiredForCompletion').boolean === true;

/** Whether the required analyses decide when the experiment ends. Otherwise its duration does. */
export const hasRequired = (experiment: Field): boolean => experiment.get('analyses').items().some(isRequired);
