import { Candidate } from './candidate';
import { defined, seconds } from './container';
import { destination, routeOf, trafficPolicy } from './istio';
import { Json, named, ofKind } from './manifests';

/** How requests reach an app by Istio's own objects. */
export function istioCandidates(objects: readonly Json[], workload: Json, virtualService: Json): Candidate[] {
  const istio = workload.spec.strategy?.canary?.trafficRouting?.istio;
  const references: Json[] = istio?.virtualServices ?? [istio?.virtualService].filter((one) => one !== undefined);
  const splitBy = istio?.destinationRule && subsets(objects, istio.destinationRule, workload.metadata.name);
  if (virtualService === undefined) {
    const existing = references.map(existingVirtualService);
    return [
      { path: ['traffic', 'existingVirtualServices'], values: [existing.length > 0 ? existing : undefined] },
      { path: ['traffic', 'splitBy'], values: [splitBy] },
    ];
  }
  const { metadata, spec } = virtualService;
  const gateways: string[] = spec.gateways ?? [];
  const own = gateways.map((gateway) => named(objects, 'Gateway', gateway.split('/').pop()));
  const [gateway] = own.filter((one) => one !== undefined);
  const sticky = stickyCanary(spec.http ?? []);
  const mesh = named(objects, 'VirtualService', `${metadata.name}-mesh`)?.spec.hosts;
  const others = references.slice(mesh ? 2 : 1).map(({ name }) => named(objects, 'VirtualService', name.split('.')[0]));
  const routes = routesOf(spec, sticky);
  const options: { [option: string]: Json } = {
    apiVersion: virtualService.apiVersion.split('/')[1],
    virtualServiceName: metadata.name,
    virtualServiceNamespace: metadata.namespace,
    gatewayName: gateway?.metadata.name,
    gatewaySelector: gateway?.spec.selector,
    gateways: gateway === undefined && gateways.length > 0 ? gateways : undefined,
    servers: gateway?.spec.servers?.map(server),
    ...routes,
    splitBy,
    stickyCanary: sticky,
    furtherVirtualServices: others.some((one) => one !== undefined) ? others.map(furtherOf(sticky)) : undefined,
    exportTo: spec.exportTo,
    asDelegate: spec.hosts === undefined ? true : undefined,
  };
  const meshHosts = mesh?.filter((host: string) => host !== workload.metadata.name);
  const isOwnName = gateways.join() === 'mesh' && spec.hosts?.join() === workload.metadata.name;
  const hosts = isOwnName ? undefined : spec.hosts;
  const splitInMesh = mesh?.includes(workload.metadata.name) || undefined;
  const traffic = defined({ ...options, meshHosts: meshHosts?.length > 0 ? meshHosts : undefined });
  return [
    // Most of it depends on the rest: routes on servers, hosts on routes.
    { path: [], values: [defined({ hosts, splitInMesh, traffic })] },
    { path: ['hosts'], values: [hosts] },
    { path: ['splitInMesh'], values: [splitInMesh] },
    { path: ['traffic', 'meshHosts'], values: [mesh, meshHosts] },
    ...Object.entries(options).map(([option, value]) => ({ path: ['traffic', option], values: [value] })),
    {
      path: ['traffic', 'trafficPolicy'],
      values: ofKind(objects, 'DestinationRule').map(
        (rule) => rule.spec.trafficPolicy && trafficPolicy(rule.spec.trafficPolicy),
      ),
    },
  ];
}

function existingVirtualService({ name, routes, tlsRoutes, tcpRoutes }: Json): Json {
  const [short, namespace] = name.split('.');
  return defined({ name: short, namespace, routes, tlsRoutes, tcpPorts: tcpRoutes?.map(({ port }: Json) => port) });
}

const furtherOf =
  (sticky: Json) =>
  ({ metadata, spec }: Json): Json =>
    defined({
      name: metadata.name,
      namespace: metadata.namespace,
      hosts: spec.hosts,
      gateways: spec.gateways,
      ...routesOf(spec, sticky),
    });

function routesOf({ http = [], tls, tcp }: Json, sticky: Json): { [option: string]: Json } {
  const names: string[] = http.map(({ name }: Json) => name);
  const isKept = (name: string) =>
    sticky && names.includes(name.replace(/-sticky(-stable)?$/, '')) && /-sticky/.test(name);
  return {
    routes: http.filter(({ name }: Json) => !isKept(name)).map(routeOf),
    tlsRoutes: tls?.map(connectionRoute),
    tcpRoutes: tcp?.map(connectionRoute),
  };
}

function connectionRoute({ match: [match = {}] = [], route = [] }: Json): Json {
  if (route.length > 1) return Object.keys(match).length > 0 ? { split: match } : 'split';
  return { to: { destination: destination(route[0]?.destination ?? {}), ...match } };
}

