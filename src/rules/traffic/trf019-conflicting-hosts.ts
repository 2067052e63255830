import { type Field, sameNamespace, type VirtualService, virtualServices } from '../../graph';
import { documents, EXAMPLE_ROUTE, exampleVirtualService } from '../shared/example';
import type { Rule } from '../shared/rule';
import { sameHost } from './roles';

const manifests = (host: string): string =>
  documents(
    exampleVirtualService(`hosts: [checkout]\nhttp:${EXAMPLE_ROUTE}`),
    exampleVirtualService(`hosts: [${host}]\nhttp:${EXAMPLE_ROUTE}`, 'checkout-retries'),
  );

export const conflictingHosts: Rule = {
  code: 'TRF019',
  severity: 'error',
  title: 'Two VirtualServices of the mesh are for the same host',
  why: 'For requests from inside the mesh Istio does not put them together: the older one counts, and the other is ignored, weights and all.',
  fix: 'Put the routes of both into one VirtualService, or bind one of them to a Gateway alone.',
  bad: manifests('checkout'),
  good: manifests('payments'),
  peers: { istioctl: 'IST0109', kiali: 'KIA1106' },
  check(graph, report) {
    const byService = new Map<
      string,
      { readonly owner: VirtualService; readonly field: Field; readonly index: number }[]
    >();
    for (const owner of virtualServices(graph)) {
      if (!owner.mesh) continue;
      const exported = owner.resource.field('spec', 'exportTo').items();
      // What only its own namespace sees, another's VirtualService does not meet.
      const narrow = exported.length > 0 && exported.every(({ string }) => string === '.');
      for (const [index, { host, field }] of owner.hosts.entries()) {
        const key = host.service ?? host.text;
        const others = byService.get(key) ?? [];
        byService.set(key, others);
        const other = others.find(
          (one) =>
            one.owner.resource.name !== owner.resource.name &&
            sameHost(one.owner.hosts[one.index].host, host) &&
            (!narrow || sameNamespace(one.owner.resource.namespace, owner.resource.namespace)),
        );
        if (other) {
          report(
            field,
            `${owner.resource} and ${other.owner.resource} are both for the host '${host.text}' in the mesh`,
            {
              related: { field: other.field, message: 'the other one' },
            },
          );
        }
        others.push({ owner, field, index });
      }
    }
  },
};
