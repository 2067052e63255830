import { isDeepStrictEqual } from 'node:util';
import { type Field, virtualServices } from '../../graph';
import { EXAMPLE_ROUTE, exampleRouted } from '../shared/example';
import type { Rule } from '../shared/rule';
import { routeLabel } from './roles';

const docs = '- name: docs\n  match: [{ uri: { prefix: /docs } }]\n  route: [{ destination: { host: docs } }]';
const primary = EXAMPLE_ROUTE.trim();
const istio = 'virtualService: { name: checkout, routes: [primary] }';

export const shadowedRoute: Rule = {
  code: 'TRF020',
  severity: 'warning',
  title: 'A route is never reached',
  why: 'Istio uses the first http route that matches. A route after one that matches the same or more gets no requests. If it is the route that the Rollout weights, no user ever meets the canary.',
  fix: 'Put the more specific route first and the one without `match` last.',
  whenNotToUse: 'Never: the route has no effect.',
  confirmedBy: 'Istio (commit eed52ebb66ad, 1.30): measured with its routing code.',
  bad: exampleRouted(`${primary}\n${docs}`, istio),
  good: exampleRouted(`${docs}\n${primary}`, istio),
  peers: { istioctl: 'IST0130, IST0131' },
  check(graph, report) {
    for (const { resource, routes } of virtualServices(graph)) {
      const http = routes.filter(({ protocol }) => protocol === 'http');
      // Comparing all pairs is quadratic; nobody writes so many by hand.
      for (const [index, route] of http.slice(0, 200).entries()) {
        const matches = matchesOf(route.field);
        const before = http.slice(0, index).find((one) => {
          const wider = matchesOf(one.field);
          return matches.every((match) => wider.some((wide) => covers(wide, match)));
        });
        if (before === undefined) continue;
        const all = matchesOf(before.field).some((match) => constraints(match).length === 0);
        report(
          route.name === undefined ? route.field : route.field.get('name'),
          `${routeLabel(route)} of ${resource} is never reached: ${routeLabel(before)} before it matches ${all ? 'everything' : 'all that it does'}`,
          { related: { field: before.field, message: 'the route before it' } },
        );
      }
    }
  },
};

/** A route without matches has one match without constraints. */
function matchesOf(route: Field): (Field | undefined)[] {
  const items = route.get('match').items();
  return items.length === 0 ? [undefined] : items;
}

/** The constraints of a match. `uri: { prefix: / }` and a name are not constraints. */
function constraints(match: Field | undefined): [key: string, value: Field][] {
  if (match === undefined) return [];
  return match.entries().filter(([key, field]) => {
    if (key === 'name' || key === 'ignoreUriCase' || !field.exists) return false;
    if (key === 'uri' && (field.get('prefix').string === '/' || isAnything(field.get('regex').string))) return false;
    return field.entries().length > 0 || field.items().length > 0 || typeof field.value !== 'object';
  });
}

/** Whether a regular expression, which Istio matches against the whole path, matches every path. */
const isAnything = (regex: string | undefined): boolean => regex !== undefined && /^\^?\/?\.\*\$?$/.test(regex);

/** Whether the wide match includes everything that the narrow one matches. */
function covers(wide: Field | undefined, narrow: Field | undefined): boolean {
  return constraints(wide).every(([key, demanded]) => {
    const other = narrow?.get(key);
    if (other === undefined || !other.exists) return false;
    if (key === 'uri') return uriCovers(demanded, other);
    return ['headers', 'queryParams', 'sourceLabels'].includes(key)
      ? demanded.entries().every(([name, value]) => isDeepStrictEqual(other.get(name).value, value.value))
      : isDeepStrictEqual(other.value, demanded.value);
  });
}

function uriCovers(wide: Field, narrow: Field): boolean {
  const prefix = wide.get('prefix').string;
  const text = narrow.get('prefix').string ?? narrow.get('exact').string;
  if (prefix !== undefined && text !== undefined) return text.startsWith(prefix);
  return isDeepStrictEqual(wide.value, narrow.value);
}
