import type { Field, Resource } from '../graph';
import { Candidate } from './candidate';
import { destination, routeOf, trafficPolicy } from './istio';
import { named, ofKind } from './manifests';
import { defined, mapped, type Options, picked, unlessEmpty, without } from './values';

/** The options of an app's routes, where they are Istio's own objects. */
export function istioCandidates(
  objects: readonly Resource[],
  workload: Resource,
  virtualService: Resource | undefined,
): Candidate[] {
  const istio = workload.field('spec', 'strategy', 'canary', 'trafficRouting', 'istio');
  const [only, several] = [istio.get('virtualService'), istio.get('virtualServices')];
  const references = several.exists ? several.items() : only.exists ? [only] : [];
  const rule = istio.get('destinationRule');
  const splitBy = rule.exists ? subsets(objects, rule, workload.name) : undefined;
  if (virtualService === undefined) {
    return [
      { path: ['traffic', 'existingVirtualServices'], values: [unlessEmpty(references.map(existingVirtualService))] },
      { path: ['traffic', 'splitBy'], values: [splitBy] },
    ];
  }
  const { name, namespace, version } = virtualService;
  const spec = virtualService.field('spec');
  const { hosts: stated, exportTo } = picked(spec, 'hosts', 'exportTo');
  const names = (list: Field) => list.items().map(({ value }) => String(value));
  const gateways = names(spec.get('gateways'));
  const [gateway] = gateways.flatMap((one) => named(objects, 'Gateway', one.split('/').pop()) ?? []);
  const sticky = stickyCanary(spec.get('http').items());
  const meshService = named(objects, 'VirtualService', `${name}-mesh`);
  const mesh = meshService && names(meshService.field('spec', 'hosts'));
  const others = references
    .slice(mesh ? 2 : 1)
    .map((reference) => named(objects, 'VirtualService', reference.get('name').string?.split('.')[0]));
  const additional = others.filter((one) => one !== undefined);
  const options: Options = {
    apiVersion: version,
    virtualServiceName: name,
    virtualServiceNamespace: namespace,
    gatewayName: gateway?.name,
    gatewaySelector: gateway?.field('spec', 'selector').value,
    gateways: gateway === undefined ? unlessEmpty(gateways) : undefined,
    servers: gateway && mapped(gateway.field('spec', 'servers'), server),
    ...routesOf(spec, sticky),
    splitBy,
    stickyCanary: sticky,
    furtherVirtualServices: unlessEmpty(additional.map((one) => additionalVirtualService(one, sticky))),
    exportTo,
    asDelegate: stated === undefined ? true : undefined,
  };
  const app = workload.name;
  const meshHosts = mesh?.filter((host) => host !== app);
  const isOwnName = gateways.join() === 'mesh' && names(spec.get('hosts')).join() === app;
  const hosts = isOwnName ? undefined : stated;
  const splitInMesh = mesh?.includes(app) ? true : undefined;
  const traffic = defined({ ...options, meshHosts: meshHosts && unlessEmpty(meshHosts) });
  return [
    // Most options depend on others: routes on servers, hosts on routes.
    { path: [], values: [defined({ hosts, splitInMesh, traffic })] },
    { path: ['hosts'], values: [hosts] },
    { path: ['splitInMesh'], values: [splitInMesh] },
    { path: ['traffic', 'meshHosts'], values: [mesh, meshHosts] },
    ...Object.entries(options).map(([option, value]) => ({ path: ['traffic', option], values: [value] })),
    {
      path: ['traffic', 'trafficPolicy'],
      values: ofKind(objects, 'DestinationRule').map((one) => trafficPolicy(one.field('spec', 'trafficPolicy'))),
    },
  ];
}

function existingVirtualService(reference: Field): Options | undefined {
  const [name, namespace] = (reference.get('name').string ?? '').split('.');
  return defined({
    name,
    namespace,
    ...picked(reference, 'routes', 'tlsRoutes'),
    tcpPorts: mapped(reference.get('tcpRoutes'), (route) => route.get('port').value),
  });
}

function additionalVirtualService(object: Resource, sticky: Options | undefined): Options | undefined {
  const { name, namespace } = object;
  const spec = object.field('spec');
  return defined({ name, namespace, ...picked(spec, 'hosts', 'gateways'), ...routesOf(spec, sticky) });
}

/** The routes that were stated, without those that were added for sticky sessions. */
function routesOf(spec: Field, sticky: Options | undefined): Options {
  const http = spec.get('http').items();
  const nameOf = (route: Field) => route.get('name').string ?? '';
  const names = http.map(nameOf);
  const isOfSticky = (name: string) =>
    sticky !== undefined && names.includes(name.replace(/-sticky(-stable)?$/, '')) && /-sticky/.test(name);
  return {
    routes: http.filter((route) => !isOfSticky(nameOf(route))).map(routeOf),
    tlsRoutes: mapped(spec.get('tls'), connectionRoute),
    tcpRoutes: mapped(spec.get('tcp'), connectionRoute),
  };
}

function connectionRoute(found: Field): unknown {
  const match = without(found.get('match', 0));
  const route = found.get('route');
  if (route.items().length > 1) return Object.keys(match).length > 0 ? { split: match } : 'split';
  return { to: { destination: destination(route.get(0, 'destination')), ...match } };
}

