import { dirname } from 'node:path';
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
  why: 'In the mesh, Istio does not merge them: the older one counts and the other is ignored, with its weights. Only `exportTo` changes that: for requests from a namespace, a VirtualService that is private to it (`.`) counts before one exported to it by name, and that one before one for all namespaces. At a gateway Istio appends the routes of the younger one, so a route of the younger one that an older route already matches gets no requests.',
  fix: 'Put the routes into one VirtualService, or give each its own host or Gateway.',
  whenNotToUse:
    'When the routes of two teams at one gateway match different paths, and no order between them matters. Of an object that a folder defines in several files, one is chosen, so the first conflict is reported, as a warning.',
  confirmedBy: 'Istio 1.30, read in its source.',
  bad: manifests('checkout'),
  good: manifests('payments'),
  peers: { istioctl: 'IST0109', kiali: 'KIA1106' },
  check(graph, report) {
    const byService = new Map<
      string,
      { readonly owner: VirtualService; readonly field: Field; readonly index: number }[]
    >();
    const all = byNames(virtualServices(graph));
    const isFirst = firstOfVersions();
    for (const owner of all) {
      if (!owner.mesh) continue;
      for (const [index, { host, field }] of owner.hosts.entries()) {
        const key = host.service ?? host.text;
        const others = byService.get(key) ?? [];
        byService.set(key, others);
        const other = others.find(
          (one) =>
            one.owner.resource.name !== owner.resource.name &&
            sameHost(one.owner.hosts[one.index].host, host) &&
            areRivals(one.owner, owner),
        );
        const areVersions = other && [owner, other.owner].some(({ resource }) => graph.versionsOf(resource).length > 1);
        if (other && (!areVersions || isFirst(owner, other.owner, host.text))) {
          report(field, `${owner.resource} and ${other.owner.resource} both have the host '${host.text}' in the mesh`, {
            severity: areVersions ? 'warning' : undefined,
            related: { field: other.field, message: 'the other one' },
          });
        }
        others.push({ owner, field, index });
      }
    }
    checkGateways(graph, all, report);
  },
};

/**
 * Tells the first of several conflicts that differ only in which version of an object in a folder they are about. Of
 * versions it is not known which are applied together, so one conflict stands for all, and is a warning.
 */
function firstOfVersions(): (one: VirtualService, other: VirtualService, host: string) => boolean {
  const seen = new Set<string>();
  return (one, other, host) => {
    const places = [one, other].map(({ resource }) => `${dirname(resource.origin.file)} ${resource}`);
    const key = JSON.stringify([...places, host]);
    return seen.has(key) ? false : seen.add(key) !== undefined;
  };
}

/** By namespace and name, so that the findings do not depend on the order of the documents. */
const byNames = (all: readonly VirtualService[]): readonly VirtualService[] =>
  all
    .map((one) => ({ one, key: `${one.resource.namespace ?? ''}/${one.resource.name}` }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ one }) => one);

/** The namespaces that see a VirtualService: undefined for all of them. */
interface Audience {
  readonly own: boolean;
  readonly others: readonly string[];
}

/** @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService-export_to */
function audienceOf({ resource }: VirtualService): Audience | undefined {
  const names = resource
    .field('spec', 'exportTo')
    .items()
    .flatMap(({ string }) => string ?? []);
  if (names.length === 0 || names.includes('*')) return undefined;
  if (names.includes('~')) return { own: false, others: [] };
  const isOwn = (name: string): boolean => name === '.' || name === resource.namespace;
  return { own: names.some(isOwn), others: names.filter((name) => !isOwn(name)) };
}

/**
 * Whether the age of two VirtualServices decides between them somewhere. Istio puts those that are private to the
 * namespace of a proxy first, then those exported to it by name, then those for all. So it does only within one of
 * these groups.
 */
function areRivals(a: VirtualService, b: VirtualService): boolean {
  const [one, other] = [audienceOf(a), audienceOf(b)];
  if (one === undefined || other === undefined) return one === other;
  const both = one.own && other.own && sameNamespace(a.resource.namespace, b.resource.namespace);
  return both || one.others.some((name) => other.others.includes(name));
}

/**
 * At a gateway, Istio merges the routes of VirtualServices for one host, those of the oldest first, and moves routes
 * that match everything to the end. So of two such routes, or two equal matches, only one is used.
 */
function checkGateways(graph: Graph, all: readonly VirtualService[], report: Report): void {
  const byHost = new Map<string, VirtualService[]>();
  for (const owner of all) {
    for (const { to } of owner.gateways) {
      for (const { host } of owner.hosts) {
        const key = JSON.stringify([to.namespace ?? null, to.name, host.text.toLowerCase()]);
        const others = byHost.get(key) ?? [];
        byHost.set(key, others);
        const other = graph
          .nearestOfEach(others, owner.resource)
          .find(
            (one) =>
              one.resource.name !== owner.resource.name && areRivals(one, owner) && collide(one, owner) !== undefined,
          );
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
