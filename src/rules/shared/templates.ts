import { memoizeOnGraph, metrics, type Resource } from '../../graph';

/** What can have arguments of its own. */
export const templatesIn = memoizeOnGraph((graph): readonly Resource[] =>
  ['AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun'].flatMap((kind) => graph.ofKind(kind, 'argoproj.io')),
);

/** Resources with metrics: templates, runs, and resources of other kinds that hold metrics. */
export const templatesWithMetrics = memoizeOnGraph((graph): readonly Resource[] => [
  ...new Set(metrics(graph).map(({ resource }) => resource)),
]);
