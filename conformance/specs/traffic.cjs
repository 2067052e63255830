// What must agree within the traffic of an app: routes, hosts, gateways, servers, subsets.
const { omit, unique } = require('./agree.cjs');

/** What existing VirtualServices settle by themselves. */
const OWN_ONLY = [
  'routes',
  'tlsRoutes',
  'tcpRoutes',
  'gateways',
  'servers',
  'gatewaySelector',
  'gatewayName',
  'virtualServiceName',
  'virtualServiceNamespace',
  'meshHosts',
  'furtherVirtualServices',
  'stickyCanary',
];
const SERVER_ONLY = ['servers', 'gatewaySelector', 'gatewayName'];

const only = (value) => Object.entries(value)[0];

/**
 * @param options `IstioTrafficOptions`.
 * @param hosts The hosts of the app; undefined where it is reached from inside the mesh.
 * @param inMesh Whether requests from inside the mesh are split too, and not only those through the gateway.
 */
function traffic(options, { name, hosts, inMesh }) {
  if (options.existingVirtualServices) {
    const existingVirtualServices = unique(options.existingVirtualServices, (one) => one.name);
    return split(omit({ ...options, existingVirtualServices }, ...OWN_ONLY));
  }
  const value = { ...options };
  if (value.gateways) value.gateways = bound(value.gateways, hosts ?? [name]);
  const own = value.gateways === undefined && hosts !== undefined;
  if (hosts === undefined && value.gateways) value.gateways = [{ mesh: {} }];
  const mesh = hosts === undefined || value.gateways?.some((one) => 'mesh' in one);
  if (mesh) delete value.meshHosts;
  const several = value.meshHosts !== undefined || inMesh;
  const all = hosts ?? [name];
  const gateways = value.gateways && !several ? value.gateways : undefined;
  // From elsewhere the short names of clients are not those of the hosts.
  if (hosts === undefined && value.tlsRoutes) delete value.virtualServiceNamespace;
  const kept = routes(several ? omit(value, 'tlsRoutes') : value, all, gateways);
  const furtherVirtualServices =
    kept.furtherVirtualServices &&
    apart(
      unique(kept.furtherVirtualServices, (one) => one.name).map((one) =>
        one.name === (kept.virtualServiceName ?? `${name}-vsvc`) ? { ...one, name: `${one.name}-too` } : one,
      ),
      all,
    ).map((one) => {
      const gateways = one.gateways && bound(one.gateways, one.hosts);
      return routes(gateways ? { ...one, gateways } : one, one.hosts, gateways);
    });
  const whole = split({ ...kept, furtherVirtualServices });
  return own ? { ...whole, servers: servers(whole, all) } : omit(whole, ...SERVER_ONLY);
}

/** VirtualServices whose hosts no other has. */
function apart(all, taken) {
  const seen = new Set(taken);
  return all.map((one) => {
    const hosts = one.hosts.filter((host) => !seen.has(host));
    hosts.forEach((host) => seen.add(host));
    return hosts.length > 0 ? { ...one, hosts } : { ...one, hosts: [`${one.name}.example.org`] };
  });
}

/** Gateways that let the hosts in. */
function bound(gateways, hosts) {
  return unique(gateways, (one) => JSON.stringify(one)).map((one) => {
    const [key, args] = only(one);
    return key === 'istioGateway' ? { [key]: { ...args, servers: servers({ servers: args.servers }, hosts) } } : one;
  });
}

function split(value) {
  const { splitBy } = value;
  const kind = splitBy && only(splitBy)[0];
  const policy = kind === 'existingSubsets' ? omit(value, 'trafficPolicy') : value;
  return kind === 'subsets' || kind === 'existingSubsets' ? omit(policy, 'stickyCanary') : policy;
}

/** The routes of one VirtualService. */
function routes(value, hosts, gateways) {
  const byGateway = (options) =>
    options.gateways === undefined
      ? options
      : gateways === undefined
        ? omit(options, 'gateways')
        : { ...options, gateways: [gateways[0]] };
  const connections = (all, keyOf, change) =>
    all &&
    withSplit(
      unique(all.map(change), keyOf),
      (one) => 'split' in one,
      ({ to }) => ({ split: omit(to, 'destination') }),
    );
  const several = value.tcpRoutes?.length > 1;
  const tcp = connections(
    value.tcpRoutes,
    (one) => only(one)[1].port,
    (one) => {
      const [key, args] = only(one);
      return { [key]: byGateway(several ? { port: 9000, ...args } : args) };
    },
  );
  const tls = connections(
    value.tlsRoutes,
    (one) => `${only(one)[1].port} ${[...only(one)[1].sniHosts].sort()}`,
    (one) => {
      const [key, args] = only(one);
      const at = value.tlsRoutes.length > 1 ? { port: 443 } : {};
      return { [key]: byGateway({ ...at, ...args, sniHosts: hosts.slice(0, args.sniHosts.length) }) };
    },
  );
  return { ...value, routes: value.routes && httpRoutes(value.routes, byGateway), tlsRoutes: tls, tcpRoutes: tcp };
}

/** Routes of their own names, those that take everything at the end and only one, and one at least that is split. */
function httpRoutes(all, byGateway = (options) => options) {
  const named = unique(all, (one) => only(one)[1].name).map((one) => {
    const [key, args] = only(one);
    const matches = args.matches?.map((match) => {
      const [kind, options] = only(match);
      return { [kind]: byGateway(options) };
    });
    return { [key]: { ...args, ...(matches ? { matches } : {}) } };
  });
  const made = withSplit(
    named,
    (one) => 'split' in one,
    (one) => ({ split: forSplit(only(one)[1]) }),
  );
  const catches = (one) => only(one)[1].matches === undefined;
  return [...made.filter((one) => !catches(one)), ...made.filter(catches).slice(0, 1)];
}

