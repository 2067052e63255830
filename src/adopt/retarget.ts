import { type Field, isMapping, type Resource } from '../graph';
import { gatewayParent } from './gateway-api';
import { ofKind, remade } from './manifests';
import { defined, type Options, without } from './values';

/** The Services between which requests will be split. */
export interface SplitServices {
  /** The Service that callers use now, which selects all pods. */
  readonly root: string;
  readonly namespace?: string;
  readonly stable: string;
  readonly canary: string;
  /** The port of the Services. */
  readonly port: number;
}

/** How existing routes to a Deployment become part of the spec. */
export interface Retargeting {
  /** The options with which the app uses the existing router. */
  readonly options: RouterOptions;
  /** The existing objects, changed so that they split requests. */
  readonly objects: readonly Resource[];
  /** What has changed, one line for each object. */
  readonly changes: readonly string[];
  /** Routes that are not changed, each with what to do about it. */
  readonly bypasses: readonly string[];
}

/** The options that an existing router sets. */
export interface RouterOptions {
  readonly hosts?: unknown;
  readonly traffic?: Options;
  readonly strategy?: Options;
  readonly gatewayApi?: Options;
}

/** The kinds that send requests to Services. */
const KINDS = [
  ...['VirtualService', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute', 'Ingress'],
  // Of Traefik, Contour, Emissary, APISIX, Kong, NGINX Inc., SMI and OpenShift.
  ...['IngressRoute', 'IngressRouteTCP', 'TraefikService', 'HTTPProxy', 'Mapping', 'ApisixRoute', 'TCPIngress'],
  ...['VirtualServer', 'TrafficSplit', 'Route'],
];

/**
 * Changes the routes that send requests to a Deployment's Service, so that they split them: one VirtualService, one
 * HTTPRoute, or the Ingresses of nginx. They keep their names, hosts and rules, so that nothing changes for callers.
 *
 * @param takes Whether to change them. Otherwise they are only reported.
 */
export function retargeting(
  objects: readonly Resource[],
  services: SplitServices | undefined,
  takes: boolean,
): Retargeting {
  const none = { options: {}, objects: [], changes: [], bypasses: [] };
  if (services === undefined) return none;
  const routes = objects.filter((object) => KINDS.includes(object.kind) && callsRoot(object, services));
  const taken = takes
    ? (virtualService(routes, services) ?? httpRoute(routes, services) ?? nginx(routes, services) ?? none)
    : none;
  const names = new Set(taken.objects.map(({ kind, name }) => `${kind} ${name}`));
  const left = routes.filter(({ kind, name }) => !names.has(`${kind} ${name}`));
  const what = ({ kind, name }: Resource) =>
    `${kind} ${name} splits its requests between ${services.stable} and ${services.canary}`;
  return {
    ...taken,
    changes: taken.objects.map(what),
    bypasses: left.map((object) => bypass(object, services)),
  };
}

type Taken = Pick<Retargeting, 'options' | 'objects'>;

function virtualService(routes: readonly Resource[], services: SplitServices): Taken | undefined {
  const found = ofKind(routes, 'VirtualService');
  const made = found.map((object) => splitVirtualService(object, services));
  const object = made.find((one) => one !== undefined);
  if (object === undefined) return undefined;
  const spec = object.field('spec');
  const stated = spec.get('gateways');
  const gateways = stated.exists ? stated.items().map(({ value }) => value) : ['mesh'];
  const outside = gateways.filter((gateway) => gateway !== 'mesh');
  const hosts = spec.get('hosts');
  const isInside = gateways.includes('mesh') && hosts.items().some(({ value }) => isHostOf(value, services));
  // Callers in the mesh call the Service directly, without the rules of the gateway.
  const inside = {
    name: `${services.root}-inside`,
    hosts: [services.root],
    routes: [{ split: { name: 'inside' } }],
  };
  const options = {
    ...(outside.length > 0 || !isInside ? { hosts: hosts.value } : {}),
    traffic: {
      virtualServiceName: object.name,
      ...(outside.length > 0 ? { gateways } : {}),
      ...(isInside ? {} : { furtherVirtualServices: [inside] }),
    },
  };
  return { options, objects: [object] };
}

/** Undefined if a route has other destinations too, or is not an HTTP route. */
function splitVirtualService(object: Resource, services: SplitServices): Resource | undefined {
  const spec = object.field('spec');
  const http = spec.get('http').items();
  const destinations = (route: Field) => route.get('route').items();
  const isOurs = (one: Field) => isHostOf(one.get('destination', 'host').value, services);
  const isCalled = (route: Field) => destinations(route).some(isOurs);
  const isMixed = http
    .filter(isCalled)
    .some((route) => destinations(route).length > 1 || route.get('route', 0, 'destination', 'subset').exists);
  const isElsewhere = [...spec.get('tls').items(), ...spec.get('tcp').items()].some(isCalled);
  const isMirrored = http.some((route) => route.get('mirror').exists);
  const isUnreadable = http.some((route) => route.get('route').exists && !Array.isArray(route.get('route').value));
  if (isMixed || isElsewhere || isMirrored || isUnreadable) return undefined;
  const names = new Set(http.map((route) => route.get('name').string));
  const nameOf = (i: number) => {
    const candidates = [i === 0 ? 'primary' : `route-${i + 1}`, `split-${i + 1}`, `requests-${i + 1}`];
    return candidates.find((name) => !names.has(name))!;
  };
  const split = http.map((route, i) => {
    const named = { name: nameOf(i), ...without(route) };
    if (!isCalled(route)) return named;
    const one = route.get('route', 0);
    const version = (host: string, weight: number) => ({
      ...without(one),
      destination: { ...without(one.get('destination')), host },
      weight,
    });
    return { ...named, route: [version(services.stable, 100), version(services.canary, 0)] };
  });
  return remade(object, { ...object.manifest, spec: { ...without(spec), http: split } });
}

function httpRoute(routes: readonly Resource[], services: SplitServices): Taken | undefined {
  const [found] = ofKind(routes, 'HTTPRoute');
  if (found === undefined) return undefined;
  const spec = found.field('spec');
  const rules = spec.get('rules').items();
  const isOurs = (backend: Field) =>
    (backend.get('kind').value ?? 'Service') === 'Service' && backend.get('name').string === services.root;
  const backendsOf = (rule: Field) => rule.get('backendRefs').items();
  if (rules.some((rule) => backendsOf(rule).some(isOurs) && backendsOf(rule).length > 1)) return undefined;
  const split = rules.map((rule) => {
    const [backend] = backendsOf(rule);
    if (backend === undefined || !isOurs(backend)) return rule.value;
    const version = (name: string, weight: number) => ({ ...without(backend), name, weight });
    return { ...without(rule), backendRefs: [version(services.stable, 100), version(services.canary, 0)] };
  });
  const options = {
    ...defined({ hosts: spec.get('hostnames').value }),
    gatewayApi: { parents: spec.get('parentRefs').items().map(gatewayParent), httpRouteName: found.name },
  };
  return { options, objects: [remade(found, { ...found.manifest, spec: { ...without(spec), rules: split } })] };
}

/** The controller copies the Ingress for the canary; the existing one sends requests to the stable version. */
function nginx(routes: readonly Resource[], services: SplitServices): Taken | undefined {
  const found = ofKind(routes, 'Ingress').filter((object) => classOf(object) === 'nginx');
  if (found.length === 0) return undefined;
  const names = found.map(({ name }) => name);
  const router = names.length === 1 ? { stableIngress: names[0] } : { stableIngresses: names };
  return {
    options: { strategy: { trafficRouting: { nginx: router } } },
    objects: found.map((object) =>
      remade(object, { ...object.manifest, spec: renamedBackends(object.manifest.spec, services) }),
    ),
  };
}

function renamedBackends(value: unknown, { root, stable }: SplitServices): unknown {
  const visit = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(visit);
    if (!isMapping(one)) return one;
    if (one.serviceName === root) return { ...one, serviceName: stable };
    const entries = Object.entries(one).map(([key, below]) => {
      const isService = key === 'service' && isMapping(below) && below.name === root;
      return [key, isService ? { ...below, name: stable } : visit(below)] as const;
    });
    return Object.fromEntries(entries);
  };
  return visit(value);
}

