import { Chart, Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { AnalysisTemplate, IAnalysisTemplate } from '../analysis/analysis-template';
import { CanaryCheck } from '../analysis/canary-check';
import { CanaryIsolation } from '../analysis/values/isolation';
import { PrometheusAnalysis, PrometheusAnalysisOptions } from '../analysis/prometheus-analysis';
import { FailureCriteria, PrometheusFailureAnalysis } from '../analysis/prometheus-failure-analysis';
import { PrometheusAccess } from '../analysis/providers/prometheus';
import { RequestMetrics } from '../analysis/values/request-metrics';
import { CanaryMonitoring, MonitoringOptions, VersionLabel } from '../monitoring/canary-monitoring';
import { ScrapeAccess } from '../monitoring/scrape-access';
import { CanaryStep } from '../rollout/canary-step';
import { CanaryStrategyFields } from '../rollout/canary-strategy';
import { Rollout } from '../rollout/rollout';
import { RolloutOptions } from '../rollout/rollout-options';
import { RolloutStrategy } from '../rollout/rollout-strategy';
import { CanaryServices } from '../traffic/canary-services';
import { Destination } from '../traffic/destination';
import { GatewayApiOptions, GatewayApiTrafficSplit } from '../traffic/gateway-api-traffic-split';
import { IstioGateway } from '../traffic/istio-gateway';
import { IstioTrafficOptions, IstioTrafficSplit } from '../traffic/istio-traffic-split';
import { ITrafficSplit } from '../traffic/traffic-split';
import { AmbientMesh, DEFAULT_WAYPOINT, membershipOf, membershipProblems, SidecarInjection } from './mesh-membership';
import { manifestProblems } from './own-manifests';

/**
 * The failures that an app's canary is judged by.
 */
export interface CanaryAppFailures extends FailureCriteria {
  /**
   * The name of the AnalysisTemplate.
   * @default - `<name>-failures`
   */
  readonly name?: string;
}

/**
 * Options for a `CanaryApp`: the one spec from which everything follows.
 */
export interface CanaryAppProps {
  /**
   * The image of the app's container, with its tag or digest.
   */
  readonly image: string;

  /**
   * The port that the app listens on.
   */
  readonly port: number;

  /**
   * The app's name, from which all others are made: `<name>`, `<name>-stable`, `<name>-canary`, `<name>-vsvc`,
   * `<name>-gateway`.
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The hosts at which the app is reached from outside the mesh.
   * @default - none: the app is reached from inside the mesh, by its name
   */
  readonly hosts?: string[];

  /**
   * The address of Prometheus: an absolute URL, such as `http://prometheus.monitoring:9090`. Needed wherever the steps
   * have an analysis of the app's own failures.
   * @default - none
   */
  readonly prometheus?: string;

  /**
   * What happens when there is a new version, step by step.
   * @default - 10 %, analysis, 50 %, analysis
   */
  readonly steps?: CanaryStep[];

  /**
   * How many failures the canary may give: what `CanaryStep.analysis()` counts.
   * @default - at most 5 within 5 minutes
   */
  readonly failures?: CanaryAppFailures;

  /**
   * Questions about the canary that `CanaryStep.analysis()` puts to Prometheus, instead of counting failures.
   * @default - none: failures are counted
   */
  readonly checks?: CanaryCheck[];

  /**
   * Questions that are put each minute beside the steps, from the first step on in which the canary has requests.
   * @default - none
   */
  readonly backgroundChecks?: CanaryCheck[];

  /**
   * How the checks are measured: where requests are counted, windows, limits.
   * @default - what `PrometheusAnalysis` gives
   */
  readonly measuring?: PrometheusAnalysisOptions;

  /**
   * How the controller talks to Prometheus: authentication, headers, timeout.
   * @default - plainly
   */
  readonly prometheusAccess?: PrometheusAccess;

  /**
   * More about the strategy: surge, delays, metadata, analyses in the background.
   * @default - what Argo Rollouts gives
   */
  readonly strategy?: CanaryStrategyFields;

  /**
   * How many pods the stable version has.
   * @default 2
   */
  readonly replicas?: number;

  /**
   * The name of the port, by which Istio knows its protocol: `http`, `http2`, `grpc`, or one of these with a suffix.
   * @default 'http'
   */
  readonly portName?: string;

  /**
   * The port of the Services.
   * @default 80
   */
  readonly servicePort?: number;

  /**
   * More about the app's container: its name, probes, resources, environment, volumes.
   * @default - what cdk8s-plus gives to a container
   */
  readonly container?: kplus.ContainerOpts;

  /**
   * More about the Rollout and its pods: further containers, service account, scheduling, history.
   * @default - what `Rollout` gives
   */
  readonly rollout?: RolloutOptions;

  /**
   * More about how requests reach the app: routes, gateways, TLS.
   * @default - every request is split, behind a Gateway of the app's own where there are hosts
   */
  readonly traffic?: IstioTrafficOptions;

  /**
   * Whether requests from inside the mesh to the app's name are split as well as those that come by the gateway. Becomes
   * a second VirtualService, on the mesh, for the Service of all pods.
   * @default - only where there are no `hosts`; then there is no other
   */
  readonly splitInMesh?: boolean;

  /**
   * How requests reach the app by the Kubernetes Gateway API, instead of by Istio's own objects.
   * @default - by Istio's own objects
   */
  readonly gatewayApi?: GatewayApiOptions;

  /**
   * More about how the app is watched.
   * @default - one ServiceMonitor that tells versions apart by pod-template hash
   */
  readonly monitoring?: MonitoringOptions;

  /**
   * How the pods come by the proxy of the mesh.
   * @default SidecarInjection.LABEL; NONE with `ambient` or `gatewayApi`
   */
  readonly sidecar?: SidecarInjection;

  /**
   * The revision of the mesh's control plane that the proxies belong to, or its tag: `prod-stable`, say. A label of
   * the namespace goes before it.
   * @default - that of the namespace
   */
  readonly meshRevision?: string;

  /**
   * That the mesh is an ambient one, without proxies in the pods.
   * @default - proxies in the pods
   */
  readonly ambient?: AmbientMesh;
}

/**
 * An app that is rolled out as a canary behind Istio and judged by Prometheus: a Rollout, the Services of its versions,
 * the VirtualService that splits the requests and the Gateway before it, the analysis, and the monitors that feed it.
 * Names, ports, labels and routes agree by construction; each part is there to be reached.
 */
export class CanaryApp extends Construct {
  /** What sends the canary its share of the requests: `istio` or `gatewayApi`. */
  public readonly traffic: ITrafficSplit;

  /**
   * The Gateway, the VirtualServices and the DestinationRules.
   * @default - none with `gatewayApi`
   */
  public readonly istio?: IstioTrafficSplit;

  /**
   * The HTTPRoute and the GRPCRoute.
   * @default - none without `gatewayApi`
   */
  public readonly gatewayApi?: GatewayApiTrafficSplit;

  /**
   * The analysis of the app's failures.
   * @default - none where no step uses it and `failures` is not given
   */
  public readonly failureAnalysis?: PrometheusFailureAnalysis;

  /**
   * The analysis of `checks`.
   * @default - none where there are none
   */
  public readonly checkAnalysis?: PrometheusAnalysis;

  /**
   * The analysis of `backgroundChecks`.
   * @default - none where there are none
   */
  public readonly backgroundAnalysis?: PrometheusAnalysis;

  /** The Rollout. */
  public readonly rollout: Rollout;

  /** The Services. */
  public readonly services: CanaryServices;

  /** The ServiceMonitors. */
  public readonly monitoring: CanaryMonitoring;

  constructor(scope: Construct, id: string, props: CanaryAppProps) {
    super(scope, id);
    const name = props.name ?? id;
    const portName = props.portName ?? 'http';
    const byHash = props.monitoring?.versionLabel !== VersionLabel.SERVICE;
    const reachedInside = props.hosts === undefined;
    const ownRoutes = props.traffic?.existingVirtualServices === undefined;
    const splitInMesh = props.splitInMesh === true && !reachedInside && ownRoutes;
    const subsets = props.traffic?.splitBy?._subsets !== undefined;
    const steps = props.steps ?? DEFAULT_STEPS;

    const at = { port: props.gatewayApi ? (props.servicePort ?? 80) : undefined };
    const stable = Destination.host(`${name}-stable`, at);
    const canary = Destination.host(`${name}-canary`, at);
    if (props.gatewayApi) {
      const { hosts, gatewayApi } = props;
      this.gatewayApi = new GatewayApiTrafficSplit(this, 'traffic', { name, hosts, ...gatewayApi, stable, canary });
    } else {
      this.istio = new IstioTrafficSplit(this, 'traffic', {
        name,
        hosts: props.hosts ?? [name],
        gateways: ownRoutes && reachedInside ? [IstioGateway.MESH] : undefined,
        ...props.traffic,
        meshHosts: splitInMesh ? [...new Set([name, ...(props.traffic?.meshHosts ?? [])])] : props.traffic?.meshHosts,
        stable,
        canary,
      });
    }
    this.traffic = (this.gatewayApi ?? this.istio)!;
    // Without Prometheus there is none, which is reported once and not at every step that would use it.
    const analysisToCome = AnalysisTemplate.fromName(`${name}-failures`);
    this.failureAnalysis = this.analyseFailures(name, byHash, steps, props);
    this.checkAnalysis = this.analyse('checks', name, byHash, props.checks, props);
    this.backgroundAnalysis = this.analyse('background', name, byHash, props.backgroundChecks, props);
    const own = [this.failureAnalysis, this.checkAnalysis].filter((analysis) => analysis !== undefined);
    const background = this.backgroundAnalysis && { templates: [this.backgroundAnalysis] };
    this.rollout = new Rollout(this, 'rollout', {
      ...props.rollout,
      metadata: { ...props.rollout?.metadata, name },
      replicas: props.replicas ?? props.rollout?.replicas,
      strategy: RolloutStrategy.canary({
        steps,
        traffic: this.traffic,
        analyses: own.length > 0 ? own : [analysisToCome],
        background,
        ...props.strategy,
      }),
    });
    this.rollout.addContainer({
      name,
      ...props.container,
      image: props.image,
      portNumber: props.port,
      ports: [{ name: portName, number: props.port, protocol: kplus.Protocol.TCP }, ...(props.container?.ports ?? [])],
    });
    this.services = new CanaryServices(this, 'services', {
      name,
      pods: this.rollout,
      port: props.servicePort,
      portName,
      root: byHash || reachedInside || splitInMesh || subsets,
    });
    this.monitoring = new CanaryMonitoring(this, 'monitoring', {
      portName,
      ...props.monitoring,
      access: accessOf(props),
      canary: this.services.canary,
      stable: this.services.stable,
      root: this.services.root,
      pods: this.rollout,
      rollout: name,
    });
    this.joinMesh(props);
    this.node.addValidation({ validate: () => problems(steps, this.failureAnalysis, props, Chart.of(this).namespace) });
    this.node.addValidation({ validate: () => manifestProblems(this) });
  }

  private analyseFailures(name: string, byHash: boolean, steps: CanaryStep[], props: CanaryAppProps) {
    const wanted =
      props.failures !== undefined || (props.checks === undefined && steps.some((step) => step._usesOwnAnalyses));
    if (!wanted || props.prometheus === undefined) return undefined;
    const failures = props.failures ?? DEFAULT_FAILURES;
    const isolation = byHash ? CanaryIsolation.podTemplateHash() : CanaryIsolation.service(`${name}-canary`);
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
    const isolation = CanaryIsolation.service(`${name}-canary`, 'service', `${name}-stable`);
    return new PrometheusAnalysis(this, part, {
      requests: byHash ? undefined : RequestMetrics.application({ isolation }),
      scrapeInterval: props.monitoring?.interval,
      endless: part === 'background',
      access: props.prometheusAccess,
      ...props.measuring,
      metadata: { ...props.measuring?.metadata, name: `${name}-${part}` },
      prometheus: props.prometheus,
      checks,
    });
  }

  private joinMesh(props: CanaryAppProps): void {
    const pods = this.rollout.podMetadata;
    const sidecar = props.sidecar ?? (props.gatewayApi ? SidecarInjection.NONE : undefined);
    const { labels, annotations } = membershipOf({ ...props, sidecar });
    for (const [key, value] of Object.entries(labels)) pods.addLabel(key, value);
    const scraped = accessOf(props).podAnnotations(props.monitoring?.path ?? '/metrics', props.port);
    for (const [key, value] of Object.entries({ ...annotations, ...scraped })) pods.addAnnotation(key, value);
    const { root, stable, canary } = this.services;
    for (const service of props.ambient ? [root, stable, canary] : []) {
      service?.metadata.addLabel('istio.io/use-waypoint', props.ambient?.waypoint ?? DEFAULT_WAYPOINT);
    }
  }
}

/** Without a proxy in the pod there is none that could serve the metrics. */
function accessOf({ monitoring, gatewayApi, sidecar, ambient }: CanaryAppProps): ScrapeAccess {
  const without = ambient !== undefined || (gatewayApi !== undefined && sidecar === undefined);
  return monitoring?.access ?? (without ? ScrapeAccess.direct() : ScrapeAccess.merged());
}

const DEFAULT_STEPS = [
  CanaryStep.setWeight(10),
  CanaryStep.analysis(),
  CanaryStep.setWeight(50),
  CanaryStep.analysis(),
];

const DEFAULT_FAILURES: CanaryAppFailures = { atMost: 5, within: Duration.minutes(5) };

function problems(
  steps: CanaryStep[],
  analysis: IAnalysisTemplate | undefined,
  props: CanaryAppProps,
  namespace: string | undefined,
): string[] {
  const found: string[] = [];
  const given = (['failures', 'checks', 'backgroundChecks'] as const).find((field) => props[field] !== undefined);
  if (props.prometheus === undefined && given !== undefined) {
    found.push(`${given} is given without prometheus; give its address, such as 'http://prometheus.monitoring:9090'`);
  } else if (props.prometheus === undefined && analysis === undefined && steps.some((step) => step._usesOwnAnalyses)) {
    found.push(
      "a step analyses the app's failures, but prometheus is not given; give its address, such as 'http://prometheus.monitoring:9090'",
    );
  }
  if (props.gatewayApi && (props.traffic !== undefined || props.splitInMesh !== undefined)) {
    found.push('gatewayApi is given together with traffic or splitInMesh, which are for Istio; use one of the two');
  }
  found.push(...membershipProblems(props));
  const elsewhere = props.rollout?.metadata?.namespace;
  if (elsewhere !== undefined && elsewhere !== namespace) {
    found.push(
      `rollout.metadata puts the Rollout in namespace '${elsewhere}', away from the app's Services, routes and analyses${namespace === undefined ? '' : ` in '${namespace}'`}; give the Chart that namespace`,
    );
  }
  const portNumber = props.container?.portNumber ?? props.port;
  if (portNumber !== props.port) {
    found.push(`container.portNumber is ${portNumber}, and port, by which it is reached, ${props.port}; leave it out`);
  }
  const named = props.measuring?.metadata?.name;
  if (named !== undefined) {
    found.push(
      `measuring.metadata has the name '${named}', and there may be two templates, of checks and of backgroundChecks, named after the app; leave it out`,
    );
  }
  if (props.hosts?.length === 0) {
    found.push('hosts is empty; leave it out for an app that is reached from inside the mesh');
  }
  return found;
}
