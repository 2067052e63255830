import { type Graph, rollouts } from '../../graph';
import { EXAMPLE_ROUTE, exampleRouted } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { GATEWAY_API_PLUGIN, lookUp } from '../../versions';
import { managedNameOf, roleOfBackend, ruleLabel, type WeightedRoute, weightedRoutes } from './gateway-routes';

const manifests = (name: string): string =>
  exampleRouted(
    `- name: testers\n  match: [{ headers: { x-tester: { exact: 'yes' } } }]\n  route: [{ destination: { host: checkout-canary } }]\n${EXAMPLE_ROUTE.trim()}`,
    'virtualService: { name: checkout, routes: [primary] }',
  ).replace('trafficRouting:', `trafficRouting:\n        managedRoutes: [{ name: ${name} }]`);

export const managedRouteCollides: Rule = {
  code: 'TRF012',
  severity: 'error',
  title: 'A managed route has the name of a route in the manifest',
  why: 'The controller owns managed routes. When a rollout ends or is aborted, it deletes every route of their names. The route of the manifest is deleted too, and returns with the next sync. The Gateway API plugin (from 0.13) does the same with rules of an HTTPRoute or GRPCRoute by their `name`; from 0.15 also with a number after it (`testers-1`). Up to 0.15 it sets no weights in such a rule, and if no other rule has both Services, every weight fails.',
  fix: 'Rename the managed route, or rename or remove the route in the manifest.',
  whenNotToUse: 'Never: the route is deleted, or gets no weights.',
  confirmedBy:
    'Argo Rollouts 1.9.1, read in the source of the controller. Gateway API plugin 0.13 to 0.17, read in its source.',
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
    for (const weighted of part(weightedRoutes(graph))) checkGatewayRoute(graph, weighted, report);
  },
};

/** The plugin knows its own rules by their names. It deletes them only in routes that use header routes. */
function checkGatewayRoute(graph: Graph, weighted: WeightedRoute, report: Report): void {
  const { rollout, route, use } = weighted;
  const names = lookUp(GATEWAY_API_PLUGIN.managedRuleNames, graph.releases.gatewayApiPlugin);
  for (const rule of route.rules) {
    const managed = managedNameOf(graph, weighted, rule);
    if (managed === undefined) continue;
    const weightless =
      names !== 'removed' && rule.backends.some((one) => roleOfBackend(graph, rollout, one) !== undefined);
    if (!use.useHeaderRoutes && !weightless) continue;
    const consequence = use.useHeaderRoutes ? 'will be deleted' : 'gets no weights';
    report(
      managed,
      `${rollout.resource} manages the route '${managed.string}', for which the Gateway API plugin takes ${ruleLabel(rule)} of ${route.resource}`,
      { related: { field: rule.field.get('name'), message: `the rule that ${consequence}` } },
    );
  }
}
