import { matching, rollouts } from '../../graph';
import { documents, exampleRollout, exampleVirtualService, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (port: number): string =>
  documents(
    exampleRollout(routedCanary('', `virtualService: { name: checkout, tcpRoutes: [{ port: ${port} }] }`)),
    exampleVirtualService(`
hosts: [checkout]
tcp:
  - match: [{ port: 3306 }]
    route:
      - { destination: { host: checkout-stable }, weight: 100 }
      - { destination: { host: checkout-canary }, weight: 0 }`),
  );

export const noRouteMatches: Rule = {
  code: 'TRF004',
  severity: 'error',
  title: 'A Rollout names a tls or tcp route that its VirtualService does not have',
  why: 'Routes of tls and tcp have no names. The controller finds them by the port and the server names that all their matches share. If none fits, it refuses the Rollout (InvalidSpec, Degraded).',
  fix: 'Write the port, and for tls the `sniHosts`, exactly as the match of the route has them.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: manifests(3307),
  good: manifests(3306),
  peers: { argo: 'No matching TLS routes found in the defined Virtual Service.' },
  checkPart(graph, report, part) {
    for (const { resource, virtualServices } of part(rollouts(graph))) {
      for (const { field, virtualService } of virtualServices) {
        if (!virtualService) continue;
        for (const protocol of ['tls', 'tcp'] as const) {
          const list = field.get(`${protocol}Routes`);
          const there = virtualService.routes.filter((route) => route.protocol === protocol);
          // All must exist: the controller refuses all of them if one is missing.
          const missing = list.items().filter((want) => matching(there, [want], protocol === 'tls').length === 0);
          if (missing.length === 0) continue;
          const ports = there.flatMap((route) =>
            route.field
              .get('match')
              .items()
              .flatMap((match) => match.get('port').number ?? []),
          );
          report(
            missing.length === list.items().length ? list : missing[0],
            `${resource} asks for ${protocol} routes that ${virtualService.resource} does not have`,
            {
              hint:
                there.length === 0
                  ? `it has no ${protocol} routes`
                  : ports.length > 0
                    ? `it has ${protocol} routes for port ${[...new Set(ports)].join(', ')}`
                    : undefined,
            },
          );
        }
      }
    }
  },
};
