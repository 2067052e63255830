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
  why: 'The controller owns managed routes. When a rollout ends or is aborted, it deletes every route of their names. The route of the manifest is deleted too, and returns with the next sync.',
  fix: 'Rename the managed route, or remove the route from the manifest.',
  whenNotToUse: 'Never: the route is deleted.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: manifests('testers'),
  good: manifests('mirror'),
  checkPart(graph, report, part) {
    for (const { resource, canary, virtualServices } of part(rollouts(graph))) {
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
