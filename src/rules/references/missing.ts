import type { Graph, Reference } from '../../graph';
import type { Details, Report } from '../rule';
import { closestResource } from '../suggest';

/** Reports a reference to nothing: what may be meant is looked for; the message says what refers. */
export function reportMissing(
  graph: Graph,
  report: Report,
  reference: Reference,
  message: string,
  details: Details = {},
): void {
  const meant = closestResource(graph, reference);
  report(reference.from, message, {
    outside: true,
    didYouMean: meant && { name: meant.name, field: meant.field('metadata', 'name') },
    ...details,
  });
}
