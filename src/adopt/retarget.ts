import { defined } from './container';
import { gatewayParent } from './gateway-api';
import { Json, isPlain, ofKind } from './manifests';

/** The Services between which requests are split from now on. */
export interface SplitServices {
  /** The Service that has been called so far: that of all pods. */
  readonly root: string;
  readonly namespace?: string;
  readonly stable: string;
  readonly canary: string;
  /** The port of the Services. */
  readonly port: number;
}

/** How existing routes to a Deployment are taken over. */
export interface Retargeting {
  /** The options by which the app's own router is the existing one. */
  readonly options: Json;
  /** The existing objects, as they split the requests. */
  readonly objects: readonly Json[];
  /** What has changed, a line for each object. */
  readonly changes: readonly string[];
  /** Routes that are left as they are, each with what to do about it. */
  readonly bypasses: readonly string[];
}

/** The kinds that send requests to Services. */
const KINDS = [
  ...['VirtualService', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'Ingress'],
  // Of Traefik, Contour, Emissary, APISIX, Kong, NGINX Inc., SMI and OpenShift.
  ...['IngressRoute', 'IngressRouteTCP', 'TraefikService', 'HTTPProxy', 'Mapping', 'ApisixRoute', 'TCPIngress'],
  ...['VirtualServer', 'TrafficSplit', 'Route'],
];

/**
 * Takes over the routes that send requests to a Deployment's Service: one VirtualService, one HTTPRoute, or the Ingresses
 * of nginx. They keep their names, hosts and rules, so that callers notice nothing.
 */
