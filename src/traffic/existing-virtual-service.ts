import { dnsLabelProblem, hostProblem, portNumberProblem } from '../formats/names';
import type { VirtualServiceReference } from './istio-virtual-service';
import { type Found } from '../formats/option-problem';

/**
 * A TLS route of an existing VirtualService, as all blocks of its `match` together describe it.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/
 */
export interface TlsRouteRef {
  /**
   * The server names.
   */
  readonly sniHosts: string[];

  /**
   * The port.
   * @default - none
   */
  readonly port?: number;
}

/**
 * An existing VirtualService. Its split routes must have both versions as destinations, and all its HTTP routes should
 * have names: the controller multiplies routes without one.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/
 */
export interface ExistingVirtualService {
  /**
   * The name.
   */
  readonly name: string;

  /**
   * The namespace.
   * @default - that of the Rollout
   */
  readonly namespace?: string;

  /**
   * The names of the HTTP routes to split. Required if there are several.
   * @default - the only one
   */
  readonly routes?: string[];

  /**
   * The TLS routes to split. Required if there are several.
   * @default - the only one, if there is one
   */
  readonly tlsRoutes?: TlsRouteRef[];

  /**
   * The ports of the TCP routes to split. Required if there are several.
   * @default - the only one, if there is one
   */
  readonly tcpPorts?: number[];
}

/** What is wrong with a reference. */
export function existingProblems(one: ExistingVirtualService): Found[] {
  const what = `the existing VirtualService '${one.name}'`;
  const { namespace, routes = [], tlsRoutes = [], tcpPorts = [] } = one;
  const problems: Found[] = [
    dnsLabelProblem('the name of an existing VirtualService', one.name),
    namespace === undefined ? undefined : dnsLabelProblem(`the namespace of ${what}`, namespace),
    ...routes
      .filter((route) => route.trim() === '')
      .map(() => `${what}: a route has an empty name; the Rollout finds its routes by name`),
    ...tlsRoutes.flatMap(({ sniHosts, port }) => [
      ...sniHosts.map((host) => hostProblem(`${what}: a server name`, host)),
      sniHosts.length === 0 ? `${what}: a TLS route has no sniHosts; name those of its match` : undefined,
      port === undefined ? undefined : portNumberProblem(`${what}: the port of a TLS route`, port),
    ]),
    ...tcpPorts.map((port) => portNumberProblem(`${what}: the port of a TCP route`, port)),
  ];
  return problems;
}

/** How a Rollout refers to it. */
export function existingReference(one: ExistingVirtualService): VirtualServiceReference {
  return {
    name: one.namespace === undefined ? one.name : `${one.name}.${one.namespace}`,
    routes: one.routes,
    tlsRoutes: one.tlsRoutes?.map(({ sniHosts, port }) => ({ port, sniHosts })),
    tcpRoutes: one.tcpPorts?.map((port) => ({ port })),
  };
}
