import { ApiObject, Chart, Lazy } from 'cdk8s';
import { Construct } from 'constructs';
import * as gateway from '../../imports/gateway.networking.k8s.io';
import { dnsLabelProblem, hostProblem, quoted } from '../formats/names';
import { Destination } from './destination';
import { portProblem, renderBackend } from './gateway-api-filters';
import { gatewayApiProblems, renderRule } from './gateway-api-rule';
import { GatewayParent } from './gateway-parent';
import { GrpcRoute } from './grpc-route';
import { HttpRoute } from './http-route';
import { ITrafficSplit, TrafficRouting } from './traffic-split';
import { addCheck, at, type Found } from '../formats/option-problem';
import { refuseLazyOptions } from '../formats/lazy-options';

/**
 * Options for traffic through the Kubernetes Gateway API.
 *
 * @see https://gateway-api.sigs.k8s.io/api-types/httproute/
 */
export interface GatewayApiOptions {
  /**
   * The parents of the routes: Gateways, or Services of a mesh. At least one.
   */
  readonly parents: GatewayParent[];

  /**
   * The HTTP routes, as for Istio. What the Gateway API cannot express is refused.
   * @default - one split route, `primary`, for all requests; none if there are gRPC routes
   */
  readonly routes?: HttpRoute[];

  /**
   * The gRPC routes.
   * @default - none
   */
  readonly grpcRoutes?: GrpcRoute[];

  /**
   * The name of the HTTPRoute.
   * @default - `<name>-httproute`
   */
  readonly httpRouteName?: string;

  /**
   * The name of the GRPCRoute.
   * @default - `<name>-grpcroute`
   */
  readonly grpcRouteName?: string;
}

/**
 * Options for a `GatewayApiTrafficSplit`.
 */
export interface GatewayApiTrafficSplitProps extends GatewayApiOptions {
  /**
   * The prefix of the names of the parts.
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The hosts whose requests are split.
   * @default - those of the Gateway's listeners
   */
  readonly hosts?: string[];

  /**
   * The ports of the Services by name, for routes with a `portName`.
   * @default - none
   */
  readonly ports?: { [name: string]: number };

  /**
   * The destination of the stable version, with its port.
   */
  readonly stable: Destination;

  /**
   * The destination of the canary, with its port.
   */
  readonly canary: Destination;
}

/** The name under which the controller knows the plugin. */
const PLUGIN = 'argoproj-labs/gatewayAPI';

/**
 * An HTTPRoute and a GRPCRoute of the Kubernetes Gateway API whose rules are split between stable and canary by weight.
 * The controller needs the plugin `argoproj-labs/gatewayAPI`; header steps need 0.13 or later. The plugin ignores
 * mirror steps.
 *
 * @see https://rollouts-plugin-trafficrouter-gatewayapi.readthedocs.io/
 */
export class GatewayApiTrafficSplit extends Construct implements ITrafficSplit {
  private readonly name: string;
  private readonly routes: HttpRoute[];
  private readonly grpcRoutes: GrpcRoute[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: GatewayApiTrafficSplitProps,
  ) {
    super(scope, id);
    refuseLazyOptions(this, props);
    this.name = props.name ?? id;
    this.grpcRoutes = props.grpcRoutes ?? [];
    this.routes = props.routes ?? (this.grpcRoutes.length > 0 ? [] : [HttpRoute.split('primary')]);
    if (this.routes.length > 0) {
      new ApiObject(this, 'HttpRoute', {
        ...gateway.HttpRoute.GVK,
        metadata: { name: this.httpRouteName },
        spec: Lazy.any({ produce: () => gateway.toJson_HttpRouteSpec(this._toHttpRoute()) }),
      });
    }
    if (this.grpcRoutes.length > 0) {
      new ApiObject(this, 'GrpcRoute', {
        ...gateway.GrpcRoute.GVK,
        metadata: { name: this.grpcRouteName },
        spec: Lazy.any({ produce: () => gateway.toJson_GrpcRouteSpec(this._toGrpcRoute()) }),
      });
    }
    addCheck(this, () => this.problems());
  }

  public toTrafficRouting(): TrafficRouting {
    const route = (name: string) => [{ name, useHeaderRoutes: true }];
    const { namespace } = Chart.of(this);
    const plugin = {
      ...(this.routes.length > 0 ? { httpRoutes: route(this.httpRouteName) } : {}),
      ...(this.grpcRoutes.length > 0 ? { grpcRoutes: route(this.grpcRouteName) } : {}),
      ...(namespace === undefined ? {} : { namespace }),
    };
    return {
      stableService: this.props.stable.serviceName,
      canaryService: this.props.canary.serviceName,
      routing: { plugins: { [PLUGIN]: plugin } },
      routeNames: [...this.routes, ...this.grpcRoutes].map((one) => one.name),
    };
  }

