import * as kplus from 'cdk8s-plus-27';
import { CanaryCheck } from '../analysis/canary-check';
import { PrometheusAnalysisOptions } from '../analysis/prometheus-analysis';
import { FailureCriteria } from '../analysis/prometheus-failure-analysis';
import { PrometheusAccess } from '../analysis/providers/prometheus';
import { MonitoringOptions } from '../monitoring/canary-monitoring';
import { BlueGreenStrategyFields } from '../rollout/blue-green';
import { CanaryStep } from '../rollout/canary-step';
import { RolloutOptions } from '../rollout/rollout-options';
import { GatewayApiOptions } from '../traffic/gateway-api-traffic-split';
import { IstioTrafficOptions } from '../traffic/istio-traffic-split';
import {
  CanaryAppAuthorizationPolicy,
  CanaryAppAutoscaling,
  CanaryAppConfig,
  CanaryAppDeployment,
  CanaryAppDisruptionBudget,
  CanaryAppNetworkPolicy,
  CanaryAppPort,
  CanaryAppServiceAccount,
  CanaryAppServices,
  CanaryAppStrategy,
  GrpcProbes,
} from './companion-options';
import { ClusterVersions } from './cluster-versions';
import { AcceptedFinding, ManifestPatch } from './manifest-patch';
import { AmbientMesh, SidecarInjection } from './mesh-membership';
import { StepPlan } from './step-plan';

/**
 * The failure criteria of a `CanaryApp`: how many failed requests of the canary are acceptable.
 */
export interface CanaryAppFailures extends FailureCriteria {
  /**
   * The name of the AnalysisTemplate.
   * @default - `<name>-failures`
   */
  readonly name?: string;
}

