import type { Field } from '../graph';
import { defined, mapped, type Options, picked, renamed, without } from './values';

/** What a route does with requests, as in a VirtualService, and in a Flagger Canary, which has the same fields. */
export function routeOptions(route: Field): Options | undefined {
  const get = (name: string) => route.get(name);
  return defined({
    matches: mapped(get('match'), requestMatch),
    rewrite: rewriteOf(get('rewrite')),
    ...picked(route, 'timeout'),
    retries: retriesOf(get('retries')),
    ...renamed(get('headers'), { requestHeaders: 'request', responseHeaders: 'response' }),
    cors: cors(get('corsPolicy')),
    fault: faultOf(get('fault')),
    mirrors: mapped(get('mirrors'), (mirror) =>
      defined({
        destination: destination(mirror.get('destination')),
        percentage: mirror.get('percentage', 'value').value,
      }),
    ),
  });
}

/** A route of a VirtualService. It is split if it has two destinations. */
export function routeOf(http: Field, i: number): Options {
  const name = http.get('name').value ?? (i === 0 ? 'primary' : `route-${i + 1}`);
  const common = { name, ...routeOptions(http) };
  const [first, second] = http.get('route').items();
  const [delegate, redirect, response] = ['delegate', 'redirect', 'directResponse'].map((kind) => http.get(kind));
  if (delegate.exists) return { delegate: { ...common, delegate: delegate.value } };
  if (redirect.exists) return { redirect: { ...common, ...without(redirect) } };
  if (response.exists) {
    const body = { body: response.get('body', 'string').value };
    return { respond: { ...common, ...without(response, 'body'), ...defined(body) } };
  }
  if (second !== undefined || first === undefined) {
    const headers = { stableHeaders: versionHeaders(first), canaryHeaders: versionHeaders(second) };
    return { split: { ...common, ...defined(headers) } };
  }
  return { to: { ...common, destination: destination(first.get('destination')) } };
}

function retriesOf(retries: Field): Options | undefined {
  if (!retries.exists) return undefined;
  const { attempts = 2, perTryTimeout } = picked(retries, 'attempts', 'perTryTimeout');
  return defined({ attempts, perTryTimeout, retryOn: retries.get('retryOn').string?.split(',') });
}

function faultOf(fault: Field): Options | undefined {
  const one = (kind: string) => {
    const found = fault.get(kind);
    if (!found.exists) return undefined;
    const percentage = found.get('percentage', 'value').value;
    return defined({ ...without(found), percentage });
  };
  return fault.exists ? defined({ delay: one('delay'), abort: one('abort') }) : undefined;
}

/** How the headers of one version are changed, without the cookie of sticky sessions. */
function versionHeaders(destinationField: Field | undefined): Options | undefined {
  const headers = destinationField?.get('headers');
  if (headers === undefined) return undefined;
  const response = headers.get('response');
  const add = without(response.get('add'), 'set-cookie');
  const left = { ...without(response), add: Object.keys(add).length > 0 ? add : undefined };
  return defined({ ...picked(headers, 'request'), response: response.exists ? defined(left) : undefined });
}

/** Where requests go. */
export function destination(found: Field): unknown {
  const { host } = picked(found, 'host');
  const more = defined({ port: found.get('port', 'number').value, ...picked(found, 'subset') });
  return more ? { host: { host, ...more } } : host;
}

function requestMatch(match: Field): Options {
  const [[comparison, path] = []] = match.get('uri').entries();
  const options = without(match, 'uri');
  if (comparison === undefined) return { request: options };
  if (Object.keys(options).length === 0) return { [comparison]: path?.value };
  return { [comparison]: { [comparison === 'regex' ? 'regex' : 'path']: path?.value, ...options } };
}

function rewriteOf(rewrite: Field): Options | undefined {
  if (!rewrite.exists) return undefined;
  const { uri, authority } = picked(rewrite, 'uri', 'authority');
  const regex = rewrite.get('uriRegexRewrite');
  if (regex.exists) return { uriRegex: defined({ ...picked(regex, 'match', 'rewrite'), authority }) };
  if (uri === undefined) return { authority };
  return { uri: authority === undefined ? uri : { uri, authority } };
}

