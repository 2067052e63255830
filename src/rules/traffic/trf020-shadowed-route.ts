import { isDeepStrictEqual } from 'node:util';
import { type Field, type Route, type VirtualService, virtualServices } from '../../graph';
import { EXAMPLE_ROUTE, exampleRouted } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
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
  checkPart(graph, report, part) {
    for (const service of part(virtualServices(graph))) {
      const { resource, routes } = service;
      checkConnections(service, report);
      checkGateways(service, report);
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

/** Of tls and tcp routes the first takes the connections that a later one repeats. */
function checkConnections({ resource, routes }: VirtualService, report: Report): void {
  for (const protocol of ['tls', 'tcp']) {
    const seen = new Map<string, Route>();
    for (const route of routes.filter((one) => one.protocol === protocol)) {
      const key = JSON.stringify(route.field.get('match').value ?? []);
      const before = seen.get(key);
      if (before) {
        report(
          route.field,
          `${routeLabel(route)} of ${resource} is never reached: ${routeLabel(before)} takes the same connections`,
          {
            related: { field: before.field, message: 'the route before it' },
          },
        );
      } else seen.set(key, route);
    }
  }
}

/** A match for a Gateway that the VirtualService is not bound to never holds. */
function checkGateways({ resource, routes }: VirtualService, report: Report): void {
  const bound = resource.field('spec', 'gateways');
  const names = bound.exists ? bound.items().map(({ string }) => string) : ['mesh'];
  const full = (name: string | undefined): string | undefined =>
    name === undefined || name === 'mesh' || name.includes('/') ? name : `${resource.namespace ?? ''}/${name}`;
  const all = new Set(names.map(full));
  // A delegate is bound to what the delegating one is bound to.
  if (!resource.field('spec', 'hosts').exists || names.includes(undefined)) return;
  for (const route of routes) {
    for (const match of route.field.get('match').items()) {
      const wanted = match.get('gateways').items();
      if (wanted.length === 0 || wanted.some(({ string }) => all.has(full(string)))) continue;
      report(
        wanted[0],
        `${routeLabel(route)} of ${resource} matches requests of the Gateway '${wanted[0].string}', which the VirtualService is not bound to`,
        {
          hint: 'add it to gateways',
        },
      );
    }
  }
}

/** One without any is a match without constraints. */
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