function classOf(ingress: Resource): string | undefined {
  return (
    ingress.field('spec', 'ingressClassName').string ??
    ingress.field('metadata', 'annotations', 'kubernetes.io/ingress.class').string
  );
}

/** Whether a host of Istio is the Service: by its short name or a longer one. */
function isHostOf(host: unknown, { root, namespace }: SplitServices): boolean {
  if (typeof host !== 'string') return false;
  const [name, place, svc] = host.split('.');
  if (name !== root) return false;
  return place === undefined || (namespace === undefined ? svc === 'svc' : place === namespace);
}

function callsRoot(object: Resource, services: SplitServices): boolean {
  const visit = (value: unknown, key: string): boolean => {
    if (typeof value === 'string') {
      if (object.kind === 'VirtualService') return key === 'host' && isHostOf(value, services);
      return ['name', 'serviceName', 'service'].includes(key) && value.split(':')[0] === services.root;
    }
    if (Array.isArray(value)) return value.some((one) => visit(one, key));
    return isMapping(value) && Object.entries(value).some(([name, one]) => visit(one, name));
  };
  return visit(without(object.field('spec'), 'parentRefs', 'hosts'), '');
}

/** What to do about a route that is not split, with the fields of its router. */
function bypass(object: Resource, { root, stable, canary, port }: SplitServices): string {
  const { kind, name } = object;
  const what = `${kind} ${name} sends requests to Service ${root}, which has the pods of both versions, so they are split by the number of pods and not by weight`;
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
        return `set strategy.trafficRouting.alb to { ingress: ${name}, rootService: ${root}, servicePort: ${port} }, and the port of its backend to the name use-annotation`;
      case 'traefik':
        return `let an IngressRoute lead to a TraefikService with ${stable} and ${canary}, and name that in strategy.trafficRouting.traefik`;
      default:
        return `${found === undefined ? 'it states no class' : `its class ${found} has no counterpart`}: let its backend be the Service of a gateway that splits, or state a router in strategy.trafficRouting`;
    }
  }
}
