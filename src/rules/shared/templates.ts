import type { Field, Graph, Resource } from '../../graph';

/** What can have arguments of its own. */
export const templatesIn = (graph: Graph): readonly Resource[] =>
  ['AnalysisTemplate', 'ClusterAnalysisTemplate', 'AnalysisRun'].flatMap((kind) => graph.ofKind(kind, 'argoproj.io'));

/** Every string below a field. */
export function* textsIn(field: Field): Generator<Field> {
  if (field.string !== undefined) yield field;
  for (const item of field.items()) yield* textsIn(item);
  for (const [, entry] of field.entries()) yield* textsIn(entry);
}
