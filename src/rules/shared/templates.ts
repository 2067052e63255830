import type { Graph, Resource } from '../../graph';

/** What can have arguments of its own. */
export const templatesIn = (graph: Graph): readonly Resource[] =>
  ['AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun'].flatMap((kind) => graph.ofKind(kind, 'argoproj.io'));