/** The cookie that the canary's answers set. */
function stickyCanary(http: readonly Json[]): Json {
  const cookies = http.flatMap(({ route = [] }) =>
    route.flatMap((one: Json) => one.headers?.response?.add?.['set-cookie'] ?? []),
  );
  if (cookies.length === 0) return undefined;
  const [first, second] = cookies.map((cookie: string) => cookie.split('; ').map((part) => part.split('=')));
  // The canary comes after the stable version, which sets a cookie only if it keeps its users too.
  const canary = second ?? first;
  const [[cookie, value]] = canary;
  const found: Json = Object.fromEntries(canary.slice(1));
  return defined({
    value,
    cookie,
    maxAge: seconds(Number(found['Max-Age'])),
    stableCookie: second && first[0][0],
    domain: found.Domain,
    path: found.Path?.replaceAll('%%', '%'),
    httpOnly: 'HttpOnly' in found,
    secure: 'Secure' in found || undefined,
    sameSite: found.SameSite?.toLowerCase(),
    partitioned: 'Partitioned' in found || undefined,
  });
}

function subsets(objects: readonly Json[], reference: Json, app: string): Json {
  const { name, canarySubsetName: canaryName, stableSubsetName: stableName, additionalSubsetNames = [] } = reference;
  const rule = named(objects, 'DestinationRule', name);
  const further = named(objects, 'DestinationRule', `${name}-additional`);
  const routes = ofKind(objects, 'VirtualService').flatMap(({ spec }) => spec.http ?? spec.tls ?? spec.tcp ?? []);
  const destinations = routes.flatMap((route: Json) => route.route ?? []);
  const weightOf = (subset: string) => destinations.find((one: Json) => one.destination.subset === subset)?.weight;
  const host = (rule?.spec.host ??
    destinations.find((one: Json) => one.destination.subset)?.destination.host) as string;
  const additional = additionalSubsetNames.map((subset: string) => {
    const { labels, trafficPolicy: policy } = further?.spec.subsets.find((one: Json) => one.name === subset) ?? {};
    return {
      name: subset,
      labels,
      weight: weightOf(subset),
      ...defined({ trafficPolicy: policy && trafficPolicy(policy) }),
    };
  });
  const options = defined({
    host: host === app ? undefined : host,
    stableName: stableName === 'stable' ? undefined : stableName,
    canaryName: canaryName === 'canary' ? undefined : canaryName,
    additional: additional.length > 0 ? additional : undefined,
  });
  if (rule === undefined) return { existingSubsets: options ? { ruleName: name, ...options } : name };
  const labels = rule.spec.subsets?.[0]?.labels;
  const own = defined({
    ...options,
    labels: JSON.stringify(labels) === JSON.stringify({ app }) ? undefined : labels,
    destinationRuleName: name === `${app}-destrule` ? undefined : name,
  });
  return own ? { subsets: own } : 'subsets';
}

const MODES: { readonly [mode: string]: string } = {
  SIMPLE: 'https',
  MUTUAL: 'mutualTls',
  OPTIONAL_MUTUAL: 'optionalMutualTls',
  ISTIO_MUTUAL: 'istioMutual',
  PASSTHROUGH: 'tlsPassthrough',
};

const DEFAULT_PORTS: { readonly [protocol: string]: number } = { HTTP: 80, GRPC: 80, HTTPS: 443, TLS: 443 };

/** A port of a Gateway. */
function server({ port, hosts, bind, name, tls = {} }: Json): Json {
  const { number, protocol } = port;
  const isOfTls = protocol === 'TLS' && tls.mode === 'SIMPLE';
  const way = isOfTls ? 'tls' : (MODES[tls.mode] ?? (tls.httpsRedirect ? 'httpsRedirect' : protocol.toLowerCase()));
  const [credentialName, ...further] = tls.credentialNames ?? [tls.credentialName];
  const version = (one: string | undefined) => one?.replace(/^TLSV1_/, 'v1');
  return {
    [way]: defined({
      credentialName,
      hosts,
      ...(protocol === 'TCP'
        ? { portNumber: number }
        : { port: number === DEFAULT_PORTS[protocol] ? undefined : number }),
      portName: port.name === protocol.toLowerCase() ? undefined : port.name,
      bind,
      name,
      minProtocolVersion: version(tls.minProtocolVersion),
      maxProtocolVersion: version(tls.maxProtocolVersion),
      cipherSuites: tls.cipherSuites,
      furtherCredentialNames: further.length > 0 ? further : undefined,
      caCertCredentialName: tls.caCertCredentialName,
      subjectAltNames: tls.subjectAltNames,
      verifyCertificateHash: tls.verifyCertificateHash,
      verifyCertificateSpki: tls.verifyCertificateSpki,
    }),
  };
}