export function retargeting(objects: readonly Json[], services: SplitServices | undefined): Retargeting {
  const none = { options: {}, objects: [], changes: [], bypasses: [] };
  if (services === undefined) return none;
  const routes = objects.filter((object) => KINDS.includes(object.kind) && callsRoot(object, services));
  const taken = virtualService(routes, services) ?? httpRoute(routes, services) ?? nginx(routes, services) ?? none;
  const names = new Set(taken.objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  const left = routes.filter(({ kind, metadata }) => !names.has(`${kind} ${metadata.name}`));
  const what = ({ kind, metadata }: Json) =>
    `${kind} ${metadata.name} splits its requests between ${services.stable} and ${services.canary}`;
  return {
    ...taken,
    changes: taken.objects.map(what),
    bypasses: left.map((object) => bypass(object, services)),
  };
}

type Taken = Pick<Retargeting, 'options' | 'objects'>;

function virtualService(routes: readonly Json[], services: SplitServices): Taken | undefined {
  const found = ofKind(routes, 'VirtualService');
  const made = found.map((object) => splitVirtualService(object, services));
  const at = made.findIndex((object) => object !== undefined);
  if (at < 0) return undefined;
  const { metadata, spec } = made[at];
  const gateways: string[] = spec.gateways ?? ['mesh'];
  const outside = gateways.filter((gateway) => gateway !== 'mesh');
  const isInside = gateways.includes('mesh') && spec.hosts?.some((host: string) => isHostOf(host, services));
  // Callers in the mesh have called the Service, without the rules of the gateway.
  const inside = {
    name: `${services.root}-inside`,
    hosts: [services.root],
    routes: [{ split: { name: 'inside' } }],
  };
  const options = {
    ...(outside.length > 0 || !isInside ? { hosts: spec.hosts } : {}),
    traffic: {
      virtualServiceName: metadata.name,
      ...(outside.length > 0 ? { gateways } : {}),
      ...(isInside ? {} : { furtherVirtualServices: [inside] }),
    },
  };
  return { options, objects: [made[at]] };
}

/** Undefined where a route has destinations besides, or none by HTTP. */
function splitVirtualService(object: Json, services: SplitServices): Json {
  const { http = [], tls = [], tcp = [] } = object.spec ?? {};
  const isOurs = ({ destination }: Json) => isHostOf(destination?.host, services);
  const isMixed = (http as Json[]).some(
    ({ route = [] }) => route.some(isOurs) && (route.length > 1 || route[0].destination.subset !== undefined),
  );
  const isElsewhere = [...tls, ...tcp].some(({ route = [] }: Json) => route.some(isOurs));
  if (isMixed || isElsewhere || http.some(({ route = [], mirror }: Json) => !Array.isArray(route) || mirror)) {
    return undefined;
  }
  const names = new Set<string>(http.map(({ name }: Json) => name).filter((name: unknown) => name !== undefined));
  const nameOf = (i: number) => {
    const candidates = [i === 0 ? 'primary' : `route-${i + 1}`, `split-${i + 1}`, `requests-${i + 1}`];
    return candidates.find((name) => !names.has(name))!;
  };
  const split = (http as Json[]).map((one, i) => {
    const named = { name: nameOf(i), ...one };
    if (!(one.route ?? []).some(isOurs)) return named;
    const [destination] = one.route;
    const version = (host: string, weight: number) => ({
      ...destination,
      destination: { ...destination.destination, host },
      weight,
    });
    return { ...named, route: [version(services.stable, 100), version(services.canary, 0)] };
  });
  return { ...object, spec: { ...object.spec, http: split } };
}

function httpRoute(routes: readonly Json[], services: SplitServices): Taken | undefined {
  const [found] = ofKind(routes, 'HTTPRoute');
  if (found === undefined) return undefined;
  const rules: Json[] = found.spec.rules ?? [];
  const isOurs = ({ kind = 'Service', name }: Json) => kind === 'Service' && name === services.root;
  if (rules.some(({ backendRefs = [] }) => backendRefs.some(isOurs) && backendRefs.length > 1)) return undefined;
  const split = rules.map((rule) => {
    const [backend] = rule.backendRefs ?? [];
    if (backend === undefined || !isOurs(backend)) return rule;
    const version = (name: string, weight: number) => ({ ...backend, name, weight });
    return { ...rule, backendRefs: [version(services.stable, 100), version(services.canary, 0)] };
  });
  const options = {
    ...defined({ hosts: found.spec.hostnames }),
    gatewayApi: { parents: (found.spec.parentRefs ?? []).map(gatewayParent), httpRouteName: found.metadata.name },
  };
  return { options, objects: [{ ...found, spec: { ...found.spec, rules: split } }] };
}

/** The controller copies the Ingress for the canary; the one that is there leads to the stable version. */
function nginx(routes: readonly Json[], services: SplitServices): Taken | undefined {
  const found = ofKind(routes, 'Ingress').filter((object) => classOf(object) === 'nginx');
  if (found.length === 0) return undefined;
  const names: string[] = found.map(({ metadata }) => metadata.name);
  const router = names.length === 1 ? { stableIngress: names[0] } : { stableIngresses: names };
  return {
    options: { strategy: { trafficRouting: { nginx: router } } },
    objects: found.map((object) => ({ ...object, spec: renamed(object.spec, services) })),
  };
}

function renamed(value: Json, { root, stable }: SplitServices): Json {
  const visit = (one: Json): Json => {
    if (Array.isArray(one)) return one.map(visit);
    if (!isPlain(one)) return one;
    if (one.serviceName === root) return { ...one, serviceName: stable };
    return Object.fromEntries(
      Object.entries(one as object).map(([key, below]: [string, Json]) =>
        key === 'service' && below?.name === root ? [key, { ...below, name: stable }] : [key, visit(below)],
      ),
    );
  };
  return visit(value);
}

function classOf({ metadata, spec }: Json): string | undefined {
  return spec?.ingressClassName ?? metadata.annotations?.['kubernetes.io/ingress.class'];
}

/** Whether a host of Istio is the Service: by its short name or a longer one. */
function isHostOf(host: Json, { root, namespace }: SplitServices): boolean {
  if (typeof host !== 'string') return false;
  const [name, place, svc] = host.split('.');
  if (name !== root) return false;
  return place === undefined || (namespace === undefined ? svc === 'svc' : place === namespace);
}

function callsRoot({ kind, spec }: Json, services: SplitServices): boolean {
  const visit = (value: Json, key: string): boolean => {
    if (typeof value === 'string') {
      if (kind === 'VirtualService') return key === 'host' && isHostOf(value, services);
      return ['name', 'serviceName', 'service'].includes(key) && value.split(':')[0] === services.root;
    }
    if (Array.isArray(value)) return value.some((one) => visit(one, key));
    return isPlain(value) && Object.entries(value as object).some(([name, one]) => visit(one, name));
  };
  const { parentRefs: _, hosts: __, ...routing } = spec ?? {};
  return visit(routing, '');
}

/** What to do about a route that nothing splits, in the words of the router that reads it. */
function bypass(object: Json, { root, stable, canary, port }: SplitServices): string {
  const { kind, metadata }: { kind: string; metadata: Json } = object;
  const what = `${kind} ${metadata.name} sends requests to Service ${root}, which has the pods of both versions, so they are split by the number of pods and not by weight`;
  return `${what}; ${remedy()}`;

  function remedy(): string {
    if (kind === 'VirtualService') {
      return `give each of its HTTP routes the destinations ${stable} (weight 100) and ${canary} (weight 0) and a name, and list them in traffic.existingVirtualServices`;
    }
    if (['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'].includes(kind)) {
      return `give each of its rules the backends ${stable} (weight 100) and ${canary} (weight 0), and name it in strategy.trafficRouting.plugins`;
    }
    if (kind === 'Route') return `let it lead to the Service of a gateway that splits`;
    if (kind === 'IngressRoute') {
      return `let it lead to a TraefikService with ${stable} and ${canary}, and name that in strategy.trafficRouting.traefik`;
    }
    if (kind !== 'Ingress')
      return `let it name ${stable} and ${canary}, and state its router in strategy.trafficRouting`;
    const found = classOf(object);
    switch (found) {
      case 'nginx':
        return `let its backend be ${stable}, and name it in strategy.trafficRouting.nginx.stableIngress`;
      case 'alb':
        return `set strategy.trafficRouting.alb to { ingress: ${metadata.name}, rootService: ${root}, servicePort: ${port} }, and the port of its backend to the name use-annotation`;
      case 'traefik':
        return `let an IngressRoute lead to a TraefikService with ${stable} and ${canary}, and name that in strategy.trafficRouting.traefik`;
      default:
        return `${found === undefined ? 'it states no class' : `its class ${found} has no counterpart`}: let its backend be the Service of a gateway that splits, or state a router in strategy.trafficRouting`;
    }
  }
}
