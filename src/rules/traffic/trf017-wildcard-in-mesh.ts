import { virtualServices } from '../../graph';
import { EXAMPLE_ROUTE, exampleVirtualService } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifest = (gateways: string): string => exampleVirtualService(`${gateways}hosts: ['*']\nhttp:${EXAMPLE_ROUTE}`);

export const wildcardInMesh: Rule = {
  code: 'TRF017',
  severity: 'error',
  title: "A VirtualService for the mesh has the host '*'",
  why: 'It would take every request of every proxy in the mesh. Istio refuses it. A VirtualService without `gateways` is for the mesh.',
  fix: 'Name the hosts, or bind the VirtualService to a Gateway alone.',
  bad: manifest(''),
  good: manifest('gateways: [checkout-gateway]\n'),
  peers: { istioctl: 'IST0106: wildcard host * is not allowed for virtual services bound to the mesh gateway' },
  check(graph, report) {
    for (const { resource, hosts, mesh } of virtualServices(graph)) {
      if (!mesh) continue;
      for (const { field, host } of hosts) {
        if (host.text !== '*') continue;
        const named = resource.field('spec', 'gateways').items().length > 0;
        report(field, `${resource} is for the mesh and has the host '*'`, {
          hint: named ? undefined : 'it names no gateways, and so is for the mesh',
        });
      }
    }
  },
};
