import type { ReachingRoute } from '../controller';
import { percent } from './wording';

/** Each route once, in the order of their first appearance. */
export const distinctRoutes = (routes: readonly ReachingRoute[]): ReachingRoute[] => [
  ...new Map(routes.map((route) => [`${route.kind} ${route.name}`, route])).values(),
];

/** The requests that routes lead to the canary, as the object of a sentence. */
export const routesText = (routes: readonly ReachingRoute[]): string => routes.map(requestsOf).join(', and ');

function requestsOf({ name, kind, percentage = 100 }: ReachingRoute): string {
  if (kind === 'header') return `requests that match the header route '${name}'`;
  return `copies of ${percent(percentage)} of the requests that match the mirror route '${name}'`;
}

interface During {
  readonly step?: number;
  readonly routes?: readonly ReachingRoute[];
}

/** Managed routes reach the canary in addition to its weight: what they send there, and during which steps. */
export function routeNotes(stretches: readonly During[]): string[] {
  return distinctRoutes(stretches.flatMap(({ routes = [] }) => routes)).map((route) => {
    const during = stretches.filter(({ routes = [] }) =>
      routes.some(({ name, kind }) => name === route.name && kind === route.kind),
    );
    const [first, last] = [during[0].step, during[during.length - 1].step];
    const from = first === undefined ? 'after the last step' : `from step ${first + 1}`;
    const to = last === undefined ? 'the promotion' : `step ${last + 1}`;
    const when = first === undefined || first === last ? from.replace('from', 'in') : `${from} to ${to}`;
    if (route.kind === 'mirror') {
      return `${requestsOf(route)} go to the canary ${when}, beside those of its weight; nobody sees the responses`;
    }
    return `all ${requestsOf(route)} go to the canary ${when}, beside those of its weight`;
  });
}
