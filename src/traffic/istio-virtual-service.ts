import { ApiObject, Chart, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as istio from '../../imports/networking.istio.io';
import { dnsLabelProblem, hostProblem, quoted } from '../formats/names';
import { Destination } from './destination';
import { HttpRoute, stickyNames, WeightedDestination } from './http-route';
import { exportToProblems } from './istio-destination-rule';
import { gatewayRefProblem, IIstioGateway, IstioApiVersion, IstioGateway } from './istio-gateway';
import { StickyCanary, stickyProblems } from './sticky-canary';
import { TcpRoute } from './tcp-route';
import { TlsRoute } from './tls-route';
import { addCheck, at, type Found } from '../formats/option-problem';

/**
 * The routes of a VirtualService.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService
 */
export interface IstioRoutes {
  /**
   * The HTTP routes, in the order of evaluation. At least one is split.
   * @default - one split route, `primary`, for all requests; none if there are TLS or TCP routes
   */
  readonly routes?: HttpRoute[];

  /**
   * The TLS routes, in the order of evaluation. At least one is split.
   * @default - none
   */
  readonly tlsRoutes?: TlsRoute[];

  /**
   * The TCP routes, in the order of evaluation. At least one is split.
   * @default - none
   */
  readonly tcpRoutes?: TcpRoute[];
}

/**
 * Options for an `IstioVirtualService`.
 */
export interface IstioVirtualServiceProps extends kplus.ResourceProps, IstioRoutes {
  /**
   * The hosts. None for a delegate.
   */
  readonly hosts: string[];

  /**
   * Whether it is a delegate: it has no hosts and no Gateways, and takes the requests of a route of another VirtualService.
   * @default false
   */
  readonly asDelegate?: boolean;

  /**
   * The ports of the Services by name, for routes with a `portName`.
   * @default - none
   */
  readonly ports?: { [name: string]: number };

  /**
   * The Gateways, which may include `IstioGateway.MESH`.
   * @default - the mesh
   */
  readonly gateways?: IIstioGateway[];

  /**
   * The destination of the stable version.
   */
  readonly stable: Destination;

  /**
   * The destination of the canary.
   */
  readonly canary: Destination;

  /**
   * Additional destinations with a fixed share of the requests of split routes.
   * @default - none
   */
  readonly additional?: WeightedDestination[];

  /**
   * Sticky canary: whether users who reached the canary stay with it.
   * @default - none: each request is split independently
   */
  readonly stickyCanary?: StickyCanary;

  /**
   * The namespaces to which it applies: `.` for its own, `*` for all.
   * @default - all
   */
  readonly exportTo?: string[];

  /**
   * The API version.
   * @default IstioApiVersion.V1
   */
  readonly apiVersion?: IstioApiVersion;
}

/** How a Rollout refers to a VirtualService: a part of its `trafficRouting.istio`. */
export interface VirtualServiceReference {
  readonly name: string;
  readonly routes?: string[];
  readonly tlsRoutes?: { port?: number; sniHosts: string[] }[];
  readonly tcpRoutes?: { port?: number }[];
}

/**
 * A VirtualService of Istio whose split routes lead to the stable version, 100, and to the canary, 0: the weights
 * between
 * rollouts, which the controller changes.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/
 */
export class IstioVirtualService extends kplus.Resource {
  public readonly resourceType = 'virtualservices';

  /**
   * @see base.Resource.apiObject
   */
  protected readonly apiObject: ApiObject;

  private readonly routes: HttpRoute[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: IstioVirtualServiceProps,
  ) {
    super(scope, id);
    const others = (props.tlsRoutes?.length ?? 0) + (props.tcpRoutes?.length ?? 0);
    this.routes = props.routes ?? (others > 0 ? [] : [HttpRoute.split('primary')]);
    this.apiObject = new ApiObject(this, 'Resource', {
      apiVersion: props.apiVersion ?? IstioApiVersion.V1,
      kind: istio.VirtualService.GVK.kind,
      metadata: { ...props.metadata, name: props.metadata?.name ?? id },
      spec: Lazy.any({ produce: () => istio.toJson_VirtualServiceSpec(this._toKube()) }),
    });
    addCheck(this, () => this.problems());
  }

  /** The names of all its HTTP routes, which routes that a rollout puts in must not have. @internal */
  public get _routeNames(): string[] {
    const { stickyCanary } = this.props;
    return this.routes.flatMap((route) =>
      stickyCanary && route.isSplit ? [...stickyNames(route.name, stickyCanary), route.name] : [route.name],
    );
  }

  /**
   * How a Rollout refers to it. Every kind of route that it has names those that are split, since the controller takes
   * the
   * only route of a kind that is not named, and refuses several.
   * @internal
   */
  public _toReference(): VirtualServiceReference {
    const { tlsRoutes = [], tcpRoutes = [] } = this.props;
    const split = <T extends { readonly isSplit: boolean }>(routes: T[]) => routes.filter((route) => route.isSplit);
    const tcp = split(tcpRoutes).map((route) => route._key);
    return {
      name: this.isElsewhere ? `${this.name}.${this.metadata.namespace}` : this.name,
      routes: nonEmpty(split(this.routes).map((route) => route.name)),
      tlsRoutes: nonEmpty(split(tlsRoutes).map((route) => route._key)),
      tcpRoutes: tcp.every(({ port }) => port === undefined) ? undefined : nonEmpty(tcp),
    };
  }

  /** @internal */
  public _toKube(): istio.VirtualServiceSpec {
    const { hosts, asDelegate, gateways, tlsRoutes = [], tcpRoutes = [], stickyCanary, exportTo, ports } = this.props;
    const stable = this.named(this.props.stable);
    const canary = this.named(this.props.canary);
    const additional = (this.props.additional ?? []).map((one) => ({
      destination: this.named(one.destination),
      weight: one.weight,
    }));
    const taken = additional.reduce((sum, { weight }) => sum + weight, 0);
    const split = [{ destination: stable, weight: 100 - taken }, { destination: canary, weight: 0 }, ...additional];
    return {
      gateways: asDelegate ? undefined : gateways?.map((gateway) => gateway.gatewayRef),
      hosts: asDelegate ? undefined : hosts.map((host) => this.fullName(host)),
      http: nonEmpty(this.routes.flatMap((route) => route._toKube(split, stable, canary, stickyCanary, ports))),
      tls: nonEmpty(tlsRoutes.map((route) => route._toKube(split))),
      tcp: nonEmpty(tcpRoutes.map((route) => route._toKube(split))),
      exportTo,
    };
  }

  /** Whether it is in another namespace than the Rollout and its Services. */
  private get isElsewhere(): boolean {
    const { namespace } = this.metadata;
    return namespace !== undefined && namespace !== Chart.of(this).namespace;
  }

  /** A short name means a Service in the VirtualService's own namespace, so from elsewhere the full one is written. */
  private fullName(host: string): string {
    const namespace = Chart.of(this).namespace;
    if (!this.isElsewhere || namespace === undefined || /[.*]/.test(host)) return host;
    return `${host}.${namespace}.svc.cluster.local`;
  }

  private named(destination: Destination): Destination {
    const full = this.fullName(destination.hostName);
    return full === destination.hostName ? destination : destination._at(full);
  }

  private problems(): Found[] {
    const { hosts, asDelegate, gateways, stickyCanary, exportTo = [] } = this.props;
    const refs = gateways?.map((gateway) => gateway.gatewayRef) ?? [];
    const problems: Found[] = [
      dnsLabelProblem('the name of the VirtualService', this.name),
      hosts.map((host, i) => at(`hosts[${i}]`, hostProblem('a host', host))),
      (gateways ?? []).map((gateway, i) =>
        gateway instanceof IstioGateway ? undefined : at(`gateways[${i}]`, gatewayRefProblem(gateway.gatewayRef)),
      ),
      at('exportTo', exportToProblems(exportTo, this.metadata.namespace)),
      stickyCanary && at('stickyCanary', stickyProblems(stickyCanary)),
      ...this.routeProblems(),
    ];
    if (hosts.length === 0 && !asDelegate)
      problems.push(at('hosts', 'hosts is empty; name the hosts whose requests are split'));
    if (asDelegate) problems.push(...this.delegateProblems());
    if (hosts.includes('*') && (gateways === undefined || refs.includes(IstioGateway.MESH.gatewayRef))) {
      problems.push(
        "a host is '*' on the mesh gateway, which Istio refuses; name the Service that callers in the mesh name",
      );
    }
    if (gateways?.length === 0)
      problems.push(at('gateways', 'gateways is empty; leave it out for a Gateway of your own, or name one'));
    if (this.isElsewhere && Chart.of(this).namespace === undefined) {
      problems.push(
        `it is in namespace ${quoted(this.metadata.namespace!)}, and the Chart has none by which its Services could be named from there; give the Chart its namespace`,
      );
    }
    return problems;
  }

  /** @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#Delegate */
  private delegateProblems(): string[] {
    const { hosts, gateways, tlsRoutes = [], tcpRoutes = [] } = this.props;
    const stated = [...(hosts.length > 0 ? ['hosts'] : []), ...(gateways ? ['gateways'] : [])];
    return [
      ...(stated.length > 0
        ? [
            `asDelegate is given together with ${stated.join(' and ')}, which the delegating VirtualService has; leave out one`,
          ]
        : []),
      ...(tlsRoutes.length + tcpRoutes.length > 0
        ? ['asDelegate is given together with TLS or TCP routes, and only HTTP routes can be delegated; leave out one']
        : []),
    ];
  }

  private routeProblems(): Found[] {
    const { hosts, tlsRoutes = [], tcpRoutes = [], gateways, stickyCanary } = this.props;
    const names = this._routeNames;
    const bound = gateways?.map((gateway) => gateway.gatewayRef) ?? [IstioGateway.MESH.gatewayRef];
    const named = [...this.routes, ...tlsRoutes, ...tcpRoutes].flatMap((route) => route._gateways);
    return [
      this.routes.map((route, i) =>
        at(`routes[${i}]`, route._problems(stickyCanary !== undefined), route._portProblem(this.props.ports ?? {})),
      ),
      tlsRoutes.map((route, i) => at(`tlsRoutes[${i}]`, route._problems(hosts.map((host) => this.fullName(host))))),
      tcpRoutes.map((route, i) => at(`tcpRoutes[${i}]`, route._problems())),
      at('routes', this.portlessProblem()),
      at('routes', unsplit('HTTP', this.routes)),
      at('tlsRoutes', unsplit('TLS', tlsRoutes)),
      at('tcpRoutes', unsplit('TCP', tcpRoutes)),
      this.routes.length + tlsRoutes.length + tcpRoutes.length === 0
        ? 'no route is split, so the canary would get no request; make one of them a split'
        : undefined,
      at(
        'routes',
        repeated(names).map(
          (name) => `two routes are called ${quoted(name)}; the Rollout finds its routes by name, so give each its own`,
        ),
      ),
      ...repeated(
        tlsRoutes.map(({ _key: { port, sniHosts } }) => `${port ?? 'any port'}: ${[...sniHosts].sort()}`),
      ).map((key) => `two TLS routes take the same connections (${key}); the Rollout finds them by that, so join them`),
      ...repeated(tcpRoutes.map(({ _key: { port } }) => `${port ?? 'any port'}`)).map(
        (key) =>
          `two TCP routes take the same connections (${key}); the Rollout finds them by port, so give each its own`,
      ),
      at('routes', unreached(this.routes)),
      ...[...new Set(named)]
        .filter((gateway) => !bound.includes(gateway))
        .map(
          (gateway) =>
            `a route matches gateway ${quoted(gateway)}, which the VirtualService is not bound to (${bound.join(', ')}); bind it, or leave it out`,
        ),
    ];
  }

  /** Of a Service with several ports Istio must be told which one. */
  private portlessProblem(): string | undefined {
    const { stable, canary, ports = {}, tlsRoutes = [], tcpRoutes = [] } = this.props;
    const several = new Set(Object.values(ports)).size > 1;
    if (!several || [stable, canary].every((version) => version._toKube().port !== undefined)) return undefined;
    const silent =
      this.routes.some((route) => route.isSplit && route._portIn(ports) === undefined) ||
      [...tlsRoutes, ...tcpRoutes].some((route) => route.isSplit);
    if (!silent) return undefined;
    const known = Object.entries(ports).map(([name, number]) => `${name} (${number})`);
    return `the Services have several ports, ${known.join(', ')}, and a split route does not say which; give both versions' destinations a port, or the route its portName`;
  }
}

/** Argo Rollouts looks for both versions in every kind of route that the VirtualService has. */
function unsplit(kind: string, routes: readonly { readonly isSplit: boolean }[]) {
  if (routes.length === 0 || routes.some((route) => route.isSplit)) return undefined;
  return kind === 'HTTP'
    ? 'no route is split, so the canary would get no request; make one of them a split'
    : `no ${kind} route is split, which Argo Rollouts refuses; make one of them a split, or put them into a VirtualService of their own`;
}

function unreached(routes: HttpRoute[]): string[] {
  const all = routes.findIndex((route) => route._takesAll);
  if (all < 0 || all === routes.length - 1) return [];
  const after = routes.slice(all + 1).map((route) => quoted(route.name));
  return [
    `route ${quoted(routes[all].name)} takes every request, so that ${after.join(', ')} after it gets none; move it to the end`,
  ];
}

function repeated(values: string[]): string[] {
  return [...new Set(values.filter((value, i) => values.indexOf(value) !== i))];
}

function nonEmpty<T>(list: T[]): T[] | undefined {
  return list.length > 0 ? list : undefined;
}
