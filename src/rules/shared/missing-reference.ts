import { type Field, type Graph, memoizeOnGraph, type Reference, type Resource } from '../../graph';
import type { Fix } from './fix';
import type { Details, Report } from './rule';
import { closest, closestResource } from './suggest';

/**
 * Reports a reference to a missing object, with the object that is probably meant. The message says what refers to it.
 */
export function reportMissing(
  graph: Graph,
  report: Report,
  reference: Reference,
  message: string,
  details: Details = {},
): void {
  report(reference.from, message, { ...missing(graph, reference), ...details });
}

/** The details of a report about a missing object. */
export function missing(graph: Graph, reference: Reference): Details {
  const meant = closestResource(graph, reference);
  if (meant) {
    const didYouMean = { name: meant.name, field: meant.field('metadata', 'name') };
    return {
      outside: true,
      didYouMean,
      fix: isOnlyCandidate(graph, reference, meant) ? renaming(reference, meant.name) : undefined,
    };
  }
  return namespaceSlip(graph, reference) ?? { outside: true };
}

/** Whether no other resource has a similar name. */
const isOnlyCandidate = (graph: Graph, { to }: Reference, meant: Resource): boolean =>
  closest(
    to.name,
    graph
      .ofKind(to.kind, to.group)
      .map(({ name }) => name)
      .filter((name) => name !== meant.name),
  ) === undefined;

/** Writes another name in the field of a reference, which may hold more than the name, as a host does. */
function renaming({ from, to }: Reference, name: string): Fix | undefined {
  const text = from.string ?? '';
  const at = text.indexOf(to.name);
  if (at < 0 || text.indexOf(to.name, at + 1) >= 0) return undefined;
  const whole = text === to.name;
  const edit = { at: from, set: name, ...(whole ? {} : { within: { from: at, to: at + to.name.length } }) };
  return { title: `write '${name}'`, edits: [edit] };
}

const sizes = memoizeOnGraph((graph) => {
  const found = new Map<string, number>();
  for (const { namespace } of graph.resources) {
    if (namespace !== undefined) found.set(namespace, (found.get(namespace) ?? 0) + 1);
  }
  return found;
});

/** Searching more objects takes too long. */
const MOST_NAMESAKES = 50;

/**
 * Whether the object exists in a namespace with a similar name, and one of the two namespaces contains nothing else.
 * Then the namespace is the typo, which breaks every reference to and from that object.
 */
export function namespaceSlip(graph: Graph, { to, from }: Reference): Details | undefined {
  const { namespace } = to;
  if (!namespace) return undefined;
  const size = (name: string): number => sizes(graph).get(name) ?? 0;
  const namesakes = graph.findAll({ ...to, namespace: undefined }).slice(0, MOST_NAMESAKES);
  for (const one of namesakes) {
    if (one.namespace === undefined || closest(namespace, [one.namespace]) === undefined) continue;
    const own = from.resource.namespace === namespace;
    const lonely: Field | undefined =
      size(one.namespace) === 1
        ? one.field('metadata', 'namespace')
        : own && size(namespace) === 1
          ? from.resource.field('metadata', 'namespace')
          : undefined;
    if (lonely === undefined) continue;
    const related =
      lonely.resource === one
        ? { field: lonely, message: 'the namespace of the other one' }
        : { field: lonely, message: `the namespace of ${from.resource}` };
    return {
      hint: `there is one in the namespace '${one.namespace}', and this looks in '${namespace}'`,
      related,
      mistake: { in: lonely, what: 'namespace' },
    };
  }
  return undefined;
}
