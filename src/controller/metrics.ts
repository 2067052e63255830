import { didYouMean } from '../formats/did-you-mean';
import type { AnalysisModel, MetricModel, RolloutModel } from './model';

/** Every metric of a rollout's analyses, in the order of the steps, without those of experiments. */
export function allMetrics(rollout: RolloutModel): MetricModel[] {
  const analyses: (AnalysisModel | undefined)[] = [
    ...rollout.steps.map(({ analysis }) => analysis),
    rollout.background?.analysis,
  ];
  return analyses.flatMap((analysis) => analysis?.metrics ?? []);
}

/** Every metric of the analyses of experiments, in the order of the steps. */
const experimentMetrics = ({ steps }: RolloutModel): MetricModel[] =>
  steps.flatMap(({ experiment }) => (experiment?.analyses ?? []).flatMap(({ analysis }) => analysis.metrics));

/** A name that no metric has, and how a message about it ends. */
export interface UnknownMetric {
  readonly name: string;
  readonly instead: string;
}

/** Every metric that a rollout measures: of its analyses, and of those of its experiments. */
export const measuredMetrics = (rollout: RolloutModel): MetricModel[] => [
  ...allMetrics(rollout),
  ...experimentMetrics(rollout),
];

/** The names that no metric of these rollouts has. */
export function unknownMetrics(stated: readonly string[], rollouts: readonly RolloutModel[]): UnknownMetric[] {
  const known = [...new Set(rollouts.flatMap((rollout) => measuredMetrics(rollout).map(({ name }) => name)))];
  return stated
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, instead: known.length > 0 ? didYouMean(name, known) : '' }));
}
