import { defined } from './container';
import { gatewayParent } from './gateway-api';
import { routeOptions, trafficPolicy } from './istio';
import { Json } from './manifests';

const SERVICE: { readonly [field: string]: string } = {
  apex: 'set labels of the Services by patches',
  primary: 'see `strategy.stableMetadata`',
  canary: 'see `strategy.canaryMetadata`',
  backendTimeout: 'see `timeout` of a route',
  backends: 'a spec has Istio and the Gateway API',
  delegation: 'Argo Rollouts does not follow delegates; see `traffic.existingVirtualServices`',
  headless: 'a split by weight needs Services with an address',
  meshName: 'a spec has Istio and the Gateway API',
  mirror: 'see `mirrors` of a route',
  name: 'Services are named for the app',
  portDiscovery: 'further ports are stated: `container.ports`',
  trafficDistribution: 'see `traffic.trafficPolicy.locality`',
  unmanagedMetadata: 'the controller leaves metadata that it does not know',
};

/** How requests reach the app: hosts, gateways, and what happens on the way. */
export function flaggerTraffic(service: Json, affinity: Json, notes: string[]): Json {
  for (const [field, hint] of Object.entries(SERVICE)) {
    if (service[field] !== undefined) notes.push(`service.${field} is not carried over: ${hint}`);
  }
  const gateways: string[] = service.gateways ?? [];
  const outside = gateways.filter((gateway) => gateway !== 'mesh');
  const parents = (service.gatewayRefs ?? []).map((ref: Json) => gatewayParent({ ...ref, kind: 'Gateway' }));
  const isReached = outside.length > 0 || parents.length > 0;
  if (service.hosts && !isReached) {
    notes.push(`service.hosts (${service.hosts.join(', ')}) is not carried over: no gateway leads to the app`);
  }
  const route = routeOptions(service);
  const lost: string[] = [];
  const routes = route && [{ split: { name: 'primary', ...route } }];
  const traffic = defined({
    gateways: outside.length > 0 && service.hosts ? outside : undefined,
    routes: parents.length > 0 ? undefined : routes,
    trafficPolicy: service.trafficPolicy && trafficPolicy(service.trafficPolicy, lost),
    stickyCanary: affinity && sticky(affinity, notes),
  });
  for (const name of lost) {
    notes.push(`service.trafficPolicy.${name} is not carried over: see \`traffic.trafficPolicy\``);
  }
  return (
    defined({
      hosts: isReached ? service.hosts : undefined,
      splitInMesh: outside.length > 0 && gateways.includes('mesh') ? true : undefined,
      port: typeof service.targetPort === 'number' ? service.targetPort : undefined,
      servicePort: service.port,
      portName: service.portName ?? portName(service.appProtocol, notes),
      traffic,
      gatewayApi: parents.length > 0 ? defined({ parents, routes }) : undefined,
    }) ?? {}
  );
}

function portName(protocol: Json, notes: string[]): string | undefined {
  if (protocol === undefined || protocol === 'http') return undefined;
  const known = ['http2', 'grpc', 'https'].find((name) => String(protocol).endsWith(name));
  if (known === undefined)
    notes.push(`service.appProtocol (${protocol}) is not carried over: see \`traffic.tcpRoutes\``);
  return known;
}

/** The manifests have one value; left out, it changes with each version by itself, as Flagger's does. */
function sticky({ cookieName, maxAge, primaryCookieName, sameSite, ...others }: Json, notes: string[]): Json {
  notes.push(
    'analysis.sessionAffinity: the value of the cookie is stated; leave out `traffic.stickyCanary.value`, and it changes with each version by itself',
  );
  const { domain, httpOnly, partitioned, path, secure } = others;
  return (
    defined({
      value: 'v1',
      cookie: cookieName,
      stableCookie: primaryCookieName,
      maxAge: `${maxAge ?? 86_400}s`,
      sameSite: sameSite?.toLowerCase(),
      ...{ domain, httpOnly, partitioned, path, secure },
    }) ?? {}
  );
}
