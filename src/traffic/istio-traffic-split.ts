import { ApiObject, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import * as istio from '../../imports/networking.istio.io';
import { dnsLabelProblem, hostProblem, quoted } from '../formats/names';
import { Destination } from './destination';
import { HttpRoute } from './http-route';
import { GatewayServer, IIstioGateway, IstioApiVersion, IstioGateway } from './istio-gateway';
import { ITrafficSplit, TrafficRouting } from './traffic-split';

/**
 * How requests reach the app.
 */
export interface IstioTrafficOptions {
  /**
   * The routes, in the order in which they are tried. At least one of them is split.
   * @default - one split route, `primary`, that takes every request
   */
  readonly routes?: HttpRoute[];

  /**
   * Existing Gateways to be bound to, `IstioGateway.MESH` among them, instead of a Gateway of one's own.
   * @default - a Gateway of one's own where there are hosts
   */
  readonly gateways?: IIstioGateway[];

  /**
   * The ports of the Gateway of one's own.
   * @default - HTTP on port 80, for the hosts
   */
  readonly servers?: GatewayServer[];

  /**
   * The labels of the gateway's pods, for the Gateway of one's own.
   * @default - `istio: ingressgateway`
   */
  readonly gatewaySelector?: { [key: string]: string };

  /**
   * The name of the Gateway of one's own.
   * @default - `<name>-gateway`
   */
  readonly gatewayName?: string;

  /**
   * The name of the VirtualService.
   * @default - `<name>-vsvc`
   */
  readonly virtualServiceName?: string;

  /**
   * The version in which the Gateway and the VirtualService are written.
   * @default IstioApiVersion.V1
   */
  readonly apiVersion?: IstioApiVersion;
}

/**
 * Options for an `IstioTrafficSplit`.
 */
export interface IstioTrafficSplitProps extends IstioTrafficOptions {
  /**
   * What the names of the parts begin with.
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The hosts whose requests are split: at a gateway DNS names, in the mesh the Service that callers name.
   */
  readonly hosts: string[];

  /**
   * Where the stable version's requests go.
   */
  readonly stable: Destination;

  /**
   * Where the canary's requests go.
   */
  readonly canary: Destination;
}

/**
 * A VirtualService whose routes are split between stable and canary by weight, and the Gateway before it. A Rollout
 * that is given this split changes the weights.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/
 */
export class IstioTrafficSplit extends Construct implements ITrafficSplit {
  /**
   * The Gateway that was made, unless existing ones are used.
   * @default - none
   */
  public readonly gateway?: IstioGateway;

  /**
   * The name of the VirtualService.
   */
  public readonly virtualServiceName: string;

  private readonly routes: HttpRoute[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: IstioTrafficSplitProps,
  ) {
    super(scope, id);
    const name = props.name ?? id;
    this.virtualServiceName = props.virtualServiceName ?? `${name}-vsvc`;
    this.routes = props.routes ?? [HttpRoute.split('primary')];
    if (props.gateways === undefined) {
      this.gateway = new IstioGateway(this, 'Gateway', {
        metadata: { name: props.gatewayName ?? `${name}-gateway` },
        servers: props.servers ?? [GatewayServer.http({ hosts: props.hosts })],
        selector: props.gatewaySelector,
        apiVersion: props.apiVersion,
      });
    }
    const gateways = props.gateways ?? [this.gateway!];
    new ApiObject(this, 'VirtualService', {
      apiVersion: props.apiVersion ?? IstioApiVersion.V1,
      kind: istio.VirtualService.GVK.kind,
      metadata: { name: this.virtualServiceName },
      spec: Lazy.any({
        produce: () =>
          istio.toJson_VirtualServiceSpec({
            gateways: gateways.map((gateway) => gateway.gatewayRef),
            hosts: props.hosts,
            http: this.routes.map((route) => route._toKube(props.stable, props.canary)),
          }),
      }),
    });
    this.node.addValidation({ validate: () => this.problems() });
  }

  public toTrafficRouting(): TrafficRouting {
    return {
      stableService: this.props.stable.serviceName,
      canaryService: this.props.canary.serviceName,
      routing: { istio: { virtualService: { name: this.virtualServiceName, routes: this.splitRoutes } } },
    };
  }

  private get splitRoutes(): string[] {
    return this.routes.filter((route) => route.isSplit).map((route) => route.name);
  }

  private problems(): string[] {
    const { hosts, stable, canary, gateways } = this.props;
    const problems: (string | undefined)[] = [
      dnsLabelProblem('the name of the VirtualService', this.virtualServiceName),
      ...hosts.map((host) => hostProblem('a host', host)),
      ...stable._problems('the stable destination'),
      ...canary._problems('the canary destination'),
      ...this.routes.flatMap((route) => route._problems()),
    ];
    if (hosts.length === 0) problems.push('hosts is empty; name the hosts whose requests are split');
    if (hosts.includes('*') && gateways?.some((gateway) => gateway.gatewayRef === 'mesh')) {
      problems.push(
        "a host is '*' on the mesh gateway, which Istio refuses; name the Service that callers in the mesh name",
      );
    }
    if (gateways?.length === 0) problems.push('gateways is empty; leave it out for a Gateway of your own, or name one');
    if (stable.serviceName === canary.serviceName) {
      problems.push(
        `the stable and the canary Service are both ${quoted(stable.serviceName)}; Argo Rollouts needs two different Services`,
      );
    }
    if (this.splitRoutes.length === 0) {
      problems.push('no route is split, so the canary would get no request; make one of them HttpRoute.split(…)');
    }
    const names = this.routes.map((route) => route.name);
    for (const twice of new Set(names.filter((route, i) => names.indexOf(route) !== i))) {
      problems.push(
        `two routes are called ${quoted(twice)}; the Rollout finds its routes by name, so give each its own`,
      );
    }
    return problems.filter((problem) => problem !== undefined);
  }
}
