import { type Graph, memoizeOnGraph, pathsTo, type Rollout, rollouts } from '../../graph';
import { EXAMPLE_ROUTE, exampleRouted } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { roleOf, routeLabel } from './roles';

const http = `${EXAMPLE_ROUTE.replace('- name: primary', '- name: api\n  match: [{ uri: { prefix: /api } }]')}${EXAMPLE_ROUTE.trim()}`;
const istio = (routes: string): string => `virtualService: { name: checkout, routes: [${routes}] }`;

export const routeNotWeighted: Rule = {
  code: 'TRF013',
  severity: 'warning',
  title: 'A route to both versions is not weighted',
  why: 'The controller changes only the routes that the Rollout lists. All others keep the weights of the manifest: their requests never meet the canary, are not analysed, and all meet the new version at once at the end. The same holds for an Ingress, an HTTPRoute or an IngressRoute that leads to the stable Service and is not what the traffic router weights. With Traefik, an IngressRoute that names the Service and not the TraefikService passes the weights by.',
  fix: "Add the route's name to `routes`, or the Ingress to `stableIngresses`. With Traefik, write `kind: TraefikService` and the name of the TraefikService into the IngressRoute.",
  whenNotToUse: 'When some requests, such as webhooks of payments, should not reach the canary.',
  confirmedBy: 'Argo Rollouts 1.9.1 and 1.10, read in the source of the controller (Traefik: argo-rollouts#2051).',
  bad: exampleRouted(http, istio('primary')),
  good: exampleRouted(http, istio('primary, api')),
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      checkEdge(graph, rollout, report);
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

/**
 * The router at the edge: what leads past it leads past the weights. In a mesh, the callers' proxies weight too. Of
 * plugins, only one is known, and which routes it selects by labels is not looked at.
 */
function edgeRouter({ canary, gatewayApi }: Rollout): string | undefined {
  const routing = canary.get('trafficRouting');
  if (routing.get('istio').exists) return undefined;
  const plugins = routing.get('plugins').entries();
  if (plugins.length === 0) return ['nginx', 'alb', 'traefik'].find((name) => routing.get(name).exists);
  return plugins.length === 1 && gatewayApi?.selectors.length === 0 ? 'plugins' : undefined;
}

/** The ways in that lead to the stable Service alone, past what the router weights. */
function checkEdge(graph: Graph, rollout: Rollout, report: Report): void {
  const { resource, canary, services, references } = rollout;
  const stable = services.stable?.target;
  const router = edgeRouter(rollout);
  if (stable === undefined || router === undefined) return;
  // Other rules report what the router weights and nothing here defines; a way in may be what is meant.
  const routes = [...rollout.ingresses, ...(rollout.gatewayApi?.routes ?? []).map(({ reference }) => reference)];
  if (router !== 'traefik' && (routes.length === 0 || routes.some(({ target }) => target === undefined))) return;
  const weighted = references.map(({ target }) => target);
  for (const { field, services: reached } of pathsTo(graph, stable)) {
    const way = field.resource;
    if (way.kind === 'Service' || weighted.includes(way) || reached.some((one) => one !== stable)) continue;
    const name = canary.get('trafficRouting', 'traefik', 'weightedTraefikServiceName').string;
    const isUsed = router !== 'traefik' || name === undefined || traefikServices(graph).has(name);
    report(
      field.get('name').exists ? field.get('name') : field,
      `${way} sends requests to '${stable.name}' alone, and ${resource} does not weight it`,
      {
        // Keeping some requests away from the canary can be intended, but not all.
        severity: isUsed ? 'advice' : undefined,
        hint: isUsed || way.kind !== 'IngressRoute' ? undefined : `name the TraefikService '${name}'`,
        related: { field: canary.get('trafficRouting', router), message: 'the traffic router' },
      },
    );
  }
}

/** The names of the TraefikServices that IngressRoutes use. */
const traefikServices = memoizeOnGraph(
  (graph) =>
    new Set(
      graph
        .ofKind('IngressRoute')
        .flatMap((route) => route.field('spec', 'routes').items())
        .flatMap((rule) => rule.get('services').items())
        .filter((one) => one.get('kind').string === 'TraefikService')
        .flatMap((one) => one.get('name').string ?? []),
    ),
);
