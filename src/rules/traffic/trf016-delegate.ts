import {
  type Graph,
  memoizeOnGraph,
  type Reference,
  referenceFrom,
  type Resource,
  type Route,
  virtualServices,
} from '../../graph';
import { documents, EXAMPLE_ROUTE, exampleVirtualService } from '../shared/example';
import { reportMissing } from '../shared/missing-reference';
import type { Rule } from '../shared/rule';
import { routeLabel } from './roles';

const root = exampleVirtualService(
  `hosts: [shop.example.com]
gateways: [shop-gateway]
http:
  - match: [{ uri: { prefix: /checkout } }]
    delegate: { name: checkout }`,
  'shop',
);

export const delegate: Rule = {
  code: 'TRF016',
  severity: 'error',
  title: 'A route delegates to a VirtualService that cannot take it',
  why: 'Istio delegates only to a VirtualService without hosts and gateways, and only from a route without destinations. Otherwise it ignores the delegation, and the requests find no route. A VirtualService without hosts to which none delegates is left out, and its weights reach no request.',
  fix: 'Remove `hosts` and `gateways` from the delegate, or name the right one. A Rollout weights the routes of the delegate. Give hosts to a VirtualService that is no delegate.',
  whenNotToUse: 'Never: Istio refuses the object.',
  confirmedBy:
    "Istio (commit eed52ebb66ad, 1.30): the conformance run asks the webhook's validation and the analyzers.",
  bad: documents(root, exampleVirtualService(`hosts: [checkout]\nhttp:${EXAMPLE_ROUTE}`)),
  good: documents(root, exampleVirtualService(`http:${EXAMPLE_ROUTE.trimEnd()}`)),
  peers: { istioctl: 'IST0106, within one VirtualService' },
  checkPart(graph, report, part) {
    for (const { resource, hosts, routes } of part(virtualServices(graph))) {
      if (hosts.length === 0 && routes.length > 0 && isForRoots(resource) && !delegates(graph).has(resource)) {
        report(resource.field('spec'), `${resource} has no hosts, and nothing here delegates to it`, {
          on: 'key',
          severity: 'warning',
          outside: true,
          hint: 'without hosts it is one that others delegate to; give it the hosts that it is for',
        });
      }
      for (const route of routes) {
        const reference = delegateOf(graph, resource, route);
        if (!reference) continue;
        const { from, target } = reference;
        if (target === undefined) {
          const message = `${routeLabel(route)} of ${resource} is delegated to the VirtualService '${from.string}', which nothing here defines`;
          reportMissing(graph, report, reference, message);
          continue;
        }
        for (const key of ['hosts', 'gateways']) {
          const own = target.field('spec', key);
          if (own.items().length === 0) continue;
          report(own, `${target} has ${key} of its own, and ${resource} delegates to it`, {
            on: 'key',
            related: { field: from, message: 'where it is delegated to' },
          });
        }
      }
    }
  },
};

/** Whether a VirtualService may be a delegate: it has no hosts, and nothing that Istio refuses without them. */
function isForRoots(resource: Resource): boolean {
  const spec = resource.field('spec');
  const { value } = spec.get('hosts');
  const none = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
  return none && ['gateways', 'tls', 'tcp'].every((key) => spec.get(key).items().length === 0);
}

/** The VirtualService to which a route delegates. */
function delegateOf(graph: Graph, resource: Resource, route: Route): Reference | undefined {
  const field = route.field.get('delegate');
  const namespace = field.get('namespace').string || resource.namespace;
  return referenceFrom(graph, field.get('name'), 'VirtualService', { group: resource.group, namespace });
}

const delegates = memoizeOnGraph(
  (graph) =>
    new Set(
      virtualServices(graph).flatMap(({ resource, routes }) =>
        routes.map((route) => delegateOf(graph, resource, route)?.target),
      ),
    ),
);
