import type { Graph, Wanted } from './graph';
import type { Field, Resource } from './resource';

/**
 * One resource naming another. Whether a target that is not there is a mistake depends on whether the given set is
 * whole, which the graph does not know.
 */
export interface Reference {
  /** The field that names it. */
  readonly from: Field;
  readonly to: Wanted;
  /** Undefined: nothing in the given set answers to it. */
  readonly target: Resource | undefined;
}

/** Resolves a name that a field gives, in a namespace. Undefined where the field gives none. */
export function referenceFrom(
  graph: Graph,
  from: Field,
  kind: string,
  { group, namespace, name = from.string }: { group?: string; namespace?: string | null; name?: string },
): Reference | undefined {
  if (name === undefined || name === '') return undefined;
  const to = { group, kind, name, namespace };
  return { from, to, target: graph.find(to, from.resource) };
}

/** `AnalysisTemplate 'errors'`, with the namespace where it is another than the one that refers. */
export function describeWanted({ to, from }: Reference): string {
  const elsewhere = to.namespace && to.namespace !== from.resource.namespace ? ` in namespace '${to.namespace}'` : '';
  return `${to.kind} '${to.name}'${elsewhere}`;
}
