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
   * Checks that `CanaryStep.analysis()` runs against Prometheus, instead of counting failures.
   * @default - none: failures are counted
   */
  readonly checks?: CanaryCheck[];

  /**
   * Checks that run every minute in the background, from the first step on in which the canary has requests.
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
  readonly strategy?: CanaryAppStrategy;

  /**
   * How many pods the stable version has. Not beside `autoscaling`.
   * @default - 2; what the autoscaler decides with `autoscaling`
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

  /**
   * A ready-made sequence of steps, in place of `steps`.
   * @default - none
   */
  readonly plan?: StepPlan;

  /**
   * A blue-green rollout in place of a canary: the new version gets all requests at once. The active Service is `<name>`,
   * the preview Service `<name>-preview`.
   * @default - a canary
   */
  readonly blueGreen?: BlueGreenStrategyFields;

  /**
   * The names of the Services.
   * @default - `<name>-stable`, `<name>-canary`, `<name>`
   */
  readonly services?: CanaryAppServices;

  /**
   * A Deployment that holds the pods; the Rollout refers to it. For a Deployment that exists and stays.
   * @default - none: the Rollout holds the pods
   */
  readonly deployment?: CanaryAppDeployment;

  /**
   * An autoscaler, which decides the number of pods. Not beside `replicas`.
   * @default - none
   */
  readonly autoscaling?: CanaryAppAutoscaling;

  /**
   * How many pods may be missing while nodes are drained.
   * @default - none: no PodDisruptionBudget
   */
  readonly podDisruptionBudget?: CanaryAppDisruptionBudget;

  /**
   * A ServiceAccount that the pods use. To use one that exists, give its name as `rollout.serviceAccount`.
   * @default - none
   */
  readonly serviceAccount?: CanaryAppServiceAccount;

  /**
   * Who may connect to the pods, and where they may connect to.
   * @default - not restricted
   */
  readonly networkPolicy?: CanaryAppNetworkPolicy;

  /**
   * Which callers in the mesh may send requests.
   * @default - not restricted
   */
  readonly authorizationPolicy?: CanaryAppAuthorizationPolicy;

  /**
   * The app's configuration, as a ConfigMap whose name changes with its content.
   * @default - none
   */
  readonly config?: CanaryAppConfig;

  /**
   * Further ports of the container and of the Services.
   * @default - none
   */
  readonly ports?: CanaryAppPort[];

  /**
   * Probes of the container by the gRPC health protocol. Other probes are options of `container`.
   * @default - none
   */
  readonly grpcProbes?: GrpcProbes;

  /**
   * Changes of the objects, for what no option states. They are applied last, in their order.
   * @default - none
   */
  readonly patches?: ManifestPatch[];

  /**
   * Further objects, written as they are.
   * @default - none
   */
  readonly extraManifests?: unknown[];

  /**
   * Errors of the linter's rules that do not stop the synthesis, each with the reason why.
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