  /** The weights are those between rollouts. */
  private get split() {
    return [
      { destination: this.props.stable, weight: 100 },
      { destination: this.props.canary, weight: 0 },
    ];
  }

  private get httpRouteName(): string {
    return this.props.httpRouteName ?? `${this.name}-httproute`;
  }

  private get grpcRouteName(): string {
    return this.props.grpcRouteName ?? `${this.name}-grpcroute`;
  }

  /** @internal */
  public _toHttpRoute(): gateway.HttpRouteSpec {
    return {
      parentRefs: this.props.parents.map((parent) => parent._toKube()),
      hostnames: this.props.hosts,
      rules: this.routes.map((route) => renderRule(route, this.split, this.props.ports)),
    };
  }

  /** @internal */
  public _toGrpcRoute(): gateway.GrpcRouteSpec {
    return {
      parentRefs: this.props.parents.map((parent) => parent._toKube()),
      hostnames: this.props.hosts,
      rules: this.grpcRoutes.map((route) => ({
        name: route.name,
        matches: route._toMatches(),
        filters: route._toFilters(),
        backendRefs: (route._destination ? [{ destination: route._destination, weight: 1 }] : this.split).map(
          renderBackend,
        ),
      })),
    };
  }

  private problems(): Found[] {
    const { stable, canary, hosts = [], parents } = this.props;
    const problems: Found[] = [
      dnsLabelProblem('the name of the HTTPRoute', this.httpRouteName),
      dnsLabelProblem('the name of the GRPCRoute', this.grpcRouteName),
      hosts.map((host, i) => at(`hosts[${i}]`, hostProblem('a host', host))),
      parents.map((parent, i) => at(`parents[${i}]`, parent._problems())),
      at('parents', parentProblems(parents)),
      at('stable', stable._problems('the stable destination')),
      at('canary', canary._problems('the canary destination')),
      portProblem('the stable destination', stable),
      portProblem('the canary destination', canary),
      this.routes.map((route, i) =>
        at(
          `routes[${i}]`,
          route._problems(false),
          gatewayApiProblems(route),
          route._portProblem(this.props.ports ?? {}),
        ),
      ),
      this.grpcRoutes.map((route, i) => at(`grpcRoutes[${i}]`, route._problems())),
      ...this.nameProblems(),
    ];
    if (parents.length === 0)
      problems.push(at('parents', 'parents is empty; name a Gateway that the routes are bound to'));
    if (hosts.includes('*')) problems.push("a host is '*'; leave hosts out for all that the Gateway listens to");
    if (stable.serviceName === canary.serviceName) {
      problems.push(
        `the stable and the canary Service are both ${quoted(stable.serviceName)}; Argo Rollouts needs two different Services`,
      );
    }
    for (const [kind, routes] of [
      ['HTTP', this.routes],
      ['gRPC', this.grpcRoutes],
    ] as const) {
      if (routes.length > 0 && !routes.some((route) => route.isSplit)) {
        problems.push(`no ${kind} route is split, so the canary would get no request; make one of them a split`);
      }
    }
    if (this.routes.length + this.grpcRoutes.length === 0)
      problems.push(at('routes', 'routes is empty; give at least one'));
    // The plugin takes a rule that leads to the canary alone for one that a header step left behind, and removes it.
    for (const route of [...this.routes, ...this.grpcRoutes]) {
      if (route._destination?.serviceName === canary.serviceName) {
        problems.push(
          `route ${quoted(route.name)} leads to the canary alone, which the plugin takes for a header step's and removes; use a header step`,
        );
      }
    }
    return problems;
  }

  private nameProblems(): Found[] {
    const twice = (routes: { readonly name: string }[]) => {
      const names = routes.map((route) => route.name);
      return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))];
    };
    return [
      ...[...this.routes, ...this.grpcRoutes].map((route) => dnsLabelProblem('the name of a route', route.name)),
      ...[...twice(this.routes), ...twice(this.grpcRoutes)].map(
        (name) => `two routes are called ${quoted(name)}; give each its own name`,
      ),
    ];
  }
}

/** The API server tells references to one parent apart by their sections alone. */
function parentProblems(parents: GatewayParent[]): Found[] {
  const objects = parents.map((parent) => parent._object);
  return [...new Set(objects.filter((object, i) => objects.indexOf(object) !== i))].flatMap((object) => {
    const sections = parents.filter((parent) => parent._object === object).map((parent) => parent._sectionName);
    const differ = new Set(sections).size === sections.length && !sections.includes(undefined);
    return differ ? [] : [`parents has ${object} several times; give each another sectionName, or name it once`];
  });
}
