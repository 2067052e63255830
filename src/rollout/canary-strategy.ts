import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { IAnalysisTemplate } from '../analysis/analysis-template';
import { ITrafficSplit } from '../traffic/traffic-split';
import { CanaryStep } from './canary-step';
import { RolloutAnalysis } from './rollout-analysis';
import { AntiAffinity, ReplicaProgressThreshold, RoleMetadata } from './strategy-values';

/**
 * Analyses that run beside the steps, from a certain one to the end. Their metrics need no `count`: they are ended with
 * the rollout, and one that ended by itself would not be started again.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#background-analysis
 */
export interface BackgroundAnalysis extends RolloutAnalysis {
  /**
   * From which step on: its index in `steps`, as they are given here.
   * @default - the one after the first that gives the canary pods, because until then there is nothing to measure
   */
  readonly startingStep?: number;
}

/**
 * The fields of a canary strategy, beside its steps.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 */
export interface CanaryStrategyFields {
  /**
   * Analyses that run beside the steps.
   * Becomes `analysis`.
   * @default - none
   */
  readonly background?: BackgroundAnalysis;

  /**
   * How many pods there may be beyond those wanted, while there is no traffic routing.
   * @default - left to Argo Rollouts: 25 %
   */
  readonly maxSurge?: kplus.PercentOrAbsolute;

  /**
   * How many of the wanted pods may be missing, while there is no traffic routing.
   * @default - left to Argo Rollouts: 25 %
   */
  readonly maxUnavailable?: kplus.PercentOrAbsolute;

  /**
   * Whether the stable version shrinks as the canary grows. Saves pods; an abort must then wait for new ones. Needs
   * traffic routing.
   * @default false
   */
  readonly dynamicStableScale?: boolean;

  /**
   * How long the old version's pods stay after a promotion, in whole seconds. Needs traffic routing, and no
   * `dynamicStableScale`.
   * Becomes `scaleDownDelaySeconds`.
   * @default - left to Argo Rollouts: 30 seconds
   */
  readonly scaleDownDelay?: Duration;

  /**
   * How many old versions may wait for their pods to go.
   * @default - all
   */
  readonly scaleDownDelayRevisionLimit?: number;

  /**
   * How long the canary's pods stay after an abort, in whole seconds. Zero keeps them for good. Needs traffic routing.
   * Becomes `abortScaleDownDelaySeconds`.
   * @default - left to Argo Rollouts: 30 seconds
   */
  readonly abortScaleDownDelay?: Duration;

  /**
   * How many pods each version has at the least, while requests go to it. Needs traffic routing.
   * @default - left to Argo Rollouts: 1
   */
  readonly minPodsPerReplicaSet?: number;

  /**
   * When enough pods are there for a step to go on. Argo Rollouts 1.9 and later.
   * @default - all of them
   */
  readonly replicaProgressThreshold?: ReplicaProgressThreshold;

  /**
   * What pods of the canary have while they are one. A running pod gets it on promotion and loses it without a restart,
   * so that what reads labels at its start, as the proxy does, sees the old ones.
   * @default - none
   */
  readonly canaryMetadata?: RoleMetadata;

  /**
   * What pods of the stable version have.
   * @default - none
   */
  readonly stableMetadata?: RoleMetadata;

  /**
   * How the canary's pods keep away from those of the stable version.
   * Becomes `antiAffinity.preferredDuringSchedulingIgnoredDuringExecution` or `requiredDuringSchedulingIgnoredDuringExecution`.
   * @default - not at all
   */
  readonly antiAffinity?: AntiAffinity;

  /**
   * Whether the two Services swap their parts at each promotion, instead of the stable one being led to the new pods.
   * So no request meets a Service whose pods are on the move. The stable Service of the traffic split is the one that
   * `ping` means.
   * Becomes `pingPong.pingService` and `pingPong.pongService`.
   * @default false
   */
  readonly pingPong?: boolean;

  /**
   * What all weights add up to, for routers finer than percent. Only those that are plugins, such as the Gateway API.
   * @default 100
   */
  readonly maxTrafficWeight?: number;
}

/**
 * How a canary is rolled out.
 */
export interface CanaryStrategyOptions extends CanaryStrategyFields {
  /**
   * What happens, one after the other. At least one step: without steps, all traffic goes to the new version at once.
   */
  readonly steps: CanaryStep[];

  /**
   * What sends the canary its share of the requests, and names the stable and the canary Service.
   * Becomes `trafficRouting`.
   * @default - no traffic routing: the share of the pods is the share of the requests
   */
  readonly traffic?: ITrafficSplit;

  /**
   * The analyses that `CanaryStep.analysis()` means when it names none.
   * @default - none: each analysis step names its own
   */
  readonly analyses?: IAnalysisTemplate[];
}
