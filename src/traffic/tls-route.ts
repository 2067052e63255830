import * as istio from '../../imports/networking.istio.io';
import { hostProblem, portNumberProblem } from '../formats/names';
import { Destination } from './destination';
import { WeightedDestination } from './http-route';
import { IIstioGateway } from './istio-gateway';
import { renderSource, sourceProblems } from './connection-source';
import { at, type Found } from '../formats/option-problem';

/**
 * A match of a `TlsRoute`.
 */
export interface TlsRouteOptions {
  /**
   * The server names (SNI). Each must be a host of the VirtualService, or a subdomain of one.
   */
  readonly sniHosts: string[];

  /**
   * The port on which they arrive.
   * @default - any
   */
  readonly port?: number;

  /**
   * The Gateways through which they may arrive, among those of the VirtualService.
   * @default - all of them
   */
  readonly gateways?: IIstioGateway[];

  /**
   * The destination addresses in CIDR notation, such as `10.0.0.0/8`.
   * @default - any
   */
  readonly destinationSubnets?: string[];

  /**
   * The labels of the calling pod, for connections from inside the mesh.
   * @default - any
   */
  readonly sourceLabels?: { [key: string]: string };

  /**
   * The namespace of the caller, for connections from inside the mesh.
   * @default - any
   */
  readonly sourceNamespace?: string;
}

/**
 * A route for TLS passthrough, which matches connections by server name. It has no name; the Rollout finds it by its
 * port and server names.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#TLSRoute
 */
export class TlsRoute {
  /**
   * A route whose connections are split between stable and canary.
   *
   * @param options The connections.
   */
  public static split(options: TlsRouteOptions): TlsRoute {
    return new TlsRoute(undefined, options);
  }

  /**
   * A route whose connections all go to one Service.
   *
   * @param destination The destination.
   * @param options The connections.
   */
  public static to(destination: Destination, options: TlsRouteOptions): TlsRoute {
    return new TlsRoute(destination, options);
  }

  private constructor(
    private readonly destination: Destination | undefined,
    private readonly options: TlsRouteOptions,
  ) {}

  /**
   * Whether the route is split between stable and canary.
   */
  public get isSplit(): boolean {
    return this.destination === undefined;
  }

  /** How a Rollout finds it. @internal */
  public get _key(): { port?: number; sniHosts: string[] } {
    return { port: this.options.port, sniHosts: this.options.sniHosts };
  }

  /** @internal */
  public get _gateways(): string[] {
    return (this.options.gateways ?? []).map((gateway) => gateway.gatewayRef);
  }

  /** @internal */
  public _problems(hosts: string[]): Found[] {
    const { sniHosts, port } = this.options;
    const what = `TLS route [${sniHosts.join(', ')}]`;
    const problems: Found[] = [
      sniHosts.length === 0 ? 'a TLS route has no sniHosts; name the servers that clients ask for' : undefined,
      port === undefined ? undefined : at('port', portNumberProblem(`${what}: port`, port)),
      ...sniHosts.map((host) => hostProblem(`${what}: a server name`, host)),
      ...sniHosts
        .filter((host) => !hosts.some((outer) => covers(outer, host)))
        .map((host) => `${what}: '${host}' is none of the hosts (${hosts.join(', ')}), nor below one; add it to them`),
      ...sourceProblems(what, this.options),
      ...(this.destination?._problems(what) ?? []),
    ];
    return problems;
  }

  /** @internal */
  public _toKube(split: WeightedDestination[]): istio.VirtualServiceSpecTls {
    const { sniHosts, port } = this.options;
    return {
      match: [{ sniHosts, port, ...renderSource(this.options) }],
      route: connectionRoute(this.destination, split),
    };
  }
}

/** The `route` of a TLS or TCP route. */
export function connectionRoute(destination: Destination | undefined, split: WeightedDestination[]) {
  return destination
    ? [{ destination: destination._toKube() }]
    : split.map((one) => ({ destination: one.destination._toKube(), weight: one.weight }));
}

/** Whether one host pattern covers all hosts of another: `*.example.com` covers `a.example.com`. */
export function covers(outer: string, inner: string): boolean {
  return outer === '*' || outer === inner || (outer.startsWith('*.') && inner.endsWith(outer.slice(1)));
}
