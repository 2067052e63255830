import type { Field } from '../graph';
import { COOKIE_VALUE } from './cookie-value';
import { gatewayParent } from './gateway-api';
import { routeOptions, trafficPolicy } from './istio';
import { defined, type Options, picked, renamed } from './values';

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
  trafficDistribution: 'see `traffic.trafficPolicy.locality`',
  unmanagedMetadata: 'the controller leaves metadata that it does not know',
};

/** The options of a Canary's Service: hosts, gateways, and what routes do with requests. */
export function flaggerTraffic(service: Field, affinity: Field | undefined, notes: string[]): Options {
  const get = (name: string) => service.get(name);
  for (const [field, hint] of Object.entries(SERVICE)) {
    if (get(field).exists) notes.push(`service.${field} is not carried over: ${hint}`);
  }
  const gateways = get('gateways')
    .items()
    .map(({ value }) => value);
  const outside = gateways.filter((gateway) => gateway !== 'mesh');
  const parents = get('gatewayRefs').items().map(gatewayParent);
  const isReached = outside.length > 0 || parents.length > 0;
  const hosts = get('hosts');
  if (hosts.exists && !isReached) {
    const names = hosts.items().map(({ value }) => String(value));
    notes.push(`service.hosts (${names.join(', ')}) is not carried over: no gateway leads to the app`);
  }
  const route = parents.length > 0 ? gatewayRoute(service, affinity, notes) : routeOptions(service);
  const lost: string[] = [];
  const routes = route && [{ split: { name: 'primary', ...route } }];
  const traffic =
    parents.length > 0
      ? undefined
      : defined({
          gateways: outside.length > 0 && hosts.exists ? outside : undefined,
          routes,
          trafficPolicy: trafficPolicy(get('trafficPolicy'), lost),
          stickyCanary: affinity?.exists ? sticky(affinity) : undefined,
        });
  for (const name of lost) {
    notes.push(`service.trafficPolicy.${name} is not carried over: see \`traffic.trafficPolicy\``);
  }
  return (
    defined({
      hosts: isReached ? hosts.value : undefined,
      splitInMesh: outside.length > 0 && gateways.includes('mesh') ? true : undefined,
      port: get('targetPort').number,
      servicePort: get('port').value,
      portName: get('portName').value ?? portName(get('appProtocol'), notes),
      traffic,
      gatewayApi: parents.length > 0 ? defined({ parents, routes }) : undefined,
    }) ?? {}
  );
}

/** Fields with which Flagger does nothing when it makes an HTTPRoute. */
const ONLY_OF_ISTIO = ['retries', 'fault', 'trafficPolicy'];

/**
 * The options of a route of the Gateway API. A note is added for each field that is not carried over.
 *
 * @see https://docs.flagger.app/tutorials/gatewayapi-progressive-delivery
 */
function gatewayRoute(service: Field, affinity: Field | undefined, notes: string[]): Options | undefined {
  for (const name of ONLY_OF_ISTIO) {
    if (service.get(name).exists) {
      notes.push(`service.${name} is not carried over: Flagger ignores it for the Gateway API`);
    }
  }
  if (service.get('corsPolicy').exists) {
    notes.push('service.corsPolicy is not carried over: add a CORS filter to the HTTPRoute by a patch');
  }
  if (affinity?.exists) {
    notes.push(
      'analysis.sessionAffinity is not carried over: the Gateway API splits every request anew, and only Istio has `traffic.stickyCanary`',
    );
  }
  const { retries: _, fault: __, cors: ___, ...route } = routeOptions(service) ?? {};
  return defined(route);
}

function portName(protocol: Field, notes: string[]): string | undefined {
  if (!protocol.exists || protocol.value === 'http') return undefined;
  const text = String(protocol.value);
  const known = ['http2', 'grpc', 'https'].find((name) => text.endsWith(name));
  if (known === undefined) notes.push(`service.appProtocol (${text}) is not carried over: see \`traffic.tcpRoutes\``);
  return known;
}

function sticky(affinity: Field): Options {
  return {
    value: COOKIE_VALUE,
    ...renamed(affinity, { cookie: 'cookieName', stableCookie: 'primaryCookieName' }),
    maxAge: `${affinity.get('maxAge').number ?? 86_400}s`,
    ...defined({ sameSite: affinity.get('sameSite').string?.toLowerCase() }),
    ...picked(affinity, 'domain', 'httpOnly', 'partitioned', 'path', 'secure'),
  };
}