function cors(policy: Field): Options | undefined {
  if (!policy.exists) return undefined;
  const exact = policy
    .get('allowOrigin')
    .items()
    .map(({ value }) => ({ exact: value }));
  const { allowOrigins = exact, ...others } = without(policy, 'allowOrigin');
  return { allowOrigins, ...others };
}

/**
 * The rules for callers, as in a DestinationRule, and in a Flagger Canary, which has the same fields.
 *
 * @param lost The names of the fields that have no option are added to it.
 */
export function trafficPolicy(policy: Field, lost: string[] = []): Options | undefined {
  if (!policy.exists) return undefined;
  const [tcp, http] = ['tcp', 'http'].map((kind) => policy.get('connectionPool', kind));
  const upgrade = http.get('h2UpgradePolicy');
  const connectionPool = defined({
    ...picked(tcp, 'maxConnections', 'connectTimeout', 'maxConnectionDuration'),
    h2Upgrade: upgrade.exists ? upgrade.value === 'UPGRADE' : undefined,
    ...without(http, 'h2UpgradePolicy'),
  });
  const known = ['connectionPool', 'outlierDetection', 'loadBalancer', 'tls'];
  lost.push(...Object.keys(without(policy, ...known)));
  return defined({
    connectionPool,
    outlierDetection: outliers(policy.get('outlierDetection')),
    loadBalancer: loadBalancer(policy.get('loadBalancer')),
    tls: tls(policy.get('tls')),
  });
}

function outliers(found: Field): Options | undefined {
  if (!found.exists) return undefined;
  return {
    ...renamed(found, { consecutive5xxErrors: 'consecutiveErrors' }),
    ...without(found, 'consecutiveErrors'),
  };
}

function loadBalancer(found: Field): Options | string | undefined {
  const simple = found.get('simple');
  if (simple.exists) return { simple: LOAD_BALANCERS.get(simple.string) ?? 'leastRequest' };
  const hash = found.get('consistentHash');
  const cookie = hash.get('httpCookie');
  if (cookie.exists) {
    const { name, ttl } = picked(cookie, 'name', 'ttl');
    return { consistentHashCookie: defined({ name, ttl: ttl === '0s' ? undefined : ttl }) };
  }
  const { httpHeaderName, httpQueryParameterName, useSourceIp } = picked(
    hash,
    ...['httpHeaderName', 'httpQueryParameterName', 'useSourceIp'],
  );
  if (httpHeaderName !== undefined) return { consistentHashHeader: httpHeaderName };
  if (httpQueryParameterName !== undefined) return { consistentHashQueryParameter: httpQueryParameterName };
  return useSourceIp === true ? 'consistentHashSourceIp' : undefined;
}

const LOAD_BALANCERS = new Map<string | undefined, string>([
  ['ROUND_ROBIN', 'roundRobin'],
  ['RANDOM', 'random'],
  ['PASSTHROUGH', 'passthrough'],
  ['LEAST_REQUEST', 'leastRequest'],
  ['LEAST_CONN', 'leastRequest'],
]);

function tls(found: Field): Options | string | undefined {
  if (!found.exists) return undefined;
  const names = new Map([
    ['DISABLE', 'disable'],
    ['ISTIO_MUTUAL', 'istioMutual'],
    ['SIMPLE', 'simple'],
  ]);
  const mode = found.get('mode').string ?? '';
  if (mode === 'MUTUAL') {
    return {
      mutual: defined({ ...picked(found, 'clientCertificate'), ...without(found, 'mode', 'clientCertificate') }),
    };
  }
  const name = names.get(mode) ?? 'istioMutual';
  const others = without(found, 'mode', 'clientCertificate');
  return name === 'simple' && Object.keys(others).length > 0 ? { simple: others } : name;
}
