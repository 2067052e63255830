import { virtualServices } from '../../graph';
import { EXAMPLE_ROUTE, exampleVirtualService } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifest = (gateways: string): string => exampleVirtualService(`${gateways}hosts: ['*']\nhttp:${EXAMPLE_ROUTE}`);

export const wildcardInMesh: Rule = {
  code: 'TRF017',
  severity: 'error',
  title: "A VirtualService of the mesh has the host '*'",
  why: 'It would take every request of every proxy in the mesh, so Istio refuses it. A VirtualService without `gateways` belongs to the mesh.',
  fix: 'Name the hosts, or bind the VirtualService to a Gateway only.',
  whenNotToUse: 'Never: Istio refuses the object.',
  confirmedBy:
    "Istio (commit eed52ebb66ad, 1.30): the conformance run asks the webhook's validation and the analyzers.",
  bad: manifest(''),
  good: manifest('gateways: [checkout-gateway]\n'),
  peers: { istioctl: 'IST0106: wildcard host * is not allowed for virtual services bound to the mesh gateway' },
  checkPart(graph, report, part) {
    for (const { resource, hosts, mesh } of part(virtualServices(graph))) {
      if (!mesh) continue;
      for (const { field, host } of hosts) {
        if (host.text !== '*') continue;
        const named = resource.field('spec', 'gateways').items().length > 0;
        report(field, `${resource} belongs to the mesh and has the host '*'`, {
          hint: named ? undefined : 'without gateways, a VirtualService belongs to the mesh',
        });
      }
    }
  },
};
