import { rollouts } from '../../graph';
import { EXAMPLE_ROUTE, exampleRouted } from '../shared/example';
import type { Rule } from '../shared/rule';
import { roleOf, routeLabel } from './roles';

const http = `${EXAMPLE_ROUTE.replace('- name: primary', '- name: api\n  match: [{ uri: { prefix: /api } }]')}${EXAMPLE_ROUTE.trim()}`;
const istio = (routes: string): string => `virtualService: { name: checkout, routes: [${routes}] }`;

export const routeNotWeighted: Rule = {
  code: 'TRF013',
  severity: 'warning',
  title: 'A route to both versions is not weighted',
  why: 'The controller changes only the routes that the Rollout lists. All others keep the weights of the manifest: their requests never meet the canary, are not analysed, and all meet the new version at once at the end.',
  fix: "Add the route's name to `routes`.",
  whenNotToUse: 'When some requests, such as webhooks of payments, should not reach the canary.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: exampleRouted(http, istio('primary')),
  good: exampleRouted(http, istio('primary, api')),
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      for (const { virtualService, routes, field, missing } of rollout.virtualServices) {
        // Another rule reports a typo in the name, and this route may be the intended one.
        if (field.get('routes').items().length === 0 || missing.length > 0) continue;
        for (const route of virtualService?.routes ?? []) {
          const roles = new Set(route.destinations.map((one) => roleOf(rollout, one)));
          if (routes.includes(route) || route.protocol !== 'http' || !roles.has('stable')) continue;
          const both = roles.has('canary');
          const split = both ? 'has both versions' : 'has only the stable version';
          report(
            route.name === undefined ? route.field : route.field.get('name'),
            `${routeLabel(route)} of ${virtualService?.resource} ${split} and is not among the routes that ${rollout.resource} weights`,
            // Keeping some requests away from the canary can be intended.
            {
              severity: both ? undefined : 'advice',
              related: { field: field.get('routes'), message: 'the routes it weights' },
            },
          );
        }
      }
    }
  },
};
