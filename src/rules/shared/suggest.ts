import { distance } from 'fastest-levenshtein';
import type { Graph, Reference, Resource } from '../../graph';

/** Looking through more is not worth its time. */
const MOST_CANDIDATES = 500;

/** The candidate that was probably meant: at most two letters off, or a fifth of a long name. */
export function closest(wanted: string, candidates: Iterable<string>): string | undefined {
  const most = Math.min(Math.max(wanted.length < 4 ? 1 : 2, Math.floor(wanted.length / 5)), 4);
  let best: string | undefined;
  let least = most + 1;
  let seen = 0;
  for (const candidate of candidates) {
    if (++seen > MOST_CANDIDATES) break;
    if (Math.abs(candidate.length - wanted.length) > most || candidate === wanted) continue;
    const away = candidate.toLowerCase() === wanted.toLowerCase() ? 0.5 : distance(wanted, candidate);
    // Names that differ in their digits alone are siblings, not slips.
    if (away < least && candidate.replace(/\d+/g, '#') !== wanted.replace(/\d+/g, '#'))
      [best, least] = [candidate, away];
  }
  return best;
}

/** The resource that a reference to nothing probably means. */
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