/** What a split route can have of another. */
const forSplit = ({ name, matches, cors, responseHeaders }) =>
  Object.fromEntries(
    Object.entries({ name, matches, cors, responseHeaders }).filter(([, value]) => value !== undefined),
  );

function withSplit(all, isSplit, toSplit) {
  if (all.length === 0 || all.some(isSplit)) {
    // Of those that take everything, the split one.
    return [...all.filter(isSplit), ...all.filter((one) => !isSplit(one))];
  }
  return [toSplit(all[0]), ...all.slice(1)];
}

/** Servers for all that is routed, each at a port and with a name of its own. */
function servers(value, hosts) {
  const other = (value.tlsRoutes?.length ?? 0) + (value.tcpRoutes?.length ?? 0) > 0;
  const wants = {
    http: (value.routes?.length ?? (other ? 0 : 1)) > 0,
    tls: (value.tlsRoutes?.length ?? 0) > 0,
    tcp: (value.tcpRoutes?.length ?? 0) > 0,
  };
  if (value.servers === undefined && !wants.tls && !wants.tcp) return undefined;
  const found = value.servers ?? [];
  const kinds = { tlsPassthrough: 'tls', tls: 'tcp', tcp: 'tcp' };
  const missing = Object.entries({ http: 'http', tls: 'tlsPassthrough', tcp: 'tcp' })
    .filter(
      ([kind]) => hosts.length > 0 && wants[kind] && !found.some((one) => (kinds[only(one)[0]] ?? 'http') === kind),
    )
    .map(([, factory]) => ({ [factory]: factory === 'tcp' ? { portNumber: 9000, hosts } : { hosts } }));
  return [...found, ...missing].map((one, i) => {
    const [factory, args] = only(one);
    const at = factory === 'tcp' ? { portNumber: 9000 + i } : i === 0 ? {} : { port: 8000 + i };
    const portName = i === 0 ? args.portName : `p-${i}`;
    return {
      [factory]: { ...args, ...at, hosts: [...new Set([...hosts, ...args.hosts])], ...(portName ? { portName } : {}) },
    };
  });
}

/** Routes of the Gateway API, which knows less than Istio. */
function gatewayApi(options) {
  const grpc =
    options.grpcRoutes &&
    unique(options.grpcRoutes, (one) => only(one)[1].name)
      .map(withPort)
      .map(plainGrpc);
  const grpcRoutes =
    grpc &&
    withSplit(
      grpc,
      (one) => 'split' in one,
      ({ to }) => ({ split: omit(to, 'destination') }),
    );
  const plain = options.routes
    ?.filter((one) => !('respond' in one || 'delegate' in one))
    .map(plainRoute)
    .map(withPort);
  const kept = plain?.length ? httpRoutes(plain) : undefined;
  return { ...options, grpcRoutes, routes: kept };
}

function plainGrpc(one) {
  const [key, args] = only(one);
  const matches = args.matches?.map((match) =>
    match.headers ? { ...match, headers: mapValues(match.headers, plainString) } : match,
  );
  return { [key]: { ...args, ...(matches ? { matches } : {}) } };
}

const mapValues = (all, change) => Object.fromEntries(Object.entries(all).map(([name, one]) => [name, change(one)]));

function plainRoute(one) {
  const [key, args] = only(one);
  const matches = args.matches?.map((match) => {
    const [kind, options] = only(match);
    const { method, headers, queryParams, regex } = options;
    // Only plain paths are taken.
    const path = options.path
      ?.replace(/%2f|#/gi, '')
      .replace(/\/{2,}/g, '/')
      .replace(/\/\.{1,2}(?=\/|$)/g, '/a');
    const valued = (all) => all && mapValues(all, plainString);
    const kept = {
      path,
      regex,
      method: method && { exact: { value: 'GET' } },
      headers: valued(headers),
      queryParams: valued(queryParams),
    };
    const given = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
    return {
      [kind]: kind === 'request' && Object.keys(given).length === 0 ? { method: { exact: { value: 'GET' } } } : given,
    };
  });
  const rest = omit(args, 'cors', 'fault', 'retries', 'matches', 'canaryHeaders', 'stableHeaders');
  if (rest.rewrite && 'uriRegex' in rest.rewrite) rest.rewrite = { uri: { uri: '/v2' } };
  return { [key]: { ...rest, ...(matches ? { matches } : {}) } };
}

const plainString = (how) => ('exact' in how || 'regex' in how ? how : { exact: { value: 'yes' } });

const withPort = (one) => {
  const [key, args] = only(one);
  const at = (destination) => ({ host: { port: 80, ...omit(destination.host, 'subset') } });
  const destination = args.destination && at(args.destination);
  const mirrors = args.mirrors?.map((mirror) => ({
    ...mirror,
    ...(mirror.percentage === undefined ? {} : { percentage: Math.ceil(mirror.percentage) }),
    destination: at(mirror.destination),
  }));
  return { [key]: { ...args, ...(destination ? { destination } : {}), ...(mirrors ? { mirrors } : {}) } };
};

module.exports = { bound, gatewayApi, httpRoutes, only, routes, servers, traffic };
