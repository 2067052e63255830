import { rollouts } from '../../graph';
import { documents, EXAMPLE_ROUTE, exampleRollout, exampleVirtualService, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (routes: string): string =>
  documents(exampleRollout(routedCanary()), exampleVirtualService(`hosts: [checkout]${routes}`));

export const noRoutes: Rule = {
  code: 'TRF005',
  severity: 'error',
  title: 'The VirtualService of a Rollout has no routes',
  why: 'The controller sets weights in existing routes and creates none. Without a route it refuses the Rollout (InvalidSpec, Degraded).',
  fix: 'Give the VirtualService an `http` route (or `tls`, or `tcp`) with the stable destination at weight 100 and the canary at 0.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: manifests(''),
  good: manifests(`\nhttp:${EXAMPLE_ROUTE}`),
  peers: { argo: 'Unable to get any of the HTTP, TCP or TLS routes for the Istio VirtualService' },
  checkPart(graph, report, part) {
    for (const { resource, virtualServices } of part(rollouts(graph))) {
      for (const { virtualService, reference } of virtualServices) {
        if (!virtualService || virtualService.routes.length > 0) continue;
        report(
          virtualService.resource.field('spec'),
          `${virtualService.resource}, used by ${resource}, has no routes`,
          {
            on: 'key',
            about: [resource.field()],
            related: { field: reference.from, message: 'where it is used' },
          },
        );
      }
    }
  },
};
