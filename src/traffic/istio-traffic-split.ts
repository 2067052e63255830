import { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { dnsLabelProblem, quoted } from '../formats/names';
import { Destination } from './destination';
import { ExistingVirtualService, existingProblems, existingReference } from './existing-virtual-service';
import { WeightedDestination } from './http-route';
import { DestinationSubset, IstioDestinationRule } from './istio-destination-rule';
import { GatewayServer, IIstioGateway, IstioApiVersion, IstioGateway } from './istio-gateway';
import { IstioRoutes, IstioVirtualService, VirtualServiceReference } from './istio-virtual-service';
import { SplitBy } from './split-by';
import { StickyCanary } from './sticky-canary';
import { covers } from './tls-route';
import { TrafficPolicy } from './traffic-policy';
import { ITrafficSplit, TrafficRouting } from './traffic-split';
import { addCheck, at, dependent, translateOptions, type Found } from '../formats/option-problem';
import { refuseLazyOptions } from '../formats/lazy-options';

/**
 * An additional VirtualService with the same weights as the first, for other hosts, gateways or routes.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/
 */
export interface FurtherVirtualService extends IstioRoutes {
  /**
   * The name.
   */
  readonly name: string;

  /**
   * The namespace.
   * @default - that of the Chart
   */
  readonly namespace?: string;

  /**
   * The hosts.
   */
  readonly hosts: string[];

  /**
   * The Gateways.
   * @default - the mesh
   */
  readonly gateways?: IIstioGateway[];
}

/**
 * Options of the traffic to the app.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/
 */
export interface IstioTrafficOptions extends IstioRoutes {
  /**
   * What distinguishes the versions in routes: Services or subsets.
   * @default SplitBy.services()
   */
  readonly splitBy?: SplitBy;

  /**
   * The traffic policy: connections, outlier detection, load balancing, TLS. Becomes a DestinationRule for the Service
   * of each version, or one for the subsets.
   * @default - the default of Istio
   */
  readonly trafficPolicy?: TrafficPolicy;

  /**
   * Sticky canary: whether users who reached the canary stay with it.
   * @default - none: each request is split independently
   */
  readonly stickyCanary?: StickyCanary;

  /**
   * Hosts for callers inside the mesh, such as the Service of all pods, whose requests are split, too. Becomes a second
   * VirtualService with the same routes, `<virtualServiceName>-mesh`.
   * @default - none: requests from inside the mesh are not split
   */
  readonly meshHosts?: string[];

  /**
   * Additional VirtualServices with the same weights.
   * @default - none
   */
  readonly furtherVirtualServices?: FurtherVirtualService[];

  /**
   * Existing VirtualServices to split, instead of a new one. No Gateway is created then.
   * @default - none
   */
  readonly existingVirtualServices?: ExistingVirtualService[];

  /**
   * Existing Gateways, which may include `IstioGateway.MESH`, instead of a new one.
   * @default - a new Gateway if there are hosts
   */
  readonly gateways?: IIstioGateway[];

  /**
   * The servers of the new Gateway.
   * @default - HTTP on port 80, for the hosts
   */
  readonly servers?: GatewayServer[];

  /**
   * The labels of the gateway's pods, for the new Gateway.
   * @default - `istio: ingressgateway`
   */
  readonly gatewaySelector?: { [key: string]: string };

  /**
   * The name of the new Gateway.
   * @default - `<name>-gateway`
   */
  readonly gatewayName?: string;

  /**
   * The name of the VirtualService.
   * Becomes `virtualService.name`.
   * @default - `<name>-vsvc`
   */
  readonly virtualServiceName?: string;

  /**
   * The namespace of the VirtualService. If it differs from that of the Chart, Services are referred to by their full
   * names.
   * @default - that of the Chart
   */
  readonly virtualServiceNamespace?: string;

  /**
   * Whether the VirtualService is a delegate: it has no hosts and no Gateways, and a route of another VirtualService
   * delegates to it.
   * @default false
   */
  readonly asDelegate?: boolean;

  /**
   * The namespaces to which the VirtualServices and DestinationRules apply: `.` for their own, `*` for all.
   * @default - all
   */
  readonly exportTo?: string[];

  /**
   * The API version of Istio's objects.
   * @default IstioApiVersion.V1
   */
  readonly apiVersion?: IstioApiVersion;
}

/**
 * Options for an `IstioTrafficSplit`.
 */
export interface IstioTrafficSplitProps extends IstioTrafficOptions {
  /**
   * The prefix of the names of the parts.
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The hosts whose requests are split: DNS names at a gateway, or the Service that callers use in the mesh.
   * @default - none: only with `existingVirtualServices`
   */
  readonly hosts?: string[];

  /**
   * The ports of the Services by name, for routes with a `portName`.
   * @default - none
   */
  readonly ports?: { [name: string]: number };

  /**
   * The destination of the stable version.
   */
  readonly stable: Destination;

  /**
   * The destination of the canary.
   */
  readonly canary: Destination;
}

/** The options that apply only to VirtualServices and Gateways that this construct creates. */
const OWN_ONLY = [
  'routes',
  'tlsRoutes',
  'tcpRoutes',
  'gateways',
  'servers',
  'gatewaySelector',
  'gatewayName',
  'asDelegate',
  'virtualServiceName',
  'virtualServiceNamespace',
  'meshHosts',
  'furtherVirtualServices',
  'stickyCanary',
] as const satisfies readonly (keyof IstioTrafficOptions)[];

/**
 * VirtualServices whose routes are split between stable and canary by weight, the Gateway before them, and the
 * DestinationRules behind them. A Rollout that is given this split changes the weights.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/
 * @exampleMetadata fixture=app
 * @example
 * const traffic = new IstioTrafficSplit(chart, 'checkout', {
 *   hosts: ['checkout.example.com'],
 *   stable: Destination.host('checkout-stable'),
 *   canary: Destination.host('checkout-canary'),
 * });
 * const strategy = RolloutStrategy.canary({ traffic, steps: [CanaryStep.setWeight(20), CanaryStep.pause()] });
 */
export class IstioTrafficSplit extends Construct implements ITrafficSplit {
  /**
   * The created Gateway, unless existing ones are used.
   * @default - none
   */
  public readonly gateway?: IstioGateway;

  /**
   * The created VirtualServices: for the hosts, for the mesh, and the additional ones.
   */
  public readonly virtualServices: IstioVirtualService[];

  /**
   * The created DestinationRules, for subsets or a traffic policy.
   */
  public readonly destinationRules: IstioDestinationRule[];

  /**
   * The name of the VirtualService for the hosts, or of the first existing one.
   */
  public readonly virtualServiceName: string;

  private readonly name: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: IstioTrafficSplitProps,
  ) {
    super(scope, id);
    refuseLazyOptions(this, props);
    this.name = props.name ?? id;
    const existing = props.existingVirtualServices;
    this.virtualServiceName = existing?.[0]?.name ?? props.virtualServiceName ?? `${this.name}-vsvc`;
    if (props.gateways === undefined && existing === undefined && !props.asDelegate) {
      this.gateway = new IstioGateway(this, 'Gateway', {
        metadata: { name: props.gatewayName ?? `${this.name}-gateway` },
        servers: props.servers ?? [GatewayServer.http({ hosts: props.hosts ?? [] })],
        selector: props.gatewaySelector,
        apiVersion: props.apiVersion,
      });
      // Its one server answers for the hosts.
      if (props.servers === undefined) translateOptions(this.gateway, () => 'hosts');
    }
    this.virtualServices = existing === undefined ? this.makeVirtualServices() : [];
    this.destinationRules = this.makeDestinationRules();
    addCheck(this, () => this.problems());
  }

  public toTrafficRouting(): TrafficRouting {
    const [first, ...more]: VirtualServiceReference[] = this.props.existingVirtualServices
      ? this.props.existingVirtualServices.map(existingReference)
      : this.virtualServices.map((one) => one._toReference());
    const istio = {
      ...(more.length > 0 ? { virtualServices: [first, ...more] } : { virtualService: first }),
      ...this.destinationRuleReference(),
    };
    const routeNames = this.virtualServices.flatMap((one) => one._routeNames);
    return {
      stableService: this.props.stable.serviceName,
      canaryService: this.props.canary.serviceName,
      routing: { istio },
      ...(routeNames.length > 0 ? { routeNames: [...new Set(routeNames)] } : {}),
    };
  }

  private get splitBy(): SplitBy {
    return this.props.splitBy ?? SplitBy.services();
  }

  /** The Service of all pods, whose subsets the versions are. */
  private get subsetHost(): string {
    return this.splitBy._subsets?.host ?? this.name;
  }

  private destinationRuleReference() {
    const subsets = this.splitBy._subsets;
    if (subsets === undefined) return {};
    const additional = (subsets.additional ?? []).map(({ name }) => name);
    return {
      destinationRule: {
        name: this.destinationRuleName,
        canarySubsetName: subsets.canaryName ?? 'canary',
        stableSubsetName: subsets.stableName ?? 'stable',
        ...(additional.length > 0 ? { additionalSubsetNames: additional } : {}),
      },
    };
  }

  private get destinationRuleName(): string {
    return this.splitBy._subsets?.destinationRuleName ?? `${this.name}-destrule`;
  }

  private makeVirtualServices(): IstioVirtualService[] {
    const { props } = this;
    const subsets = this.splitBy._subsets;
    const at = (destination: Destination, subset: string) =>
      subsets ? destination._at(this.subsetHost, subset) : destination;
    const additional: WeightedDestination[] = (subsets?.additional ?? []).map(({ name, weight }) => ({
      destination: at(props.stable, name),
      weight,
    }));
    const make = (part: string, one: FurtherVirtualService & { readonly asDelegate?: boolean }) =>
      new IstioVirtualService(this, part, {
        ...one,
        metadata: { name: one.name, namespace: one.namespace },
        stable: at(props.stable, subsets?.stableName ?? 'stable'),
        canary: at(props.canary, subsets?.canaryName ?? 'canary'),
        additional,
        stickyCanary: props.stickyCanary,
        ports: props.ports,
        exportTo: props.exportTo,
        apiVersion: props.apiVersion,
      });
    const routes: IstioRoutes = { routes: props.routes, tlsRoutes: props.tlsRoutes, tcpRoutes: props.tcpRoutes };
    const name = this.virtualServiceName;
    const namespace = props.virtualServiceNamespace;
    const { asDelegate } = props;
    const gateways = props.gateways ?? (asDelegate ? undefined : [this.ownGatewayFrom(namespace)]);
    return [
      make('VirtualService', { ...routes, name, namespace, hosts: props.hosts ?? [], gateways, asDelegate }),
      ...(props.meshHosts
        ? [
            make('MeshVirtualService', {
              ...routes,
              name: `${name}-mesh`,
              namespace,
              hosts: props.meshHosts,
              gateways: [IstioGateway.MESH],
            }),
          ]
        : []),
      ...(props.furtherVirtualServices ?? []).map((one, i) => make(`VirtualService${i + 2}`, one)),
    ];
  }

  /** From another namespace the Gateway is named with its own. */
  private ownGatewayFrom(namespace: string | undefined): IIstioGateway {
    const own = Chart.of(this).namespace;
    const { gatewayRef } = this.gateway!;
    return namespace === undefined || namespace === own ? this.gateway! : { gatewayRef: `${own}/${gatewayRef}` };
  }

  private makeDestinationRules(): IstioDestinationRule[] {
    const { trafficPolicy, exportTo, apiVersion, stable, canary } = this.props;
    const make = (part: string, name: string, host: string, subsets?: DestinationSubset[]) =>
      new IstioDestinationRule(this, part, {
        metadata: { name },
        host,
        subsets,
        // The additional subsets' rule has none: Istio joins the rules of a host, and takes the policy of the first.
        trafficPolicy: part === 'AdditionalSubsets' ? undefined : trafficPolicy,
        exportTo,
        apiVersion,
      });
    const subsets = this.splitBy._subsets;
    if (subsets === undefined) {
      if (trafficPolicy === undefined) return [];
      return [
        make('StablePolicy', stable.serviceName, stable.hostName),
        make('CanaryPolicy', canary.serviceName, canary.hostName),
      ];
    }
    if (this.splitBy._existing) return [];
    const labels = subsets.labels ?? { app: this.name };
    const additional = subsets.additional ?? [];
    const versions = [subsets.stableName ?? 'stable', subsets.canaryName ?? 'canary'];
    return [
      make(
        'Subsets',
        this.destinationRuleName,
        this.subsetHost,
        versions.map((name) => ({ name, labels })),
      ),
      ...(additional.length > 0
        ? [make('AdditionalSubsets', `${this.destinationRuleName}-additional`, this.subsetHost, additional)]
        : []),
    ];
  }

  private problems(): Found[] {
    const { stable, canary, existingVirtualServices: existing } = this.props;
    const problems: Found[] = [
      at('stable', stable._problems('the stable destination')),
      at('canary', canary._problems('the canary destination')),
      at('splitBy', this.splitBy._problems()),
      (existing ?? []).map((one, i) => at(`existingVirtualServices[${i}]`, existingProblems(one))),
      ...this.gatewayProblems(),
      ...this.policyProblems(),
    ];
    if (stable.serviceName === canary.serviceName) {
      problems.push(
        `the stable and the canary Service are both ${quoted(stable.serviceName)}; Argo Rollouts needs two different Services`,
      );
    }
    const unused = existing ? OWN_ONLY.filter((name) => this.props[name] !== undefined) : [];
    if (unused.length > 0) {
      problems.push(
        at(
          'existingVirtualServices',
          `existingVirtualServices is given together with ${unused.join(', ')}, which those settle by themselves; leave one of the two out`,
        ),
      );
    }
    if (existing?.length === 0)
      problems.push(at('existingVirtualServices', 'existingVirtualServices is empty; name one, or leave it out'));
    if (this.props.meshHosts?.length === 0)
      problems.push(at('meshHosts', 'meshHosts is empty; name a Service, or leave it out'));
    const names = this.toTrafficRouting().routing.istio as { virtualServices?: VirtualServiceReference[] };
    // Argo Rollouts 1.9 ignores the namespaces: VirtualServices with one name are the same to it.
    const used = (names.virtualServices ?? []).map(({ name }) => name.split('.')[0]);
    for (const twice of new Set(used.filter((name, i) => used.indexOf(name) !== i))) {
      problems.push(`two VirtualServices are called ${quoted(twice)}; give each its own name`);
    }
    return problems;
  }

  private policyProblems(): Found[] {
    const { stickyCanary, trafficPolicy, stable, canary } = this.props;
    const subsets = this.splitBy._subsets;
    const problems: Found[] =
      subsets?.host === undefined ? [] : [dnsLabelProblem('the host of the subsets', subsets.host.split('.')[0])];
    if (subsets && stickyCanary) {
      problems.push(
        at(
          'stickyCanary',
          'stickyCanary is given together with subsets, of which the canary has no pods left when a rollout is aborted; split by services',
        ),
      );
    }
    if (this.splitBy._existing && trafficPolicy) {
      problems.push(
        at(
          'trafficPolicy',
          'trafficPolicy is given together with a DestinationRule that exists already; write it into that one, or let this make one: split by subsets',
        ),
      );
    }
    const host = this.subsetHost.split('.')[0];
    if (subsets && [stable.serviceName, canary.serviceName].includes(host)) {
      problems.push(
        `the host of the subsets is ${quoted(host)}, the Service of one version; give the Service of all pods`,
      );
    }
    if (!subsets && [stable, canary].some((destination) => destination.subset !== undefined)) {
      problems.push('stable or canary names a subset; name the Services, and split by subsets');
    }
    return problems;
  }

  /** Hosts and protocols of the routes that the own Gateway does not serve, and the reverse. */
  private gatewayProblems(): Found[] {
    const { gateways, servers, hosts = [], routes, tlsRoutes = [], tcpRoutes = [] } = this.props;
    if (gateways !== undefined) {
      const own = (['servers', 'gatewaySelector', 'gatewayName'] as const).filter((name) => this.props[name]);
      return own.length === 0
        ? []
        : [
            dependent(
              'gateways',
              ['hosts'],
              `gateways is given together with ${own.join(', ')}, which create a new Gateway; use one of the two`,
            ),
          ];
    }
    if (this.gateway === undefined) return [];
    const open = servers ?? [GatewayServer.http({ hosts })];
    const other = tlsRoutes.length + tcpRoutes.length > 0;
    const needed = [
      ['http', (routes?.length ?? (other ? 0 : 1)) > 0, 'HTTP', 'an http or https server'],
      ['tls', tlsRoutes.length > 0, 'TLS', 'a tlsPassthrough server'],
      ['tcp', tcpRoutes.length > 0, 'TCP', 'a tcp server'],
    ] as const;
    return [
      ...needed
        .filter(([kind, wanted]) => wanted && !open.some((server) => server._serves === kind))
        .map(
          ([, , kind, remedy]) => `there are ${kind} routes, and no server of the Gateway serves them; add ${remedy}`,
        ),
      ...(servers === undefined ? [] : hosts)
        .filter((host) => !open.some((server) => server.hosts.some((outer) => covers(outer.split('/').pop()!, host))))
        .map((host) => `no server of the Gateway answers for ${quoted(host)}; add it to the hosts of one`),
    ];
  }
}
