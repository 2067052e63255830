import type { Destination } from './destination';
import type { HeaderOperations } from './header-operations';
import type { HttpMirror, WeightedDestination } from './http-route';
import { type Found } from '../formats/option-problem';

/** A Service of the Gateway API is always named with its port. */
export function portProblem(what: string, destination: Destination): string | undefined {
  return destination._toKube().port === undefined
    ? `${what} leads to '${destination.hostName}' without a port, which the Gateway API needs; give its port, such as 80`
    : undefined;
}

/** What is wrong with where copies go. */
export function mirrorProblems(what: string, mirrors: readonly HttpMirror[] = []): Found[] {
  return mirrors.flatMap(({ destination, percentage = 100 }) => [
    portProblem(`the mirror of ${what}`, destination),
    Number.isInteger(percentage)
      ? undefined
      : `${what}: the mirror's percentage is ${percentage}; the Gateway API knows whole numbers alone`,
  ]);
}

/** A Service, with what the API server would add. */
export function renderBackend({ destination, weight }: WeightedDestination) {
  return { ...backend(destination), weight };
}

function backend(destination: Destination) {
  return { group: '', kind: 'Service', name: destination.serviceName, port: destination._toKube().port?.number };
}

/** What is done to headers, as HTTPRoutes and GRPCRoutes spell it. */
export function headerFilters(operations: {
  readonly requestHeaders?: HeaderOperations;
  readonly responseHeaders?: HeaderOperations;
}): object[] {
  const { requestHeaders, responseHeaders } = operations;
  return [
    requestHeaders && { type: 'RequestHeaderModifier', requestHeaderModifier: renderHeaders(requestHeaders) },
    responseHeaders && { type: 'ResponseHeaderModifier', responseHeaderModifier: renderHeaders(responseHeaders) },
  ].filter((filter) => filter !== undefined);
}

/** Where copies go. */
export function mirrorFilters(mirrors: readonly HttpMirror[] = []): object[] {
  return mirrors.map(({ destination, percentage }) => ({
    type: 'RequestMirror',
    requestMirror: { backendRef: backend(destination), percent: percentage },
  }));
}

function renderHeaders({ set, add, remove }: HeaderOperations) {
  const list = (headers: { [name: string]: string } | undefined) =>
    headers && Object.entries(headers).map(([name, value]) => ({ name, value }));
  return { set: list(set), add: list(add), remove };
}
