import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { CanaryStrategyFields } from '../rollout/canary-strategy';
import { KedaOptions, KedaTrigger } from '../rollout/scaled-object';
import { WorkloadScaleDown } from '../rollout/workload-ref';
import { AuthorizationOptions } from '../traffic/authorization-policy';
import { TrafficRouter } from '../traffic/traffic-router';

/**
 * The fields of the canary strategy of a `CanaryApp`, without its steps.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/canary/
 */
export interface CanaryAppStrategy extends CanaryStrategyFields {
  /**
   * A router other than Istio (`traffic`) and the Gateway API (`gatewayApi`).
   * @default - Istio
   */
  readonly trafficRouting?: TrafficRouter;
}

/**
 * The names of the Services of a `CanaryApp`.
 */
export interface CanaryAppServices {
  /**
   * The Service of the stable version's pods; of the active version with `blueGreen`.
   * @default - `<name>-stable`; `<name>` with `blueGreen`
   */
  readonly stable?: string;

  /**
   * The Service of the canary's pods; of the preview with `blueGreen`.
   * @default - `<name>-canary`; `<name>-preview` with `blueGreen`
   */
  readonly canary?: string;

  /**
   * The Service of all pods.
   * @default - `<name>`
   */
  readonly root?: string;

  /**
   * Whether there is a Service of all pods.
   * @default - true if monitoring or callers in the mesh need it
   */
  readonly withRoot?: boolean;
}

/**
 * A Deployment that holds the pod template of a `CanaryApp` and that the Rollout refers to.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/migrating/#reference-deployment-from-rollout
 */
export interface CanaryAppDeployment {
  /**
   * How the Deployment's own pods are scaled down once the Rollout has taken over.
   * @default WorkloadScaleDown.PROGRESSIVELY
   */
  readonly scaleDown?: WorkloadScaleDown;

  /**
   * The name of the Deployment.
   * @default - the name of the app
   */
  readonly name?: string;

  /**
   * The number of the Deployment's own pods.
   * @default - left to Kubernetes and the controller
   */
  readonly replicas?: number;
}

/**
 * An autoscaler of a `CanaryApp`: a HorizontalPodAutoscaler, or with `triggers` a ScaledObject of KEDA. The Rollout then
 * states no number of pods. Of the options that both have, `behavior` is one; times, `fallback`, `idleReplicas` and `advanced`
 * are those of KEDA.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
 */
export interface CanaryAppAutoscaling extends KedaOptions {
  /**
   * The lowest number of pods, 1 or more.
   * @default - left to the autoscaler: 1
   */
  readonly minReplicas?: number;

  /**
   * The highest number of pods.
   */
  readonly maxReplicas: number;

  /**
   * The target CPU utilization on average, in percent of the resource requests.
   * @default - 80 without any other metric; none otherwise
   */
  readonly cpu?: number;

  /**
   * The target memory utilization on average, in percent of the resource requests.
   * @default - none
   */
  readonly memory?: number;

  /**
   * Additional metrics, in the form of `spec.metrics` of a HorizontalPodAutoscaler.
   * @default - none
   */
  readonly metrics?: unknown[];

  /**
   * The triggers of KEDA. Creates a ScaledObject instead of a HorizontalPodAutoscaler.
   * @default - none
   */
  readonly triggers?: KedaTrigger[];

  /**
   * The name of the autoscaler.
   * @default - the name of the app
   */
  readonly name?: string;
}

/**
 * A PodDisruptionBudget of a `CanaryApp`: how many pods may be unavailable while nodes are drained. Give only
 * one of `maxUnavailable` and `minAvailable`.
 *
 * @see https://kubernetes.io/docs/tasks/run-application/configure-pdb/
 */
export interface CanaryAppDisruptionBudget {
  /**
   * How many pods may be unavailable.
   * @default - 1 without `minAvailable`
   */
  readonly maxUnavailable?: kplus.PercentOrAbsolute;

  /**
   * How many pods must be available.
   * @default - none
   */
  readonly minAvailable?: kplus.PercentOrAbsolute;

  /**
   * The name of the PodDisruptionBudget.
   * @default - the name of the app
   */
  readonly name?: string;
}

/**
 * A ServiceAccount of a `CanaryApp`, which its pods use.
 *
 * @see https://kubernetes.io/docs/concepts/security/service-accounts/
 */
export interface CanaryAppServiceAccount {
  /**
   * The name of the ServiceAccount.
   * @default - the name of the app
   */
  readonly name?: string;

