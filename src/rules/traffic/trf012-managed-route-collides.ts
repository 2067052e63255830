import { rollouts } from '../../graph';
import { EXAMPLE_ROUTE, exampleRouted } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (name: string): string =>
  exampleRouted(
    `- name: testers\n  match: [{ headers: { x-tester: { exact: 'yes' } } }]\n  route: [{ destination: { host: checkout-canary } }]\n${EXAMPLE_ROUTE.trim()}`,
    'virtualService: { name: checkout, routes: [primary] }',
  ).replace('trafficRouting:', `trafficRouting:\n        managedRoutes: [{ name: ${name} }]`);

export const managedRouteCollides: Rule = {
  code: 'TRF012',
  severity: 'error',
  title: 'A managed route has the name of a route in the manifest',
  why: "Managed routes are the controller's: it makes them and, when a rollout ends or is aborted, deletes every route of their names. The one in the manifest goes too, and comes back with the next sync.",
  fix: 'Give the managed route another name, or take the route out of the manifest.',
  bad: manifests('testers'),
  good: manifests('mirror'),
  check(graph, report) {
    for (const { resource, canary, virtualServices } of rollouts(graph)) {
      for (const one of canary.get('trafficRouting', 'managedRoutes').items()) {
        const name = one.get('name');
        for (const { virtualService } of virtualServices) {
          const route = virtualService?.routes.find((route) => route.name !== undefined && route.name === name.string);
          if (!route) continue;
          report(
            name,
            `${resource} manages the route '${name.string}', which ${virtualService?.resource} has in its manifest`,
            {
              related: { field: route.field.get('name'), message: 'the route that will be deleted' },
            },
          );
        }
      }
    }
  },
};
