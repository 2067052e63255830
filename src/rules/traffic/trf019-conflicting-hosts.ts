import { type Field, type Graph, sameNamespace, type VirtualService, virtualServices } from '../../graph';
import { documents, EXAMPLE_ROUTE, exampleVirtualService } from '../shared/example';
import type { Report, Rule } from '../shared/rule';
import { sameHost } from './roles';

const manifests = (host: string): string =>
  documents(
    exampleVirtualService(`hosts: [checkout]\nhttp:${EXAMPLE_ROUTE}`),
    exampleVirtualService(`hosts: [${host}]\nhttp:${EXAMPLE_ROUTE}`, 'checkout-retries'),
  );

export const conflictingHosts: Rule = {
  code: 'TRF019',
  severity: 'error',
  title: 'Two VirtualServices have the same host',
  why: 'In the mesh, Istio does not merge them: the older one counts and the other is ignored, with its weights. At a gateway Istio appends the routes of the younger one, so a route of the younger one that an older route already matches gets no requests.',
  fix: 'Put the routes into one VirtualService, or give each its own host or Gateway.',
  whenNotToUse: 'When the routes of two teams at one gateway match different paths, and no order between them matters.',
  confirmedBy: 'Istio 1.30, read in its source.',
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
      // A VirtualService that is visible only in its own namespace does not conflict with those of others.
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
          report(field, `${owner.resource} and ${other.owner.resource} both have the host '${host.text}' in the mesh`, {
            related: { field: other.field, message: 'the other one' },
          });
        }
        others.push({ owner, field, index });
      }
    }
    checkGateways(graph, report);
  },
};

/**
 * At a gateway, Istio merges the routes of VirtualServices for one host, those of the oldest first, and moves routes
 * that match everything to the end. So of two such routes, or two equal matches, only one is used.
 */
function checkGateways(graph: Graph, report: Report): void {
  const byHost = new Map<string, VirtualService[]>();
  for (const owner of virtualServices(graph)) {
    for (const { to } of owner.gateways) {
      for (const { host } of owner.hosts) {
        const key = JSON.stringify([to.namespace ?? null, to.name, host.text.toLowerCase()]);
        const others = byHost.get(key) ?? [];
        byHost.set(key, others);
        const other = graph
          .nearestOfEach(others, owner.resource)
          .find((one) => one.resource.name !== owner.resource.name && collide(one, owner) !== undefined);
        if (other) {
          const what = collide(other, owner)!;
          report(
            owner.hosts.find((one) => one.host === host)!.field,
            `${owner.resource} and ${other.resource} both have the host '${host.text}' at Gateway '${to.name}' and a route for ${what}, so only the older one answers`,
            {
              severity: 'warning',
              related: { field: other.resource.field('spec', 'hosts'), message: 'the other one' },
            },
          );
        }
        if (!others.includes(owner)) others.push(owner);
      }
    }
  }
}

/** The match that both have. Undefined if no request matches routes of both. */
function collide(a: VirtualService, b: VirtualService): string | undefined {
  const matches = ({ routes }: VirtualService): string[] =>
    routes.filter(({ protocol }) => protocol === 'http').flatMap(({ field }) => matchTexts(field));
  const [first, second] = [matches(a), new Set(matches(b))];
  const both = first.find((text) => second.has(text));
  return both === '' ? 'every request' : both && 'the same match';
}

/** Each match as text; empty for one that matches everything. */
function matchTexts(route: Field): string[] {
  const items = route.get('match').items();
  if (items.length === 0) return [''];
  return items.map((item) => {
    const parts = item.entries().filter(([key, field]) => key !== 'name' && field.exists);
    const isAll = parts.every(([key, field]) => key === 'uri' && field.get('prefix').string === '/');
    return isAll ? '' : JSON.stringify(parts.map(([key, field]) => [key, field.value]).sort());
  });
}
