import { isMapping, type Resource } from '../graph';
import { without } from './values';

/** The Service that a route may lead to. */
export interface ServiceName {
  readonly name: string;
  readonly namespace?: string;
}

/** The kinds that send requests to Services. */
const KINDS = [
  ...['VirtualService', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'Ingress'],
  // Of Traefik, Contour, Emissary, APISIX, Kong, NGINX Inc., SMI and OpenShift.
  ...['IngressRoute', 'IngressRouteTCP', 'TraefikService', 'HTTPProxy', 'Mapping', 'ApisixRoute', 'TCPIngress'],
  ...['VirtualServer', 'TrafficSplit', 'Route'],
];

/** The keys behind which the objects of these kinds name Services. Elsewhere a `name` is that of a rule or a header. */
const BACKENDS: { readonly [kind: string]: readonly string[] | undefined } = {
  ...Object.fromEntries(
    ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'].map((kind) => [kind, ['backendRefs', 'backendRef']]),
  ),
  Ingress: ['backend', 'defaultBackend'],
};

/** Whether an object is a route that sends requests to a Service. */
export function leadsTo(object: Resource, service: ServiceName): boolean {
  const { kind } = object;
  if (!KINDS.includes(kind)) return false;
  const backends = BACKENDS[kind];
  const isThere = (namespace: unknown = object.namespace) =>
    namespace === undefined || service.namespace === undefined || namespace === service.namespace;
  const visit = (value: unknown, key: string, namespace: unknown, isBackend: boolean): boolean => {
    if (typeof value === 'string') {
      if (kind === 'VirtualService') return key === 'host' && isHostIn(object, value, service);
      const isName = ['name', 'serviceName', 'service'].includes(key) && value.split(':')[0] === service.name;
      return isName && isBackend && isThere(namespace);
    }
    if (Array.isArray(value)) return value.some((one) => visit(one, key, namespace, isBackend));
    if (!isMapping(value)) return false;
    return Object.entries(value).some(([name, one]) =>
      visit(one, name, value.namespace ?? namespace, isBackend || backends!.includes(name)),
    );
  };
  return visit(without(object.field('spec'), 'parentRefs', 'hosts'), '', undefined, backends === undefined);
}

/** Whether a host of Istio is the Service: by its short name or a longer one. */
export function isHostOf(host: unknown, { name: root, namespace }: ServiceName): boolean {
  if (typeof host !== 'string') return false;
  const [name, place, svc] = host.split('.');
  if (name !== root) return false;
  return place === undefined || (namespace === undefined ? svc === 'svc' : place === namespace);
}

/** Whether a host that an object of Istio names is the Service. A short one is in the namespace of that object. */
export function isHostIn({ namespace: place }: Resource, host: unknown, service: ServiceName): boolean {
  const isNear = place === undefined || service.namespace === undefined || place === service.namespace;
  return isHostOf(host, service) && (isNear || String(host).includes('.'));
}

/** The class of an Ingress, which says whose it is. */
export function ingressClass(ingress: Resource): string | undefined {
  return (
    ingress.field('spec', 'ingressClassName').string ??
    ingress.field('metadata', 'annotations', 'kubernetes.io/ingress.class').string
  );
}