  /**
   * Annotations, such as a cloud provider's role.
   * @default - none
   */
  readonly annotations?: { [key: string]: string };

  /**
   * Whether the token is mounted into pods that do not state it.
   * Becomes `automountServiceAccountToken`.
   * @default - left to Kubernetes: true
   */
  readonly automountToken?: boolean;

  /**
   * The names of the Secrets used to pull images.
   * @default - none
   */
  readonly imagePullSecrets?: string[];
}

/**
 * A NetworkPolicy for the pods of a `CanaryApp`. Give `ingress`, `egress`, or both.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export interface CanaryAppNetworkPolicy {
  /**
   * Allowed incoming connections, in the form of `spec.ingress`. An empty list allows none.
   * @default - not restricted
   */
  readonly ingress?: unknown[];

  /**
   * Allowed outgoing connections, in the form of `spec.egress`. An empty list allows none.
   * @default - not restricted
   */
  readonly egress?: unknown[];

  /**
   * The name of the NetworkPolicy.
   * @default - the name of the app
   */
  readonly name?: string;
}

/**
 * An AuthorizationPolicy of Istio for the pods of a `CanaryApp`, or for its waypoint in an ambient mesh.
 *
 * @see https://istio.io/latest/docs/reference/config/security/authorization-policy/
 */
export interface CanaryAppAuthorizationPolicy extends AuthorizationOptions {
  /**
   * The name of the AuthorizationPolicy.
   * @default - the name of the app
   */
  readonly name?: string;
}

/**
 * The configuration of a `CanaryApp`: a ConfigMap whose name ends with a hash of its content. Each version of the app
 * has its own, so that an abort restores the old configuration. Argo CD and Flux do not delete the old ones, which the
 * ReplicaSets of earlier versions need.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/configmap/
 */
export interface CanaryAppConfig {
  /**
   * The entries.
   * @default - none
   */
  readonly data?: { [key: string]: string };

  /**
   * Entries whose values are the texts of files: the path of the file by the name of the entry. Paths are relative to the
   * canary file, or to the current folder in a program.
   * @default - none
   */
  readonly files?: { [key: string]: string };

  /**
   * The folder in the app's container where each entry becomes a file.
   * @default - none: the entries are environment variables
   */
  readonly mountPath?: string;
}

/**
 * An additional port of a `CanaryApp`: of its container and its Services.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/service/
 */
export interface CanaryAppPort {
  /**
   * The name of the port, from which Istio derives the protocol: `grpc`, `http-admin`.
   */
  readonly name: string;

  /**
   * The number of the container's port.
   */
  readonly number: number;

  /**
   * The port of the Services.
   * @default - the number of the container's port
   */
  readonly servicePort?: number;

  /**
   * The name of a separate Service for this port, so that callers do not need the port. It selects the pods of both
   * versions. Istio splits its requests with the weights of the Rollout, by a VirtualService `<service>-vsvc`; the port
   * must have an HTTP protocol.
   * @default - none: the port is one of the Services of the app
   */
  readonly service?: string;
}

/**
 * A probe that uses the gRPC health protocol.
 *
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
 */
export interface GrpcProbe {
  /**
   * The number of the port.
   * @default - the port of the app
   */
  readonly port?: number;

  /**
   * The name of the service that the health check asks for.
   * @default - none: the server as a whole
   */
  readonly service?: string;

  /**
   * Time before the first probe, in whole seconds.
   * @default - left to Kubernetes: 0
   */
  readonly initialDelay?: Duration;

  /**
   * Time between two probes, in whole seconds.
   * @default - left to Kubernetes: 10 seconds
   */
  readonly period?: Duration;

  /**
   * Time after which a probe has failed, in whole seconds.
   * @default - left to Kubernetes: 1 second
   */
  readonly timeout?: Duration;

  /**
   * The number of failures in a row after which the pod counts as failed.
   * @default - left to Kubernetes: 3
   */
  readonly failureThreshold?: number;
}

/**
 * The gRPC probes of the container of a `CanaryApp`.
 *
 * @see https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
 */
export interface GrpcProbes {
  /**
   * Whether the container gets requests.
   * @default - none
   */
  readonly readiness?: GrpcProbe;

  /**
   * Whether the container is restarted.
   * @default - none
   */
  readonly liveness?: GrpcProbe;

  /**
   * Whether the container has started; until then the other probes wait.
   * @default - none
   */
  readonly startup?: GrpcProbe;
}
