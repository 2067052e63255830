import { memoizeOnGraph, metrics, type Resource } from '../../graph';

/** What can have arguments of its own. */
export const templatesIn = memoizeOnGraph((graph): readonly Resource[] =>
  ['AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun'].flatMap((kind) => graph.ofKind(kind, 'argoproj.io')),
);

/** What has metrics: some of these, and measured parts of other kinds. */
export const templatesWithMetrics = memoizeOnGraph((graph): readonly Resource[] => [
  ...new Set(metrics(graph).map(({ resource }) => resource)),
]);
