import { rollouts } from '../../graph';
import { EXAMPLE_ROUTE, exampleRouted } from '../shared/example';
import type { Rule } from '../shared/rule';

const http = `${EXAMPLE_ROUTE}${EXAMPLE_ROUTE.replace('primary', 'api').trim()}`;

const LISTS = { http: 'routes', tls: 'tlsRoutes', tcp: 'tcpRoutes' } as const;

export const whichRoute: Rule = {
  code: 'TRF003',
  severity: 'error',
  title: 'A Rollout does not say which of several routes to weight',
  why: 'The controller can choose a route by itself only if there is exactly one. Otherwise it refuses the Rollout (InvalidSpec, Degraded).',
  fix: 'List the routes: `routes` for http by name, `tlsRoutes` and `tcpRoutes` by port and server names.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleRouted(http),
  good: exampleRouted(http, 'virtualService: { name: checkout, routes: [primary, api] }'),
  peers: {
    argo: 'spec.http[] should be set in VirtualService and it must have exactly one route when omitting …routes',
  },
  checkPart(graph, report, part) {
    for (const { resource, canary, virtualServices } of part(rollouts(graph))) {
      const managed = new Set(
        canary
          .get('trafficRouting', 'managedRoutes')
          .items()
          .map((one) => one.get('name').string),
      );
      for (const { field, virtualService } of virtualServices) {
        for (const protocol of ['http', 'tls', 'tcp'] as const) {
          const list = field.get(LISTS[protocol]);
          const routes = virtualService?.routes.filter(
            (route) => route.protocol === protocol && (route.name === undefined || !managed.has(route.name)),
          );
          if (!virtualService || !routes || routes.length < 2 || list.items().length > 0) continue;
          const names = routes.flatMap(({ name }) => name ?? []).map((name) => `'${name}'`);
          report(
            field,
            `${resource} lists no ${LISTS[protocol]}, but ${virtualService.resource} has ${routes.length} ${protocol} routes`,
            {
              hint: names.length > 0 ? `they are ${names.join(', ')}` : undefined,
              related: { field: virtualService.resource.field('spec', protocol), message: 'the routes' },
            },
          );
        }
      }
    }
  },
};
