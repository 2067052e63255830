import {
  type Field,
  type GatewayParentRef,
  type GatewayRoute,
  gatewayRoutes,
  type Graph,
  matchesSelector,
  type Resource,
} from '../../graph';
import type { Details, Report, Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { unknownParent } from './gateway-reference-kinds';

const manifests = (hostname: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata:
  name: public
  namespace: shop
spec:
  gatewayClassName: example
  listeners:
    - { name: http, protocol: HTTP, port: 80, hostname: '*.example.com' }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: checkout
  namespace: shop
spec:
  parentRefs: [{ name: public }]
  hostnames: [${hostname}]
  rules:
    - backendRefs: [{ name: checkout-stable, port: 80 }]
`;

export const routeNotAttached: Rule = {
  code: 'TRF036',
  severity: 'error',
  title: 'A route is attached to no listener of its Gateway',
  why: "A listener accepts a route only if its name, port, protocol, host names and allowed namespaces fit. By default a listener accepts routes of its own namespace only. A `parentRefs` entry with a group or kind that does not exist names no Gateway; a Service, as in a mesh, needs `group: ''`. If no listener accepts the route, its status says `Accepted: False`, no request reaches it, and weights have no effect.",
  fix: 'Correct `sectionName`, `port`, `group`, `kind` or `hostnames` of the route, or `hostname` and `allowedRoutes` of the listener.',
  whenNotToUse:
    'When the listeners are added by something that the given manifests do not show, such as a ListenerSet.',
  confirmedBy:
    'Gateway API 1.6, by its specification and definitions; kinds also in the source of Istio 1.30 (`allowedParentReferences`).',
  bad: manifests('checkout.example.org'),
  good: manifests('checkout.example.com'),
  checkPart(graph, report, part) {
    for (const route of part(gatewayRoutes(graph))) {
      if (route.parents.length === 0) {
        const spec = route.resource.field('spec');
        if (spec.exists && !isMeshRoute(route)) {
          report(spec, `${route.resource} has no parentRefs, so no Gateway uses it`, {
            on: 'key',
            severity: 'warning',
          });
        }
        continue;
      }
      for (const parent of route.parents) {
        const unknown = unknownParent(parent.field);
        if (unknown) {
          report(
            unknown.at,
            `${route.resource} is attached to ${unknown.named}, which does not exist`,
            unknown.details,
          );
          continue;
        }
        const gateway = parent.reference?.target;
        if (gateway?.kind === 'Gateway') checkParent(graph, route, parent, gateway, report);
      }
    }
  },
};

const isMeshRoute = ({ resource }: GatewayRoute): boolean => resource.field('spec', 'useDefaultGateways').exists;

type Filter = (listener: Field) => boolean;

/** Reports the first condition that leaves no listener. */
function checkParent(
  graph: Graph,
  { resource }: GatewayRoute,
  parent: GatewayParentRef,
  gateway: Resource,
  report: Report,
): void {
  const listeners = gateway.field('spec', 'listeners').items();
  const { section, port } = parent;
  const names = listeners.flatMap((one) => one.get('name').string ?? []);
  const meant = section.string === undefined ? undefined : closest(section.string, names);
  const hostnames = resource.field('spec', 'hostnames').items();
  const protocols = PROTOCOLS[resource.kind];
  const conditions: [Filter, Field, string, Details?][] = [
    [
      (one) => !section.exists || one.get('name').string === section.string,
      section,
      `names the listener '${String(section.value)}', which ${gateway} does not have`,
      {
        didYouMean: meant === undefined ? undefined : { name: meant },
        hint: meant === undefined ? `it has ${names.join(', ') || 'none'}` : undefined,
      },
    ],
    [
      (one) => !port.exists || one.get('port').number === port.number,
      port,
      `uses port ${String(port.value)}, on which ${gateway} has no listener`,
    ],
    [
      (one) =>
        protocols === undefined ||
        !KNOWN.has(one.get('protocol').string ?? '') ||
        protocols.includes(one.get('protocol').string!),
      parent.field,
      `needs a listener for ${protocols?.join(' or ')}, which ${gateway} does not have there`,
    ],
    [
      (one) => allowsKind(one, resource.kind),
      parent.field,
      `is of a kind that the listener of ${gateway} does not allow`,
    ],
    [
      (one) => allowsNamespace(graph, one, gateway, resource),
      parent.field,
      `is in the namespace '${resource.namespace}', from which ${gateway} in '${gateway.namespace}' accepts no routes`,
      { hint: 'set allowedRoutes.namespaces of the listener; the default is its own namespace only' },
    ],
    [
      (one) =>
        hostnames.length === 0 ||
        !one.get('hostname').string ||
        hostnames.some((host) => meets(one.get('hostname').string!, host.string ?? '')),
      hostnames[0] ?? parent.field,
      `has the host ${hostnames.map(({ value }) => `'${String(value)}'`).join(', ')}, which no listener of ${gateway} accepts`,
      { hint: `accepted: ${listeners.map((one) => `'${one.get('hostname').string ?? '*'}'`).join(', ')}` },
    ],
  ];
  let left = listeners;
  if (left.length === 0) return;
  for (const [fits, field, message, details] of conditions) {
    left = left.filter(fits);
    if (left.length > 0) continue;
    report(field, `${resource} ${message}`, {
      ...details,
      related: { field: gateway.field('spec', 'listeners'), message: 'the listeners' },
    });
    return;
  }
}

const PROTOCOLS: { readonly [kind: string]: readonly string[] } = {
  HTTPRoute: ['HTTP', 'HTTPS'],
  GRPCRoute: ['HTTP', 'HTTPS'],
  TLSRoute: ['TLS'],
  TCPRoute: ['TCP', 'TLS'],
};
/** Implementations may add their own protocols, which are not known. */
const KNOWN = new Set(['HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP']);

function allowsKind(listener: Field, kind: string): boolean {
  const kinds = listener.get('allowedRoutes', 'kinds').items();
  return kinds.length === 0 || kinds.some((one) => one.get('kind').string === kind);
}

function allowsNamespace(graph: Graph, listener: Field, gateway: Resource, route: Resource): boolean {
  const namespaces = listener.get('allowedRoutes', 'namespaces');
  const from = namespaces.get('from').string ?? 'Same';
  if (from === 'All' || route.namespace === undefined || gateway.namespace === undefined) return true;
  if (from === 'Same') return route.namespace === gateway.namespace;
  if (from !== 'Selector') return false;
  const namespace = graph.find({ group: '', kind: 'Namespace', name: route.namespace, namespace: null }, route);
  if (namespace === undefined) return true;
  const labels = {
    'kubernetes.io/metadata.name': route.namespace,
    ...namespace.field('metadata', 'labels').strings,
  };
  return matchesSelector(namespaces.get('selector'), labels);
}

/** Whether two host names, either of which may begin with `*.`, have a host in common. */
function meets(a: string, b: string): boolean {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()];
  const covers = (wide: string, narrow: string): boolean => wide.startsWith('*.') && narrow.endsWith(wide.slice(1));
  return one === other || covers(one, other) || covers(other, one);
}