/**
 * Options for a `CanaryApp`.
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
   * The name of the app. The names of all objects derive from it: `<name>`, `<name>-stable`, `<name>-canary`, `<name>-vsvc`,
   * `<name>-gateway`.
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The hosts under which clients outside the mesh reach the app.
   * @default - none: only clients inside the mesh reach the app, by its name
   */
  readonly hosts?: string[];

  /**
   * The address of Prometheus: an absolute URL, such as `http://prometheus.monitoring:9090`. Required if a
   * step analyses the failures of the app.
   * @default - none
   */
  readonly prometheus?: string;

  /**
   * The steps of a rollout, in their order.
   * @default - 10 %, analysis, 50 %, analysis
   */
  readonly steps?: CanaryStep[];

  /**
   * How many failed requests are acceptable. `CanaryStep.analysis()` counts them.
   * @default - at most 5 within 5 minutes
   */
  readonly failures?: CanaryAppFailures;

  /**
   * Checks that `CanaryStep.analysis()` runs against Prometheus, instead of counting failures.
   * @default - none: failures are counted
   */
  readonly checks?: CanaryCheck[];

  /**
   * Checks that run every minute in the background, beginning with the first step in which the canary gets requests.
   * @default - none
   */
  readonly backgroundChecks?: CanaryCheck[];

  /**
   * How the checks are measured: the request metrics, windows and limits.
   * @default - the defaults of `PrometheusAnalysis`
   */
  readonly measuring?: PrometheusAnalysisOptions;

  /**
   * How the controller connects to Prometheus: authentication, headers, timeout.
   * @default - no authentication, no additional headers, the default timeout
   */
  readonly prometheusAccess?: PrometheusAccess;

  /**
   * Additional fields of the strategy: surge, delays, metadata, background analysis.
   * @default - the defaults of Argo Rollouts
   */
  readonly strategy?: CanaryAppStrategy;

  /**
   * The number of pods of the stable version. It cannot be combined with `autoscaling`.
   * @default - 2; with `autoscaling`, the autoscaler decides
   */
  readonly replicas?: number;

  /**
   * The name of the port, from which Istio derives the protocol: `http`, `http2`, `grpc`, or one of these with a suffix.
   * @default 'http'
   */
  readonly portName?: string;

  /**
   * The port of the Services.
   * @default 80
   */
  readonly servicePort?: number;

  /**
   * Additional options of the app's container: name, probes, resources, environment, volumes.
   * @default - the defaults of cdk8s-plus
   */
  readonly container?: kplus.ContainerOpts;

  /**
   * Additional options of the Rollout and its pods: more containers, service account, scheduling, history.
   * @default - the defaults of `Rollout`
   */
  readonly rollout?: RolloutOptions;

  /**
   * How requests reach the app through Istio: routes, gateways, TLS.
   * @default - all requests are split; with `hosts`, the app has its own Gateway
   */
  readonly traffic?: IstioTrafficOptions;

  /**
   * Whether requests from inside the mesh to the name of the app are split too, and not only those through the gateway.
   * Adds a second VirtualService, bound to the mesh, for the Service of all pods.
   * @default - false; without `hosts`, requests inside the mesh are always split
   */
  readonly splitInMesh?: boolean;

  /**
   * How requests reach the app through the Kubernetes Gateway API. Replaces Istio's own objects.
   * @default - Istio's own objects are used
   */
  readonly gatewayApi?: GatewayApiOptions;

  /**
   * How the app is monitored: monitors, rules, dashboard.
   * @default - one ServiceMonitor, or one PodMonitor with `blueGreen`; the pod-template hash identifies the version
   */
  readonly monitoring?: MonitoringOptions;

  /**
   * How the proxy of the mesh is injected into the pods.
   * @default SidecarInjection.LABEL; NONE with `ambient` or `gatewayApi`
   */
  readonly sidecar?: SidecarInjection;

  /**
   * The revision of the mesh's control plane, or a revision tag such as `prod-stable`. A label of the namespace takes
   * precedence.
   * @default - the revision of the namespace
   */
  readonly meshRevision?: string;

  /**
   * Options for a mesh in ambient mode, without proxies in the pods.
   * @default - none: sidecar mode
   */
  readonly ambient?: AmbientMesh;

  /**
   * A predefined sequence of steps. Replaces `steps`.
   * @default - none
   */
  readonly plan?: StepPlan;

  /**
   * A blue-green strategy instead of a canary: the new version gets all requests at once. The active Service is `<name>`,
   * the preview Service `<name>-preview`.
   * @default - a canary strategy
   */
  readonly blueGreen?: BlueGreenStrategyFields;

  /**
   * The names of the Services.
   * @default - `<name>-stable`, `<name>-canary`, `<name>`
   */
  readonly services?: CanaryAppServices;

  /**
   * A Deployment that holds the pod template and that the Rollout refers to. For a Deployment that already exists.
   * @default - none: the Rollout holds the pod template
   */
  readonly deployment?: CanaryAppDeployment;

  /**
   * An autoscaler, which sets the number of pods. It cannot be combined with `replicas`.
   * @default - none
   */
  readonly autoscaling?: CanaryAppAutoscaling;

  /**
   * How many pods may be unavailable while nodes are drained.
   * @default - none: no PodDisruptionBudget
   */
  readonly podDisruptionBudget?: CanaryAppDisruptionBudget;

  /**
   * A ServiceAccount that the pods use. To use one that exists, give its name as `rollout.serviceAccount`.
   * @default - none
   */
  readonly serviceAccount?: CanaryAppServiceAccount;

  /**
   * The connections that the pods may accept and open.
   * @default - not restricted
   */
  readonly networkPolicy?: CanaryAppNetworkPolicy;

  /**
   * The callers in the mesh that may send requests.
   * @default - not restricted
   */
  readonly authorizationPolicy?: CanaryAppAuthorizationPolicy;

  /**
   * The app's configuration, as a ConfigMap whose name changes with its content.
   * @default - none
   */
  readonly config?: CanaryAppConfig;

  /**
   * Additional ports of the container and of the Services.
   * @default - none
   */
  readonly ports?: CanaryAppPort[];

  /**
   * Probes of the container that use the gRPC health protocol. Other probes are options of `container`.
   * @default - none
   */
  readonly grpcProbes?: GrpcProbes;

  /**
   * Patches of the objects, for fields without an option. They are applied last, in their order.
   * @default - none
   */
  readonly patches?: ManifestPatch[];

  /**
   * Additional objects, written unchanged.
   * @default - none
   */
  readonly extraManifests?: unknown[];

  /**
   * Rules whose errors do not stop the synthesis, each with a reason.
   * @default - none
   */
  readonly acceptedFindings?: AcceptedFinding[];

  /**
   * The releases that the cluster runs, of Argo Rollouts and others. What one of them refuses or drops without an error is
   * an error of the synthesis.
   * @default - the newest supported release of each
   */
  readonly versions?: ClusterVersions;
}
