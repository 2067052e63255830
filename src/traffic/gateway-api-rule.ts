import * as gateway from '../../imports/gateway.networking.k8s.io';
import { writeDuration } from '../formats/duration';
import { quoted } from '../formats/names';
import { headerFilters, mirrorFilters, mirrorProblems, portProblem, renderBackend } from './gateway-api-filters';
import { headerMatchProblem, renderHeaderMatches } from './grpc-route';
import { HttpMatch } from './http-match';
import { HttpRoute, ServicePorts, WeightedDestination } from './http-route';
import { at, type Found } from '../formats/option-problem';

const ROUTE_ONLY_ISTIO = ['retries', 'fault', 'cors', 'canaryHeaders', 'stableHeaders'] as const;
const MATCH_ONLY_ISTIO = [
  'withoutHeaders',
  'authority',
  'scheme',
  'port',
  'gateways',
  'sourceLabels',
  'sourceNamespace',
  'ignoreUriCase',
  'statPrefix',
] as const;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];
const REDIRECT_CODES = [301, 302, 303, 307, 308];

/** What of a route the Gateway API, as the plugin knows it, has no words for. */
export function gatewayApiProblems(route: HttpRoute): Found[] {
  const what = `route '${route.name}'`;
  const options = route._options;
  const foreign = ROUTE_ONLY_ISTIO.filter((name) => options[name] !== undefined);
  const problems: Found[] = [
    foreign.length > 0
      ? `${what} has ${foreign.join(', ')}, which the Gateway API has no words for here; leave it out`
      : undefined,
    !route.isSplit && !route._destination && !route._redirect
      ? `${what} answers by itself, which the Gateway API cannot; lead it to a Service`
      : undefined,
    ...(options.matches ?? []).flatMap((match) => matchProblems(what, match)),
    ...(options.rewrite?._toKube().uriRegexRewrite
      ? [`${what} rewrites by a regex, which the Gateway API cannot; rewrite the uri`]
      : []),
    rewritesSeveralPrefixes(route)
      ? `${what} rewrites the path of several prefixes, which the Gateway API refuses: it could not say which is replaced; give each prefix a route of its own`
      : undefined,
    ...mirrorProblems(what, options.mirrors),
    route._destination && portProblem(what, route._destination),
  ];
  const code = route._redirect?.redirectCode;
  if (code !== undefined && !REDIRECT_CODES.includes(code)) {
    problems.push(
      at('redirectCode', `${what}: redirectCode is ${code}; the Gateway API knows ${REDIRECT_CODES.join(', ')}`),
    );
  }
  if (route._redirect?.derivePort !== undefined) {
    problems.push(
      at(
        'derivePort',
        `${what}: derivePort has no effect, because the Gateway API derives the port by itself; leave it out, or give port`,
      ),
    );
  }
  return problems;
}

function matchProblems(what: string, match: HttpMatch): Found[] {
  const options = match._options;
  const { exact, prefix } = match._uri ?? {};
  const foreign = MATCH_ONLY_ISTIO.filter((name) => options[name] !== undefined);
  const method = options.method?._toKube();
  return [
    pathProblem(what, exact ?? prefix),
    foreign.length > 0
      ? `${what} matches ${foreign.join(', ')}, which the Gateway API cannot; leave it out`
      : undefined,
    method && !METHODS.includes(method.exact ?? '')
      ? `${what} matches a method by more than its name; match exactly one of ${METHODS.join(', ')}`
      : undefined,
    ...Object.entries(options.headers ?? {}).map(([name, one]) =>
      headerMatchProblem(`${what}: the header '${name}'`, one),
    ),
    ...Object.entries(options.queryParams ?? {}).map(([name, one]) =>
      headerMatchProblem(`${what}: the query parameter '${name}'`, one),
    ),
  ];
}

/** Paths are compared as they are written, so that the API server refuses what others would first make plain. */
function pathProblem(what: string, path: string | undefined): string | undefined {
  const found = /\/\/|\/\.{1,2}(?=\/|$)|%2f|#/i.exec(path ?? '');
  if (found === null || path === undefined) return undefined;
  return `${what} matches ${quoted(path)}, whose '${found[0]}' the Gateway API refuses; write the path as it arrives`;
}

/** A rule of an HTTPRoute, with what the API server would add: Argo CD would take that for a difference. */
export function renderRule(
  route: HttpRoute,
  split: WeightedDestination[],
  ports: ServicePorts = {},
): gateway.HttpRouteSpecRules {
  const { matches = [], timeout } = route._options;
  const destinations = route._destination
    ? [{ destination: route._destination, weight: 1 }]
    : split.map(({ destination, weight }) => ({ destination: destination._onPort(route._portIn(ports)), weight }));
  const filters = renderFilters(route);
  return {
    name: route.name,
    matches: matches.length > 0 ? matches.map(renderMatch) : [{ path: pathMatch('PathPrefix', '/') }],
    filters: filters.length > 0 ? (filters as unknown as gateway.HttpRouteSpecRulesFilters[]) : undefined,
    backendRefs: route._redirect ? undefined : destinations.map(renderBackend),
    timeouts: timeout && { request: writeDuration(timeout) },
  };
}

function renderMatch(match: HttpMatch): gateway.HttpRouteSpecRulesMatches {
  const { exact, prefix, regex } = match._uri ?? {};
  const { method, headers, queryParams } = match._options;
  const path =
    exact !== undefined
      ? pathMatch('Exact', exact)
      : regex !== undefined
        ? pathMatch('RegularExpression', regex)
        : pathMatch('PathPrefix', prefix ?? '/');
  return {
    path,
    method: method?._toKube().exact as gateway.HttpRouteSpecRulesMatchesMethod | undefined,
    headers: headers && (renderHeaderMatches(headers) as gateway.HttpRouteSpecRulesMatchesHeaders[]),
    queryParams: queryParams && (renderHeaderMatches(queryParams) as gateway.HttpRouteSpecRulesMatchesQueryParams[]),
  };
}

function pathMatch(type: string, value: string): gateway.HttpRouteSpecRulesMatchesPath {
  return { type: type as gateway.HttpRouteSpecRulesMatchesPathType, value };
}

const areAllPrefixes = (matches: readonly HttpMatch[]): boolean =>
  matches.every((match) => match._uri?.prefix !== undefined);

function rewritesSeveralPrefixes({ _options: { rewrite, matches = [] } }: HttpRoute): boolean {
  return rewrite?._toKube().uri !== undefined && matches.length > 1 && areAllPrefixes(matches);
}

function renderFilters(route: HttpRoute): object[] {
  const { rewrite, mirrors, matches = [] } = route._options;
  const { uri, authority } = rewrite?._toKube() ?? {};
  const byPrefix = areAllPrefixes(matches);
  const redirect = route._redirect;
  return [
    ...headerFilters(route._options),
    rewrite && {
      type: 'URLRewrite',
      urlRewrite: { hostname: authority, path: uri === undefined ? undefined : newPath(uri, byPrefix) },
    },
    redirect && {
      type: 'RequestRedirect',
      requestRedirect: {
        scheme: redirect.scheme,
        hostname: redirect.authority,
        port: redirect.port,
        path: redirect.uri === undefined ? undefined : newPath(redirect.uri, false),
        statusCode: redirect.redirectCode ?? 301,
      },
    },
    ...mirrorFilters(mirrors),
  ].filter((filter) => filter !== undefined);
}

function newPath(path: string, byPrefix: boolean) {
  return byPrefix
    ? { type: 'ReplacePrefixMatch', replacePrefixMatch: path }
    : { type: 'ReplaceFullPath', replaceFullPath: path };
}
