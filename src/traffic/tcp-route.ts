import * as istio from '../../imports/networking.istio.io';
import { portNumberProblem } from '../formats/names';
import { Destination } from './destination';
import { WeightedDestination } from './http-route';
import { IIstioGateway } from './istio-gateway';
import { connectionRoute } from './tls-route';
import { filled } from './connection-pool';
import { renderSource, sourceProblems } from './connection-source';
import { type Found } from '../formats/option-problem';

/**
 * A match of a `TcpRoute`.
 */
export interface TcpRouteOptions {
  /**
   * The port on which they arrive. Required if there are several TCP routes.
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
 * A route for TCP connections of any protocol. It has no name; the Rollout finds it by its port. Weights apply to new
 * connections; open connections stay.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#TCPRoute
 */
export class TcpRoute {
  /**
   * A route whose connections are split between stable and canary.
   *
   * @param options The connections.
   */
  public static split(options: TcpRouteOptions = {}): TcpRoute {
    return new TcpRoute(undefined, options);
  }

  /**
   * A route whose connections all go to one Service.
   *
   * @param destination The destination.
   * @param options The connections.
   */
  public static to(destination: Destination, options: TcpRouteOptions = {}): TcpRoute {
    return new TcpRoute(destination, options);
  }

  private constructor(
    private readonly destination: Destination | undefined,
    private readonly options: TcpRouteOptions,
  ) {}

  /**
   * Whether the route is split between stable and canary.
   */
  public get isSplit(): boolean {
    return this.destination === undefined;
  }

  /** How a Rollout finds it. @internal */
  public get _key(): { port?: number } {
    return { port: this.options.port };
  }

  /** @internal */
  public get _gateways(): string[] {
    return (this.options.gateways ?? []).map((gateway) => gateway.gatewayRef);
  }

  /** @internal */
  public _problems(): Found[] {
    const { port } = this.options;
    return [
      port === undefined ? undefined : portNumberProblem('the port of a TCP route', port),
      ...sourceProblems(`TCP route ${port ?? ''}`.trimEnd(), this.options),
      ...(this.destination?._problems(`TCP route ${port ?? ''}`.trimEnd()) ?? []),
    ].filter((problem) => problem !== undefined);
  }

  /** @internal */
  public _toKube(split: WeightedDestination[]): istio.VirtualServiceSpecTcp {
    const { port } = this.options;
    const match = filled({ port, ...renderSource(this.options) });
    return {
      match: match && [match],
      route: connectionRoute(this.destination, split),
    };
  }
}
