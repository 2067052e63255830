import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { IAnalysisTemplate } from '../analysis/analysis-template';
import { ITrafficSplit } from '../traffic/traffic-split';
import { CanaryStep } from './canary-step';
import { RolloutAnalysis } from './rollout-analysis';
import { AntiAffinity, ReplicaProgressThreshold, RoleMetadata } from './strategy-values';

/**
 * Analyses that run in the background, from a certain step to the end. Their metrics need no `count`: they end with the
 * rollout, and an analysis that ended by itself is not restarted.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#background-analysis
 */
export interface BackgroundAnalysis extends RolloutAnalysis {
  /**
   * The step from which the analyses run: its index in `steps`, from 0.
   * @default - the one after the first that starts canary pods, because until then there is nothing to measure
   */
  readonly startingStep?: number;
}

/**
 * The fields of a canary strategy, without its steps.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 */
export interface CanaryStrategyFields {
  /**
   * The background analysis, which runs during the steps.
   * Becomes `analysis`.
   * @default - none
   */
  readonly background?: BackgroundAnalysis;

  /**
   * How many pods there may be beyond those wanted, while there is no traffic routing.
   * @default - 25 % (the default of Argo Rollouts)
   */
  readonly maxSurge?: kplus.PercentOrAbsolute;

  /**
   * How many of the wanted pods may be missing, while there is no traffic routing.
   * @default - 25 % (the default of Argo Rollouts)
   */
  readonly maxUnavailable?: kplus.PercentOrAbsolute;

  /**
   * Whether the stable version shrinks as the canary grows. Saves pods; an abort must then wait for new ones. Needs
   * traffic routing.
   * @default false
   */
  readonly dynamicStableScale?: boolean;

  /**
   * The time until the pods of the old version are removed after a promotion, in whole seconds. Needs traffic routing,
   * and no
   * `dynamicStableScale`.
   * Becomes `scaleDownDelaySeconds`.
   * @default - 30 seconds (the default of Argo Rollouts)
   */
  readonly scaleDownDelay?: Duration;

  /**
   * The number of old versions whose pods may wait for removal.
   * @default - all
   */
  readonly scaleDownDelayRevisionLimit?: number;

  /**
   * The time until the pods of the canary are removed after an abort, in whole seconds. Needs traffic
   * routing. Zero removes them at once, but keeps them for ever while a `canaryScale` step is in force.
   * Becomes `abortScaleDownDelaySeconds`.
   * @default - 30 seconds (the default of Argo Rollouts)
   */
  readonly abortScaleDownDelay?: Duration;

  /**
   * The minimum number of pods of each version while it receives requests. Needs traffic routing.
   * @default - 1 (the default of Argo Rollouts)
   */
  readonly minPodsPerReplicaSet?: number;

  /**
   * The share of pods that must be available for a step to continue. Argo Rollouts 1.9 and later.
   * @default - all of them
   */
  readonly replicaProgressThreshold?: ReplicaProgressThreshold;

  /**
   * Labels and annotations of the canary's pods. A promotion changes them without a restart, so a process that reads
   * labels at its start, such as the proxy, sees the old ones.
   * @default - none
   */
  readonly canaryMetadata?: RoleMetadata;

  /**
   * Labels and annotations of the stable version's pods.
   * @default - none
   */
  readonly stableMetadata?: RoleMetadata;

  /**
   * The anti-affinity between pods of the canary and pods of the stable version.
   * Becomes `antiAffinity.preferredDuringSchedulingIgnoredDuringExecution` or
   * `requiredDuringSchedulingIgnoredDuringExecution`.
   * @default - none
   */
  readonly antiAffinity?: AntiAffinity;

  /**
   * Whether the two Services swap roles at each promotion, instead of the stable Service switching to the new pods. No
   * request then reaches a Service whose pods are changing. The stable Service of the traffic split becomes
   * `pingService`. Istio and ALB support it, and plugins with Argo Rollouts from 1.10 on, that for the Gateway API from 0.17
   * on.
   * Becomes `pingPong.pingService` and `pingPong.pongService`.
   * @default false
   */
  readonly pingPong?: boolean;

  /**
   * The sum of all weights, for routers with a finer granularity than percent. Only for plugins, such as the Gateway
   * API.
   * @default 100
   */
  readonly maxTrafficWeight?: number;
}

/**
 * Options for a canary strategy.
 */
export interface CanaryStrategyOptions extends CanaryStrategyFields {
  /**
   * The steps, in order. At least one: without steps, all traffic goes to the new version at once.
   */
  readonly steps: CanaryStep[];

  /**
   * The traffic router, which also names the stable and the canary Service.
   * Becomes `trafficRouting`.
   * @default - no traffic routing: the share of pods decides the share of requests
   */
  readonly traffic?: ITrafficSplit;

  /**
   * The analyses that run for a `CanaryStep.analysis()` that names none.
   * @default - none: each analysis step names its own
   */
  readonly analyses?: IAnalysisTemplate[];
}
