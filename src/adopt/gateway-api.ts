import { Candidate } from './candidate';
import { defined } from './container';
import { routeOf } from './istio';
import { Json, isPlain, named } from './manifests';

/** The plugin by which a controller splits the routes of the Gateway API. */
const PLUGIN = 'argoproj-labs/gatewayAPI';

/** The routes of the Gateway API, and the Gateways before them. */
export function gatewayApiCandidates(objects: readonly Json[], workload: Json): Candidate[] {
  const plugin = workload.spec.strategy?.canary?.trafficRouting?.plugins?.[PLUGIN];
  const [http, grpc] = (
    [
      ['HTTPRoute', plugin?.httpRoutes?.[0]?.name ?? plugin?.httpRoute],
      ['GRPCRoute', plugin?.grpcRoutes?.[0]?.name ?? plugin?.grpcRoute],
    ] as const
  ).map(([kind, name]) => named(objects, kind, name));
  const spec = (http ?? grpc)?.spec;
  if (spec === undefined) return [];
  const gatewayApi = defined({
    parents: (spec.parentRefs ?? []).map(gatewayParent),
    routes: http?.spec.rules?.map((rule: Json, i: number) => routeOf(asIstio(rule), i)),
    grpcRoutes: grpc?.spec.rules?.map(grpcRoute),
    httpRouteName: http?.metadata.name,
    grpcRouteName: grpc?.metadata.name,
  });
  const split = { ...defined({ hosts: spec.hostnames }), gatewayApi };
  // With proxies in the pods another way of scraping them is the default, so that the two come together.
  const meshed = ['label', 'annotation'].map((sidecar) => ({ ...split, sidecar, monitoring: { access: 'direct' } }));
  return [{ path: [], values: [split, ...meshed] }];
}

/** What a route is bound to. */
export function gatewayParent({ name, kind, namespace, sectionName, port }: Json): Json {
  const more = defined({ namespace, sectionName, port });
  return { [kind === 'Service' ? 'service' : 'gateway']: more ? { name, ...more } : name };
}

/** A rule of an HTTPRoute in the words of Istio, which are those of a spec. */
function asIstio({ name, matches = [], filters = [], backendRefs, timeouts }: Json): Json {
  const filter = (type: string, field: string) => filters.find((one: Json) => one.type === type)?.[field];
  const rewrite = filter('URLRewrite', 'urlRewrite');
  const redirect = filter('RequestRedirect', 'requestRedirect');
  const found = matches.map(istioMatch).filter((match: Json) => Object.keys(match).length > 0);
  return defined({
    name,
    match: found.length === matches.length && found.length > 0 ? found : undefined,
    timeout: timeouts?.request,
    headers: headersIn(filters),
    rewrite: rewrite && defined({ uri: newPath(rewrite.path), authority: rewrite.hostname }),
    redirect:
      redirect &&
      defined({
        uri: newPath(redirect.path),
        authority: redirect.hostname,
        scheme: redirect.scheme,
        port: redirect.port,
        redirectCode: redirect.statusCode,
      }),
    mirrors: mirrorsIn(filters),
    route: backendRefs?.map((one: Json) => ({ destination: destinationOf(one) })),
  });
}

function newPath(path: Json): string | undefined {
  return path?.replacePrefixMatch ?? path?.replaceFullPath;
}

/** Nothing where every request matches. */
function istioMatch({ path, method, headers, queryParams }: Json): Json {
  const how: { [type: string]: string } = { Exact: 'exact', PathPrefix: 'prefix', RegularExpression: 'regex' };
  const more = defined({
    method: method && { exact: method },
    headers: values(headers),
    queryParams: values(queryParams),
  });
  const isAny = path === undefined || (path.type === 'PathPrefix' && path.value === '/');
  return { ...(isAny ? {} : { uri: { [how[path.type]]: path.value } }), ...more };
}

function values(matches: Json): Json {
  return (
    matches &&
    Object.fromEntries(
      matches.map(({ type, name, value }: Json) => [
        name,
        type === 'RegularExpression' ? { regex: value } : { exact: value },
      ]),
    )
  );
}

function headersIn(filters: readonly Json[]): Json {
  const of = (type: string, field: string) => {
    const found = filters.find((one) => one.type === type)?.[field];
    const map = (list: Json) => list && Object.fromEntries(list.map(({ name, value }: Json) => [name, value]));
    return found && defined({ set: map(found.set), add: map(found.add), remove: found.remove });
  };
  return defined({
    request: of('RequestHeaderModifier', 'requestHeaderModifier'),
    response: of('ResponseHeaderModifier', 'responseHeaderModifier'),
  });
}

function mirrorsIn(filters: readonly Json[]): Json {
  const found = filters.filter(({ type }) => type === 'RequestMirror').map(({ requestMirror }) => requestMirror);
  return found.length === 0
    ? undefined
    : found.map(({ backendRef, percent }) =>
        defined({ destination: destinationOf(backendRef), percentage: percent && { value: percent } }),
      );
}

function destinationOf({ name, port }: Json): Json {
  return { host: name, ...(port === undefined ? {} : { port: { number: port } }) };
}

function grpcRoute({ matches, ...rule }: Json): Json {
  const { split, to } = routeOf(asIstio({ ...rule, matches: [] }), 0);
  const calls = matches?.map(({ method, headers }: Json) =>
    defined({ service: method?.service, method: method?.method, headers: values(headers) }),
  );
  const stated = (route: Json) => ({ ...route, ...defined({ matches: calls?.filter(isPlain) }) });
  return split ? { split: stated(split) } : { to: stated(to) };
}
