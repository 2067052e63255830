import { closestName as closest } from '../../formats/did-you-mean';
import type { Graph, Reference, Resource } from '../../graph';

export { closest };

/** The resource that a reference to a missing object probably means. */
export function closestResource(graph: Graph, { to, from }: Reference): Resource | undefined {
  const { namespace } = to;
  const candidates = graph
    .ofKind(to.kind, to.group)
    .filter((one) => namespace == null || one.namespace === undefined || one.namespace === namespace)
    .filter((one) => namespace !== null || one !== from.resource);
  const name = closest(
    to.name,
    candidates.map((one) => one.name),
  );
  return name === undefined ? undefined : candidates.find((one) => one.name === name);
}
