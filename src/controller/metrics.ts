import type { AnalysisModel, MetricModel, RolloutModel } from './model';

/** Every metric of a rollout's analyses, in the order of the steps. */
export function allMetrics(rollout: RolloutModel): MetricModel[] {
  const analyses: (AnalysisModel | undefined)[] = [
    ...rollout.steps.map(({ analysis }) => analysis),
    rollout.background?.analysis,
  ];
  return analyses.flatMap((analysis) => analysis?.metrics ?? []);
}
