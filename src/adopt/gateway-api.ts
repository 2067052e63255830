import type { Field, Resource } from '../graph';
import { Candidate } from './candidate';
import { routeOf } from './istio';
import { fieldOf, named } from './manifests';
import { defined, mapped, type Options, picked, renamed } from './values';

/** The plugin with which the controller splits the routes of the Gateway API. */
export const GATEWAY_API = 'argoproj-labs/gatewayAPI';

/** The options of the routes of the Gateway API and their Gateways. */
export function gatewayApiCandidates(objects: readonly Resource[], workload: Resource): Candidate[] {
  const plugin = workload.field('spec', 'strategy', 'canary', 'trafficRouting', 'plugins', GATEWAY_API);
  const routeNamed = (kind: string, list: string, only: string) =>
    named(objects, kind, plugin.get(list, 0, 'name').string ?? plugin.get(only).string);
  const http = routeNamed('HTTPRoute', 'httpRoutes', 'httpRoute');
  const grpc = routeNamed('GRPCRoute', 'grpcRoutes', 'grpcRoute');
  const spec = (http ?? grpc)?.field('spec');
  if (spec === undefined) return [];
  const gatewayApi = defined({
    parents: spec.get('parentRefs').items().map(gatewayParent),
    routes: http && mapped(http.field('spec', 'rules'), (rule, i) => routeOf(asIstio(rule), i)),
    grpcRoutes: grpc && mapped(grpc.field('spec', 'rules'), grpcRoute),
    httpRouteName: http?.name,
    grpcRouteName: grpc?.name,
  });
  const split = { ...defined({ hosts: spec.get('hostnames').value }), gatewayApi };
  // With sidecars the default access to metrics is another one, so that the two are set together.
  const meshed = ['label', 'annotation'].map((sidecar) => ({ ...split, sidecar, monitoring: { access: 'direct' } }));
  return [{ path: [], values: [split, ...meshed] }];
}

/** The Gateway or Service that a route is attached to. */
export function gatewayParent(reference: Field): Options {
  const { name, ...more } = picked(reference, 'name', 'namespace', 'sectionName', 'port');
  const kind = reference.get('kind').string === 'Service' ? 'service' : 'gateway';
  return { [kind]: Object.keys(more).length > 0 ? { name, ...more } : name };
}

/** A rule of an HTTPRoute as a route of Istio, whose fields are named like the options of a spec. */
function asIstio(rule: Field, withMatches = true): Field {
  const filters = rule.get('filters').items();
  const filter = (type: string, field: string) => filters.find(ofType(type))?.get(field);
  const rewrite = filter('URLRewrite', 'urlRewrite');
  const redirect = filter('RequestRedirect', 'requestRedirect');
  const matches = withMatches ? rule.get('matches').items() : [];
  const found = matches.map(istioMatch).filter((match) => Object.keys(match).length > 0);
  const { redirectCode, ...elsewhere } = redirect
    ? renamed(redirect, { authority: 'hostname', scheme: 'scheme', port: 'port', redirectCode: 'statusCode' })
    : {};
  const route = defined({
    ...picked(rule, 'name'),
    match: found.length === matches.length && found.length > 0 ? found : undefined,
    timeout: rule.get('timeouts', 'request').value,
    headers: headersIn(filters),
    rewrite: rewrite && defined({ uri: newPath(rewrite), authority: rewrite.get('hostname').value }),
    redirect: redirect && defined({ uri: newPath(redirect), ...elsewhere, redirectCode }),
    mirrors: mirrorsIn(filters),
    route: mapped(rule.get('backendRefs'), (backend) => ({ destination: destinationOf(backend) })),
  });
  return fieldOf(route ?? {}, rule);
}

const ofType =
  (type: string) =>
  (filter: Field): boolean =>
    filter.get('type').string === type;

function newPath(change: Field): unknown {
  const { replacePrefixMatch, replaceFullPath } = picked(
    change.get('path'),
    ...['replacePrefixMatch', 'replaceFullPath'],
  );
  return replacePrefixMatch ?? replaceFullPath;
}

/** Empty if every request matches. */
function istioMatch(match: Field): Options {
  const comparisons = { Exact: 'exact', PathPrefix: 'prefix', RegularExpression: 'regex' };
  const path = match.get('path');
  const { type, value } = picked(path, 'type', 'value');
  const method = match.get('method');
  const isAny = !path.exists || (type === 'PathPrefix' && value === '/');
  const more = defined({
    method: method.exists ? { exact: method.value } : undefined,
    headers: values(match.get('headers')),
    queryParams: values(match.get('queryParams')),
  });
  return { ...(isAny ? {} : { uri: { [comparisons[type as keyof typeof comparisons]]: value } }), ...more };
}

/** The values that headers or parameters must have, by their names. */
function values(matches: Field): Options | undefined {
  const all = mapped(matches, (match) => {
    const comparison = match.get('type').string === 'RegularExpression' ? 'regex' : 'exact';
    return [String(match.get('name').value), { [comparison]: match.get('value').value }] as const;
  });
  return all && Object.fromEntries(all);
}

function headersIn(filters: readonly Field[]): Options | undefined {
  const of = (type: string, field: string) => {
    const found = filters.find(ofType(type))?.get(field);
    const map = (list: Field) => {
      const all = mapped(list, (one) => [String(one.get('name').value), one.get('value').value] as const);
      return all && Object.fromEntries(all);
    };
    return found && defined({ set: map(found.get('set')), add: map(found.get('add')), ...picked(found, 'remove') });
  };
  return defined({
    request: of('RequestHeaderModifier', 'requestHeaderModifier'),
    response: of('ResponseHeaderModifier', 'responseHeaderModifier'),
  });
}

function mirrorsIn(filters: readonly Field[]): (Options | undefined)[] | undefined {
  const found = filters.filter(ofType('RequestMirror')).map((filter) => filter.get('requestMirror'));
  if (found.length === 0) return undefined;
  return found.map((mirror) => {
    const { percent } = picked(mirror, 'percent');
    const percentage = percent === undefined ? undefined : { value: percent };
    return defined({ destination: destinationOf(mirror.get('backendRef')), percentage });
  });
}

function destinationOf(backend: Field): Options {
  const { name: host, port } = picked(backend, 'name', 'port');
  return { host, ...(port === undefined ? {} : { port: { number: port } }) };
}

function grpcRoute(rule: Field): Options {
  const [[kind, route]] = Object.entries(routeOf(asIstio(rule, false), 0));
  const calls = mapped(rule.get('matches'), (match) =>
    defined({ ...picked(match.get('method'), 'service', 'method'), headers: values(match.get('headers')) }),
  );
  const matches = calls?.filter((call) => call !== undefined);
  return { [kind]: { ...(route as Options), ...defined({ matches }) } };
}
