import { createHash } from 'node:crypto';
import { Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { AnalysisTemplate } from '../analysis/analysis-template';
import { CanaryCheck } from '../analysis/canary-check';
import { filledIn, type LastingArgs } from '../analysis/values/arg-names';
import { CanaryIsolation, type Roles } from '../analysis/values/isolation';
import { PrometheusAnalysis } from '../analysis/prometheus-analysis';
import { PrometheusFailureAnalysis } from '../analysis/prometheus-failure-analysis';
import { RequestMetrics } from '../analysis/values/request-metrics';
import { CanaryMonitoring, MonitorKind, VersionLabel } from '../monitoring/canary-monitoring';
import { DashboardLimits, DashboardQuery } from '../monitoring/rollout-dashboard';
import { ScrapeAccess } from '../monitoring/scrape-access';
import { labelNameOf } from '../promql/matcher';
import { parsePromql } from '../promql/parse';
import { CanaryStep } from '../rollout/canary-step';
import { Rollout } from '../rollout/rollout';
import { RolloutStrategy } from '../rollout/rollout-strategy';
import { CanaryServices } from '../traffic/canary-services';
import { Destination } from '../traffic/destination';
import { GatewayApiTrafficSplit } from '../traffic/gateway-api-traffic-split';
import { IstioGateway } from '../traffic/istio-gateway';
import { IstioTrafficSplit } from '../traffic/istio-traffic-split';
import { StickyCanary } from '../traffic/sticky-canary';
import { ITrafficSplit } from '../traffic/traffic-split';
import { appProblems } from './canary-app-problems';
import { CanaryAppFailures, CanaryAppProps } from './canary-app-props';
import { addCompanions } from './companions';
import { applyManifestChanges, namesTemplate } from './manifest-changes';
import { DEFAULT_WAYPOINT, membershipOf, SidecarInjection } from './mesh-membership';
import { manifestProblems } from './own-manifests';
import { nameOrigins } from './option-origins';
import { type PodMetadata, podMetadataProblems } from './pod-metadata';
import { portRoutes, portsOnce, portVirtualServices, servicePortOf } from './port-routes';
import { type Routing, ServiceNames, otherRouter, routingOf, serviceNames } from './routing';
import { addCheck } from '../formats/option-problem';
import { refuseSameName } from './same-name';
import { refuseLazyOptions } from '../formats/lazy-options';

/**
 * An app with a canary rollout behind Istio and an analysis with Prometheus: a Rollout, the Services of its versions, the
 * VirtualService that splits the requests, a Gateway, AnalysisTemplates, and monitors. Names, ports, labels and routes are
 * consistent. Each part is a property.
 *
 * @exampleMetadata fixture=app
 * @example
 * new CanaryApp(chart, 'checkout', {
 *   image: 'registry.example.com/checkout:1.4.2',
 *   port: 8080,
 *   hosts: ['checkout.example.com'],
 *   prometheus: 'http://prometheus.monitoring:9090',
 *   steps: [CanaryStep.setWeight(20), CanaryStep.pause(Duration.minutes(10)), CanaryStep.analysis()],
 * });
 */
export class CanaryApp extends Construct {
  /**
   * The traffic split: `istio`, `gatewayApi`, or the router of `strategy.trafficRouting`.
   * @default - none with `blueGreen`, or if the router is `none`
   */
  public readonly traffic?: ITrafficSplit;

  /**
   * Istio's objects: the Gateway, the VirtualServices and the DestinationRules.
   * @default - none with `gatewayApi`, `blueGreen` or another router
   */
  public readonly istio?: IstioTrafficSplit;

  /**
   * The objects of the Gateway API: the HTTPRoute and the GRPCRoute.
   * @default - none without `gatewayApi`
   */
  public readonly gatewayApi?: GatewayApiTrafficSplit;

  /**
   * The AnalysisTemplate that counts the app's failed requests.
   * @default - none if no step uses it and `failures` is not given
   */
  public readonly failureAnalysis?: PrometheusFailureAnalysis;

  /**
   * The AnalysisTemplate of `checks`.
   * @default - none without `checks`
   */
  public readonly checkAnalysis?: PrometheusAnalysis;

  /**
   * The AnalysisTemplate of `backgroundChecks`.
   * @default - none without `backgroundChecks`
   */
  public readonly backgroundAnalysis?: PrometheusAnalysis;

  /** The Rollout. */
  public readonly rollout: Rollout;

  /** The Services. */
  public readonly services: CanaryServices;

  /** The monitors, the alerting rules and the dashboard. */
  public readonly monitoring: CanaryMonitoring;

  private readonly names: ServiceNames;

  constructor(scope: Construct, id: string, props: CanaryAppProps) {
    super(scope, id);
    refuseLazyOptions(this, props);
    const name = props.name ?? id;
    const portName = props.portName ?? 'http';
    const byHash = props.monitoring?.versionLabel !== VersionLabel.SERVICE;
    const kind = routingOf(props);
    const reachedInside = props.hosts === undefined;
    const ownRoutes = props.traffic?.existingVirtualServices === undefined;
    const splitInMesh = props.splitInMesh === true && !reachedInside && ownRoutes;
    const subsets = props.traffic?.splitBy?._subsets !== undefined;
    const steps = props.steps ?? props.plan?.steps ?? DEFAULT_STEPS;
    this.names = serviceNames(name, props);

    // Istio needs the port of a Service with several ports; the Gateway API always needs it.
    const isPortNeeded = props.gatewayApi !== undefined || (props.ports ?? []).length > 0;
    const at = { port: isPortNeeded ? (props.servicePort ?? 80) : undefined };
    const ports = {
      [portName]: props.servicePort ?? 80,
      ...Object.fromEntries((props.ports ?? []).map((port) => [port.name, servicePortOf(port)])),
    };
    const stable = Destination.host(this.names.stable, at);
    const canary = Destination.host(this.names.canary, at);
    if (kind === 'gatewayApi') {
      const { hosts, gatewayApi } = props;
      this.gatewayApi = new GatewayApiTrafficSplit(this, 'traffic', {
        name,
        hosts,
        ...gatewayApi!,
        stable,
        canary,
        ports,
      });
    } else if (kind === 'istio') {
      const { traffic } = props;
      const { root } = this.names;
      const meshHosts = splitInMesh ? [...new Set([root, ...(traffic?.meshHosts ?? [])])] : traffic?.meshHosts;
      // In the mesh, a route without a port would take the requests of all ports to the first one.
      const ofPorts = traffic?.routes === undefined ? portRoutes(props) : undefined;
      const isSeparate = meshHosts !== undefined && ofPorts !== undefined;
      const mesh = { name: `${traffic?.virtualServiceName ?? `${name}-vsvc`}-mesh`, hosts: meshHosts ?? [] };
      const additional = [
        ...(isSeparate ? [{ ...mesh, gateways: [IstioGateway.MESH], routes: ofPorts }] : []),
        ...(traffic?.furtherVirtualServices ?? []),
        ...(ownRoutes ? portVirtualServices(props) : []),
      ];
      this.istio = new IstioTrafficSplit(this, 'traffic', {
        name,
        hosts: props.hosts ?? (props.traffic?.asDelegate ? [] : [root]),
        gateways: ownRoutes && reachedInside && !traffic?.asDelegate ? [IstioGateway.MESH] : undefined,
        ...(reachedInside && ownRoutes && !traffic?.asDelegate ? { routes: ofPorts } : {}),
        ...traffic,
        furtherVirtualServices: additional.length > 0 ? additional : undefined,
        stickyCanary: traffic?.stickyCanary && withVersion(traffic.stickyCanary, props, () => this.rollout),
        ports,
        meshHosts: isSeparate ? undefined : meshHosts,
        stable,
        canary,
      });
    }
    const other = kind === 'other' ? otherRouter(this.names, props.strategy!.trafficRouting!) : undefined;
    this.traffic = this.gatewayApi ?? this.istio ?? other;
    this.failureAnalysis = this.analyseFailures(name, byHash, steps, props);
    this.checkAnalysis = this.analyse('checks', name, byHash, props.checks, props);
    this.backgroundAnalysis = this.analyse('background', name, byHash, props.backgroundChecks, props);
    const ownServiceAccount = props.serviceAccount && (props.serviceAccount.name ?? name);
    this.rollout = new Rollout(this, 'rollout', {
      serviceAccount:
        ownServiceAccount === undefined
          ? undefined
          : kplus.ServiceAccount.fromServiceAccountName(this, 'pods-account', ownServiceAccount),
      ...props.rollout,
      metadata: { ...props.rollout?.metadata, name },
      replicas: props.replicas ?? props.rollout?.replicas,
      strategy: this.strategy(name, steps, props),
    });
    this.rollout.addContainer({
      name,
      ...props.container,
      image: props.image,
      portNumber: props.port,
      ports: [
        { name: portName, number: props.port, protocol: kplus.Protocol.TCP },
        ...portsOnce(props).map((port) => ({
          name: port.name,
          number: port.number,
          protocol: kplus.Protocol.TCP,
        })),
        ...(props.container?.ports ?? []),
      ],
    });
    const { withRoot = byHash || reachedInside || splitInMesh || subsets } = props.services ?? {};
    this.services = new CanaryServices(this, 'services', {
      name: this.names.root,
      stableName: this.names.stable,
      canaryName: this.names.canary,
      pods: this.rollout,
      port: props.servicePort,
      portName,
      furtherPorts: props.ports?.map((port) => ({ name: port.name, port: servicePortOf(port) })),
      root: kind === 'none' || (kind !== 'blueGreen' && withRoot),
      versions: kind !== 'none',
    });
    const roles = rolesOf(props);
    this.monitoring = new CanaryMonitoring(this, 'monitoring', {
      portName,
      ...props.monitoring,
      kind: props.monitoring?.kind ?? defaultMonitor(kind, byHash),
      dashboard: props.monitoring?.dashboard && {
        requests: this.shownRequests(byHash, roles, props),
        limits: limitsOf(props),
        queries: queriesOf({ rollout: name, namespace: Chart.of(this).namespace }, props),
        ...props.monitoring.dashboard,
      },
      ...(roles && { podTargetLabels: [...new Set([...(props.monitoring?.podTargetLabels ?? []), roles.podLabel])] }),
      access: accessOf(props),
      canary: this.services.canary,
      stable: this.services.stable,
      root: this.services.root ?? (kind === 'blueGreen' ? this.services.stable : undefined),
      pods: this.rollout,
      rollout: name,
    });
    this.joinMesh(props);
    addCompanions(this, name, this.rollout, props);
    const apply = applyManifestChanges(this, props);
    nameOrigins(this, props);
    const runs = (part: 'checks' | 'failures') => {
      const template = { checks: this.checkAnalysis, failures: this.failureAnalysis }[part];
      return template !== undefined && namesTemplate(this.rollout, template.templateName);
    };
    const sameName = refuseSameName(this, name);
    addCheck(this, sameName);
    addCheck(this, () => appProblems(steps, this.failureAnalysis, props, name, Chart.of(this).namespace, runs));
    addCheck(this, apply);
    addCheck(this, () => podMetadataProblems(name, props, podMetadataOf(props)));
    addCheck(this, () =>
      manifestProblems(
        this,
        props.acceptedFindings?.map(({ rule }) => rule),
        props.versions,
      ),
    );
  }

  private strategy(name: string, steps: CanaryStep[], props: CanaryAppProps): RolloutStrategy {
    // Without Prometheus there is no analysis. This is reported once, not at every step that would use it.
    const analysisToCome = AnalysisTemplate.fromName(`${name}-failures`);
    const own = [this.failureAnalysis, this.checkAnalysis].filter((analysis) => analysis !== undefined);
    const analyses = own.length > 0 ? own : [analysisToCome];
    if (props.blueGreen) {
      const services = { activeService: this.names.stable, previewService: this.names.canary };
      return RolloutStrategy.blueGreen({ analyses, ...props.blueGreen, ...services });
    }
    const background = this.backgroundAnalysis && { templates: [this.backgroundAnalysis] };
    const { trafficRouting: _, ...fields } = props.strategy ?? {};
    return RolloutStrategy.canary({ steps, traffic: this.traffic, analyses, background, ...fields });
  }

  private analyseFailures(name: string, byHash: boolean, steps: CanaryStep[], props: CanaryAppProps) {
    const analyses = props.blueGreen
      ? [props.blueGreen.prePromotionAnalysis, props.blueGreen.postPromotionAnalysis]
      : [];
    const isUsed = props.blueGreen
      ? analyses.some((analysis) => analysis !== undefined && analysis.templates === undefined)
      : steps.some((step) => step._usesOwnAnalyses);
    const wanted = props.failures !== undefined || (props.checks === undefined && isUsed);
    if (!wanted || props.prometheus === undefined) return undefined;
    const failures = props.failures ?? DEFAULT_FAILURES;
    const isolation = byHash ? CanaryIsolation.podTemplateHash() : CanaryIsolation.service(this.names.canary);
    return new PrometheusFailureAnalysis(this, 'failures', {
      scrapeInterval: props.monitoring?.interval,
      ...failures,
      isolation: failures.query === undefined ? (failures.isolation ?? isolation) : failures.isolation,
      metadata: { name: failures.name ?? `${name}-failures` },
      prometheus: props.prometheus,
      access: props.prometheusAccess,
    });
  }

  private analyse(
    part: 'checks' | 'background',
    name: string,
    byHash: boolean,
    checks: CanaryCheck[] | undefined,
    props: CanaryAppProps,
  ): PrometheusAnalysis | undefined {
    if (checks === undefined || props.prometheus === undefined) return undefined;
    const isolation = CanaryIsolation.service(this.names.canary, 'service', this.names.stable);
    return new PrometheusAnalysis(this, part, {
      requests: byHash ? undefined : RequestMetrics.application({ isolation }),
      scrapeInterval: props.monitoring?.interval,
      endless: part === 'background',
      access: props.prometheusAccess,
      ...props.measuring,
      ...(props.measuring?.requests && {
        requests: props.measuring.requests._ofServices(this.names.canary, this.names.stable),
      }),
      metadata: { ...props.measuring?.metadata, name: `${name}-${part}` },
      prometheus: props.prometheus,
      checks: checks.map((check) => check._ofServices(this.names.canary, this.names.stable)),
    });
  }

  /** The requests that a dashboard shows: those that the checks count. */
  private shownRequests(byHash: boolean, roles: Roles | undefined, props: CanaryAppProps): RequestMetrics {
    const isolation = byHash ? undefined : CanaryIsolation.service(this.names.canary, 'service', this.names.stable);
    const requests = countedBy(props) ?? RequestMetrics.application({ isolation });
    const named = requests._ofServices(this.names.canary, this.names.stable);
    return roles ? named._withRoles(roles) : named;
  }

  private joinMesh(props: CanaryAppProps): void {
    const pods = this.rollout.podMetadata;
    const { labels, annotations } = podMetadataOf(props);
    for (const [key, value] of Object.entries(labels)) pods.addLabel(key, value);
    for (const [key, value] of Object.entries(annotations)) pods.addAnnotation(key, value);
    const { root, stable, canary } = this.services;
    for (const service of props.ambient ? new Set([root, stable, canary]) : []) {
      service?.metadata.addLabel('istio.io/use-waypoint', props.ambient?.waypoint ?? DEFAULT_WAYPOINT);
    }
  }
}

/** The two Services of a blue-green app select the same pods between updates, and none selects all of them during one. */
const defaultMonitor = (routing: Routing, byHash: boolean): MonitorKind =>
  routing === 'blueGreen' && byHash ? MonitorKind.POD : MonitorKind.SERVICE;

/** The requests that the checks count: as the analysis says, or the first check that says it for itself. */
function countedBy({ measuring, checks = [], backgroundChecks = [] }: CanaryAppProps): RequestMetrics | undefined {
  const ofChecks = [...checks, ...backgroundChecks].map(({ _definition: { options } }) => options.requests);
  return [measuring?.requests, ...ofChecks].find((one) => one !== undefined);
}

/** The strictest limits of the checks that count what a dashboard shows. Checks of other metrics have no panel. */
function limitsOf(props: CanaryAppProps): DashboardLimits | undefined {
  const { measuring, checks = [], backgroundChecks = [] } = props;
  const asText = (requests: RequestMetrics | undefined) => JSON.stringify(requests?._sideBySide('', undefined, '1m'));
  const shown = asText(countedBy(props));
  const limits = [...checks, ...backgroundChecks].flatMap(({ _definition: { limits: one, options } }) =>
    one !== undefined && asText(options.requests ?? measuring?.requests) === shown ? [one] : [],
  );
  const ratios = limits.flatMap((one) => (one.value === 'failure ratio' ? [one.atMost] : []));
  const latencies = limits.flatMap((one) => (one.value === 'latency' ? [one] : []));
  if (limits.length === 0) return undefined;
  return {
    failureRatio: ratios.length > 0 ? Math.min(...ratios) : undefined,
    latencies: latencies.map(({ quantile, atMost }) => ({ quantile, atMost })),
  };
}

/** A panel for each query of a check that can be asked without an update. */
function queriesOf(values: LastingArgs, { checks = [], backgroundChecks = [] }: CanaryAppProps): DashboardQuery[] {
  return [...checks, ...backgroundChecks].flatMap(({ _definition: { name, options, ownQuery } }) => {
    const query = ownQuery && filledIn(ownQuery.query, values);
    // One that is no PromQL is a problem of the check.
    return query === undefined || parsePromql(query).errors.length > 0
      ? []
      : [{ title: options.name ?? name, query, limit: ownQuery?.threshold._limit }];
  });
}

/**
 * The label that the controller gives to the pods of each version, for a dashboard. Undefined without a dashboard, so that
 * series have no label that nobody needs.
 */
function rolesOf({ strategy, monitoring }: CanaryAppProps): (Roles & { readonly podLabel: string }) | undefined {
  if (monitoring?.dashboard === undefined) return undefined;
  const [canary = {}, stable = {}] = [strategy?.canaryMetadata?.labels, strategy?.stableMetadata?.labels];
  const podLabel = Object.keys(canary).find((key) => stable[key] !== undefined && stable[key] !== canary[key]);
  if (podLabel === undefined) return undefined;
  return { podLabel, label: labelNameOf(podLabel), canary: canary[podLabel], stable: stable[podLabel] };
}

/** The cookie's value, which changes with the pods: they are known once the app is complete. */
function withVersion(sticky: StickyCanary, props: CanaryAppProps, rollout: () => Rollout): StickyCanary {
  if (sticky.value !== undefined) return sticky;
  return Object.defineProperty({ ...sticky }, 'value', {
    enumerable: true,
    get: () => {
      // What changes the pods afterwards makes a version too.
      const pods = [rollout()._ownPods().template, props.grpcProbes, props.patches];
      return createHash('sha256').update(JSON.stringify(pods)).digest('hex').slice(0, 10);
    },
  }) as StickyCanary;
}

/** The labels and annotations that the mesh and the scrapes need on the pods. */
function podMetadataOf(props: CanaryAppProps): PodMetadata {
  const sidecar = props.sidecar ?? (routingOf(props) === 'istio' ? undefined : SidecarInjection.NONE);
  const { labels, annotations } = membershipOf({ ...props, sidecar });
  const { kind, path = '/metrics' } = props.monitoring ?? {};
  const scraped = kind === MonitorKind.NONE ? {} : accessOf(props).podAnnotations(path, props.port);
  return { labels, annotations: { ...annotations, ...scraped } };
}

/** Pods without a proxy serve their metrics themselves. */
function accessOf(props: CanaryAppProps): ScrapeAccess {
  const { monitoring, sidecar, ambient } = props;
  const without = ambient !== undefined || (routingOf(props) !== 'istio' && sidecar === undefined);
  return monitoring?.access ?? (without ? ScrapeAccess.direct() : ScrapeAccess.merged());
}

const DEFAULT_STEPS = [
  CanaryStep.setWeight(10),
  CanaryStep.analysis(),
  CanaryStep.setWeight(50),
  CanaryStep.analysis(),
];

const DEFAULT_FAILURES: CanaryAppFailures = { atMost: 5, within: Duration.minutes(5) };
