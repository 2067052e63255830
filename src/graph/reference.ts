import type { Graph, Wanted } from './graph';
import type { Field, Resource } from './resource';

/**
 * A reference of one resource to another. Whether a missing target is an error depends on whether the given set is
 * complete, which the graph does not know.
 */
export interface Reference {
  /** The field that names it. */
  readonly from: Field;
  readonly to: Wanted;
  /** Undefined if nothing in the given set has the name. */
  readonly target: Resource | undefined;
}

/** Resolves the name in a field, in a namespace. Undefined if the field has none. */
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

/** `AnalysisTemplate 'errors'`, with the namespace if it differs from the one of the reference. */
export function describeWanted({ to, from }: Reference): string {
  const elsewhere = to.namespace && to.namespace !== from.resource.namespace ? ` in namespace '${to.namespace}'` : '';
  return `${to.kind} '${to.name}'${elsewhere}`;
}
