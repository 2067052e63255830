import { type Graph, memoizeOnGraph, rollouts, type Route, type VirtualService, virtualServices } from '../../graph';
import { documents, EXAMPLE_ROUTE, exampleRollout, exampleVirtualService, routedCanary } from '../shared/example';
import { stepOf } from '../shared/routers';
import type { Rule } from '../shared/rule';
import { roleOf, routeLabel } from './roles';

const docs = '- name: docs\n  match: [{ uri: { prefix: /docs } }]\n  route: [{ destination: { host: docs } }]\n';

const manifests = (others: string): string =>
  documents(
    exampleRollout(
      routedCanary(
        `steps:
  - setCanaryScale: { replicas: 1 }
  - setHeaderRoute:
      name: testers
      match: [{ headerName: x-tester, headerValue: { exact: 'yes' } }]
  - pause: {}
`,
        'virtualService: { name: checkout, routes: [primary] }',
      ).replace('trafficRouting:', 'trafficRouting:\n  managedRoutes: [{ name: testers }]'),
    ),
    exampleVirtualService(`hosts: [shop.example.com]\nhttp:\n${others}${EXAMPLE_ROUTE.trim()}`),
  );

export const headerRouteTakesAllPaths: Rule = {
  code: 'TRF040',
  severity: 'warning',
  title: 'A header route takes requests that belong to other services',
  why: 'A managed route comes before all other routes of the VirtualService, and it matches headers only, never a path. On a host that several services share, in one VirtualService or in several at one Gateway, every request with the header reaches the canary: also those for the paths of the other services, which the canary does not know.',
  fix: 'Give the application a VirtualService and a host of its own, or test the canary without a header route.',
  whenNotToUse: 'When requests with the header are only sent to the paths of this application.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: manifests(docs),
  good: manifests(''),
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      const { resource, steps, virtualServices } = rollout;
      const step = steps.find(({ field }) => field.get('setHeaderRoute', 'match').items().length > 0);
      if (step === undefined) continue;
      for (const { virtualService, routes } of virtualServices) {
        if (virtualService === undefined) continue;
        for (const owner of [virtualService, ...sharingHost(graph, virtualService)]) {
          const http = owner.routes.filter(({ protocol }) => protocol === 'http');
          const taken = http.filter((route) => !routes.includes(route) && isForeign(route));
          if (taken.length === 0) continue;
          const names = taken.slice(0, 3).map(routeLabel).join(', ');
          report(
            step.field.get('setHeaderRoute'),
            `${stepOf(step, resource)} creates a route without a path, which also takes requests with the header from ${names} of ${owner.resource}`,
            { on: 'key', related: { field: taken[0].field, message: 'a route that loses requests' } },
          );
        }
      }
      function isForeign({ destinations, field }: Route): boolean {
        if (field.get('redirect').exists || field.get('delegate').exists) return true;
        return destinations.length > 0 && destinations.every((one) => roleOf(rollout, one) === undefined);
      }
    }
  },
};

const byHostAtGateway = memoizeOnGraph((graph) => {
  const found = new Map<string, VirtualService[]>();
  for (const one of virtualServices(graph)) {
    for (const key of keysOf(one)) found.set(key, [...(found.get(key) ?? []), one]);
  }
  return found;
});

/** The VirtualServices whose routes Istio appends to those of this one: for the same host at the same Gateway. */
function sharingHost(graph: Graph, virtualService: VirtualService): readonly VirtualService[] {
  const others = new Set(keysOf(virtualService).flatMap((key) => byHostAtGateway(graph).get(key) ?? []));
  return graph
    .nearestOfEach([...others], virtualService.resource)
    .filter(({ resource }) => resource.name !== virtualService.resource.name);
}

const keysOf = ({ gateways, hosts }: VirtualService): string[] =>
  gateways.flatMap(({ to }) =>
    hosts.map(({ host }) => JSON.stringify([to.namespace ?? null, to.name, host.text.toLowerCase()])),
  );
