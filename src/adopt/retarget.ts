import { type Field, isMapping, type Resource } from '../graph';
import { ingressClass, isHostIn, isHostOf, leadsTo } from './existing-routes';
import { gatewayParent } from './gateway-api';
import { ofKind, remade } from './manifests';
import { hostFor, rootOf, type SplitServices } from './split-services';
import { defined, type Options, without } from './values';

/** How existing routes to a Deployment become part of the spec. */
export interface Retargeting {
  /** The options with which the app uses the existing router. */
  readonly options: RouterOptions;
  /** The existing objects, changed so that they split requests. */
  readonly objects: readonly Resource[];
  /** What has changed, one line for each object. */
  readonly changes: readonly string[];
  /** The existing objects that send requests to the Service, and are not changed. */
  readonly left: readonly Resource[];
}

/** The options that an existing router sets. */
export interface RouterOptions {
  readonly hosts?: unknown;
  readonly traffic?: Options;
  readonly strategy?: Options;
  readonly gatewayApi?: Options;
}

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
  const none = { options: {}, objects: [], changes: [], left: [] };
  if (services === undefined) return none;
  const routes = objects.filter((object) => leadsTo(object, rootOf(services)));
  const taken = takes
    ? (virtualService(routes, services) ?? httpRoute(routes, services) ?? nginx(routes, services) ?? none)
    : none;
  const names = new Set(taken.objects.map(({ kind, name }) => `${kind} ${name}`));
  const left = routes.filter(({ kind, name }) => !names.has(`${kind} ${name}`));
  const what = ({ kind, name }: Resource) =>
    `${kind} ${name} splits its requests between ${services.stable} and ${services.canary}`;
  return { ...taken, changes: taken.objects.map(what), left };
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
  const isInside = gateways.includes('mesh') && hosts.items().some(({ value }) => isHostOf(value, rootOf(services)));
  // Callers in the mesh call the Service directly, without the rules of the gateway.
  const inside = {
    name: `${services.root}-inside`,
    hosts: [services.root],
    routes: [{ split: { name: 'inside' } }],
  };
  const options = {
    ...(hosts.exists && (outside.length > 0 || !isInside) ? { hosts: hosts.value } : {}),
    traffic: {
      virtualServiceName: object.name,
      ...(hosts.exists ? {} : { asDelegate: true }),
      ...(object.namespace === services.namespace ? {} : { virtualServiceNamespace: object.namespace }),
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
  const isOurs = (one: Field) => isHostIn(object, one.get('destination', 'host').value, rootOf(services));
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
    const stated = one.get('destination', 'host').string!;
    const version = (name: string, weight: number) => ({
      ...without(one),
      destination: { ...without(one.get('destination')), host: hostFor(name, object, stated, services) },
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
  const isOurs = (backend: Field) => {
    const isService = (backend.get('kind').value ?? 'Service') === 'Service';
    const namespace = backend.get('namespace').string ?? found.namespace ?? services.namespace;
    return isService && backend.get('name').string === services.root && namespace === services.namespace;
  };
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
  const found = ofKind(routes, 'Ingress').filter((object) => ingressClass(object) === 'nginx');
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