/** The options of sticky sessions, read from the cookie that responses of the canary set. */
function stickyCanary(http: readonly Field[]): Options | undefined {
  const cookies = http
    .flatMap((route) => route.get('route').items())
    .flatMap((one) => one.get('headers', 'response', 'add', 'set-cookie').string ?? [])
    .map((text) => text.split('; ').map((part) => part.split('=')));
  if (cookies.length === 0) return undefined;
  const [first, second] = cookies;
  // The canary comes after the stable version, which sets a cookie only if its users are kept too.
  const [[cookie, value], ...attributes] = second ?? first;
  const found = new Map(attributes.map(([name, text]) => [name, text] as const));
  const maxAge = Number(found.get('Max-Age'));
  return defined({
    value,
    cookie,
    maxAge: `${maxAge}s`,
    stableCookie: second && first[0][0],
    domain: found.get('Domain'),
    path: found.get('Path')?.replaceAll('%%', '%'),
    httpOnly: found.has('HttpOnly'),
    secure: found.has('Secure') || undefined,
    sameSite: found.get('SameSite')?.toLowerCase(),
    partitioned: found.has('Partitioned') || undefined,
  });
}

function subsets(objects: readonly Resource[], reference: Field, app: string): Options | string {
  const { stableSubsetName, canarySubsetName } = picked(reference, 'stableSubsetName', 'canarySubsetName');
  const name = reference.get('name').string ?? '';
  const rule = named(objects, 'DestinationRule', name);
  const moreSubsets = named(objects, 'DestinationRule', `${name}-additional`)?.field('spec', 'subsets').items() ?? [];
  const destinations = ofKind(objects, 'VirtualService')
    .flatMap(routesIn)
    .flatMap((route) => route.get('route').items());
  const subsetOf = (one: Field) => one.get('destination', 'subset').string;
  const additional = reference
    .get('additionalSubsetNames')
    .items()
    .map(({ value: subset }) => {
      const found = moreSubsets.find((one) => one.get('name').value === subset);
      const weight = destinations.find((one) => subsetOf(one) === subset)?.get('weight').value;
      return {
        name: subset,
        labels: found?.get('labels').value,
        weight,
        ...defined({ trafficPolicy: found && trafficPolicy(found.get('trafficPolicy')) }),
      };
    });
  const host =
    rule?.field('spec', 'host').value ??
    destinations.find((one) => subsetOf(one) !== undefined)?.get('destination', 'host').value;
  const options = defined({
    host: host === app ? undefined : host,
    stableName: stableSubsetName === 'stable' ? undefined : stableSubsetName,
    canaryName: canarySubsetName === 'canary' ? undefined : canarySubsetName,
    additional: unlessEmpty(additional),
  });
  if (rule === undefined) return { existingSubsets: options ? { ruleName: name, ...options } : name };
  const labels = rule.field('spec', 'subsets', 0, 'labels').value;
  const own = defined({
    ...options,
    labels: JSON.stringify(labels) === JSON.stringify({ app }) ? undefined : labels,
    destinationRuleName: name === `${app}-destrule` ? undefined : name,
  });
  return own ? { subsets: own } : 'subsets';
}

/** The routes of the first protocol that a VirtualService has. */
function routesIn(virtualService: Resource): Field[] {
  const lists = ['http', 'tls', 'tcp'].map((protocol) => virtualService.field('spec', protocol));
  return lists.find((list) => list.exists)?.items() ?? [];
}

const TLS_SERVERS = new Map<string | undefined, string>([
  ['SIMPLE', 'https'],
  ['MUTUAL', 'mutualTls'],
  ['OPTIONAL_MUTUAL', 'optionalMutualTls'],
  ['ISTIO_MUTUAL', 'istioMutual'],
  ['PASSTHROUGH', 'tlsPassthrough'],
]);

const DEFAULT_PORTS = new Map([
  ['HTTP', 80],
  ['GRPC', 80],
  ['HTTPS', 443],
  ['TLS', 443],
]);

/** A port of a Gateway. */
function server(found: Field): Options {
  const port = found.get('port');
  const { number, name: portName } = picked(port, 'number', 'name');
  const protocol = port.get('protocol').string ?? '';
  const tls = found.get('tls');
  const mode = tls.get('mode').string;
  const plain = tls.get('httpsRedirect').value === true ? 'httpsRedirect' : protocol.toLowerCase();
  const kind = protocol === 'TLS' && mode === 'SIMPLE' ? 'tls' : (TLS_SERVERS.get(mode) ?? plain);
  const several = tls.get('credentialNames');
  const [credentialName, ...more] = (several.exists ? several.items() : [tls.get('credentialName')]).map(
    ({ value }) => value,
  );
  const version = (field: string) => tls.get(field).string?.replace(/^TLSV1_/, 'v1');
  const { hosts, bind, name } = picked(found, 'hosts', 'bind', 'name');
  return {
    [kind]: defined({
      credentialName,
      hosts,
      ...(protocol === 'TCP'
        ? { portNumber: number }
        : { port: number === DEFAULT_PORTS.get(protocol) ? undefined : number }),
      portName: portName === protocol.toLowerCase() ? undefined : portName,
      bind,
      name,
      minProtocolVersion: version('minProtocolVersion'),
      maxProtocolVersion: version('maxProtocolVersion'),
      ...picked(tls, 'cipherSuites'),
      furtherCredentialNames: unlessEmpty(more),
      ...picked(tls, 'caCertCredentialName', 'subjectAltNames', 'verifyCertificateHash', 'verifyCertificateSpki'),
    }),
  };
}
