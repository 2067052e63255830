import { referenceFrom, virtualServices } from '../../graph';
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
  why: 'Istio delegates only to a VirtualService without hosts and gateways, and only from a route without destinations. Otherwise it ignores the delegation, and the requests find no route.',
  fix: 'Remove `hosts` and `gateways` from the delegate, or name the right one. A Rollout weights the routes of the delegate.',
  whenNotToUse: 'Never: Istio refuses the object.',
  confirmedBy:
    "Istio (commit eed52ebb66ad, 1.30): the conformance run asks the webhook's validation and the analyzers.",
  bad: documents(root, exampleVirtualService(`hosts: [checkout]\nhttp:${EXAMPLE_ROUTE}`)),
  good: documents(root, exampleVirtualService(`http:${EXAMPLE_ROUTE.trimEnd()}`)),
  peers: { istioctl: 'IST0106, within one VirtualService' },
  checkPart(graph, report, part) {
    for (const { resource, routes } of part(virtualServices(graph))) {
      for (const route of routes) {
        const field = route.field.get('delegate');
        const from = field.get('name');
        const namespace = field.get('namespace').string || resource.namespace;
        const reference = referenceFrom(graph, from, 'VirtualService', { group: resource.group, namespace });
        if (!reference) continue;
        const { target } = reference;
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
