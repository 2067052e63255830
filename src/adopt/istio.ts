import { defined } from './container';
import { Json } from './manifests';

/** What happens to requests on a route: as Istio writes it in a VirtualService, and Flagger after it. */
export function routeOptions({ match, rewrite, timeout, retries, headers, corsPolicy, mirrors, fault }: Json): Json {
  const { attempts = 2, perTryTimeout, retryOn } = retries ?? {};
  return defined({
    matches: match?.map(requestMatch),
    rewrite: rewrite && rewriteOf(rewrite),
    timeout,
    retries: retries && defined({ attempts, perTryTimeout, retryOn: retryOn?.split(',') }),
    requestHeaders: headers?.request,
    responseHeaders: headers?.response,
    cors: corsPolicy && cors(corsPolicy),
    fault: fault && faultOf(fault),
    mirrors: mirrors?.map((one: Json) =>
      defined({ destination: destination(one.destination), percentage: one.percentage?.value }),
    ),
  });
}

/** A route of a VirtualService. It is split where it has two destinations. */
export function routeOf(http: Json, i: number): Json {
  const name = http.name ?? (i === 0 ? 'primary' : `route-${i + 1}`);
  const common = { name, ...routeOptions(http) };
  const [first, second] = http.route ?? [];
  const { body, ...answer } = http.directResponse ?? {};
  if (http.delegate) return { delegate: { ...common, delegate: http.delegate } };
  if (http.redirect) return { redirect: { ...common, ...http.redirect } };
  if (http.directResponse) return { respond: { ...common, ...answer, ...defined({ body: body?.string }) } };
  if (second !== undefined || first === undefined) {
    const headers = { stableHeaders: versionHeaders(first), canaryHeaders: versionHeaders(second) };
    return { split: { ...common, ...defined(headers) } };
  }
  return { to: { ...common, destination: destination(first.destination) } };
}

function faultOf({ delay, abort }: Json): Json {
  const one = (found: Json) => found && defined({ ...found, percentage: found.percentage?.value });
  return defined({ delay: one(delay), abort: one(abort) });
}

/** What is done to the headers of one version, but for the cookie by which its users meet it again. */
function versionHeaders(found: Json): Json {
  const { request, response } = found?.headers ?? {};
  const { 'set-cookie': _, ...add } = response?.add ?? {};
  const left = response && defined({ ...response, add: Object.keys(add).length > 0 ? add : undefined });
  return defined({ request, response: left });
}

/** Where requests go. */
export function destination({ host, port, subset }: Json): Json {
  const more = defined({ port: port?.number, subset });
  return more ? { host: { host, ...more } } : host;
}

function requestMatch({ uri, ...options }: Json): Json {
  const [[how, path] = []] = Object.entries(uri ?? {});
  if (how === undefined) return { request: options };
  if (Object.keys(options).length === 0) return { [how]: path };
  return { [how]: { [how === 'regex' ? 'regex' : 'path']: path, ...options } };
}

function rewriteOf({ uri, authority, uriRegexRewrite: regex }: Json): Json {
  if (regex) return { uriRegex: defined({ match: regex.match, rewrite: regex.rewrite, authority }) };
  if (uri === undefined) return { authority };
  return { uri: authority === undefined ? uri : { uri, authority } };
}

function cors({ allowOrigin = [], allowOrigins, ...others }: Json): Json {
  const origins = allowOrigins ?? allowOrigin.map((exact: string) => ({ exact }));
  return { allowOrigins: origins, ...others };
}

/** What callers keep to: as Istio writes it in a DestinationRule, and Flagger after it. What is left out is in `lost`. */
export function trafficPolicy(policy: Json, lost: string[] = []): Json {
  const { tcp = {}, http = {} } = policy.connectionPool ?? {};
  const { h2UpgradePolicy, ...ofHttp } = http;
  const pool = defined({
    maxConnections: tcp.maxConnections,
    connectTimeout: tcp.connectTimeout,
    maxConnectionDuration: tcp.maxConnectionDuration,
    h2Upgrade: h2UpgradePolicy && h2UpgradePolicy === 'UPGRADE',
    ...ofHttp,
  });
  for (const name of Object.keys(policy)) {
    if (!['connectionPool', 'outlierDetection', 'loadBalancer', 'tls'].includes(name)) {
      lost.push(name);
    }
  }
  return defined({
    connectionPool: pool,
    outlierDetection: policy.outlierDetection && outliers(policy.outlierDetection),
    loadBalancer: policy.loadBalancer && loadBalancer(policy.loadBalancer),
    tls: policy.tls && tls(policy.tls),
  });
}

function outliers({ consecutiveErrors, ...others }: Json): Json {
  return { ...(consecutiveErrors === undefined ? {} : { consecutive5xxErrors: consecutiveErrors }), ...others };
}

function loadBalancer({ simple, consistentHash: hash }: Json): Json {
  if (simple !== undefined) return { simple: LOAD_BALANCERS[simple] ?? 'leastRequest' };
  if (hash?.httpCookie) {
    const { name, ttl } = hash.httpCookie;
    return { consistentHashCookie: defined({ name, ttl: ttl === '0s' ? undefined : ttl }) };
  }
  if (hash?.httpHeaderName) return { consistentHashHeader: hash.httpHeaderName };
  if (hash?.httpQueryParameterName) return { consistentHashQueryParameter: hash.httpQueryParameterName };
  return hash?.useSourceIp ? 'consistentHashSourceIp' : undefined;
}

const LOAD_BALANCERS: { readonly [name: string]: string } = {
  ROUND_ROBIN: 'roundRobin',
  RANDOM: 'random',
  PASSTHROUGH: 'passthrough',
  LEAST_REQUEST: 'leastRequest',
  LEAST_CONN: 'leastRequest',
};

function tls({ mode, clientCertificate, ...others }: Json): Json {
  const names: { [mode: string]: string } = { DISABLE: 'disable', ISTIO_MUTUAL: 'istioMutual', SIMPLE: 'simple' };
  if (mode === 'MUTUAL') return { mutual: defined({ clientCertificate, ...others }) };
  const name = names[mode] ?? 'istioMutual';
  return name === 'simple' && Object.keys(others).length > 0 ? { simple: others } : name;
}
