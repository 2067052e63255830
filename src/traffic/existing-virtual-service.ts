import { dnsLabelProblem, hostProblem, portNumberProblem } from '../formats/names';
import type { VirtualServiceReference } from './istio-virtual-service';

/**
 * A TLS route of an existing VirtualService: as its `match` says it, in all of its blocks together.
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
 * A VirtualService that exists already. Its split routes must lead to both versions, and all its HTTP routes should
 * have
 * names: the controller multiplies those without.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/
 */
export interface ExistingVirtualService {
  /**
   * Its name.
   */
  readonly name: string;

  /**
   * Its namespace.
   * @default - that of the Rollout
   */
  readonly namespace?: string;

  /**
   * The names of its HTTP routes that are split. Needed where it has more than one.
   * @default - its only one
   */
  readonly routes?: string[];

  /**
   * Its TLS routes that are split. Needed where it has more than one.
   * @default - its only one, if it has any
   */
  readonly tlsRoutes?: TlsRouteRef[];

  /**
   * The ports of its TCP routes that are split. Needed where it has more than one.
   * @default - its only one, if it has any
   */
  readonly tcpPorts?: number[];
}

/** What is wrong with a reference. */
export function existingProblems(one: ExistingVirtualService): string[] {
  const what = `the existing VirtualService '${one.name}'`;
  const { namespace, routes = [], tlsRoutes = [], tcpPorts = [] } = one;
  const problems: (string | undefined)[] = [
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
  return problems.filter((problem) => problem !== undefined);
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
