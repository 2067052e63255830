import { ARGO_ROLLOUTS } from './argo-rollouts';
import { lookUp } from './entry';
import { fieldsMissingIn, kindByRelease } from './fields';

const ROLLOUT = kindByRelease('Rollout', 'argoproj.io')!;
const EXPERIMENT_DELAY = 'spec.strategy.canary.steps[].experiment.scaleDownDelaySeconds';
const PROGRESS_THRESHOLD = 'spec.strategy.canary.replicaProgressThreshold';

/** All differences in how controllers of different releases treat the same Rollout. */
export interface ControllerBehaviour {
  readonly capsMinPods: boolean;
  readonly dynamicAbort: 'at-once' | 'by-steps';
  readonly abortsAfterPromotion: boolean;
  /**
   * Whether weights wait for the pods that the stable version needs for the rest of the traffic, and whether these are
   * counted by `maxTrafficWeight` or as if that were 100.
   */
  readonly stablePodsForWeights: 'any' | 'of-100' | 'of-maximum';
  /**
   * The behaviour under Istio without `canaryService` and `stableService` until all pods of both versions are available:
   * subsets point to the versions at once or later, or the reconcile fails, by the second value after an abort too.
   */
  readonly withoutServices: 'at-once' | 'fails-after-abort-too' | 'later' | 'fails';
  readonly knowsProgressThreshold: boolean;
  /** Whether the message of an abort by an analysis begins with the kind of the analysis. */
  readonly namesFailedAnalysis: boolean;
  /** Whether the message of an abort by an experiment says so. */
  readonly namesFailedExperiment: boolean;
  /** Whether the controller reads `scaleDownDelaySeconds` of the experiment of a step. */
  readonly knowsExperimentDelay: boolean;
  /** Whether a changed number of replicas stops everything but scaling until an aborted version is scaled down. */
  readonly autoscalerFreezesAbort: boolean;
  /**
   * Which version skips waits and analyses of a blue-green rollout: any whose pods wait to be scaled down, also after a
   * retry, or only an earlier one.
   */
  readonly fastTracks: 'waiting' | 'earlier';
  /** Whether a canary that is retried keeps the analysis runs that were cancelled by its abort. */
  readonly keepsCancelledRuns: boolean;
  /** Whether a canary with more pods than replicas, after an autoscaler scaled in, is promoted. */
  readonly promotesWithMorePods: boolean;
}

/** The behaviour of the controller of a release. */
export function controllerBehaviour(release: string): ControllerBehaviour {
  return {
    capsMinPods: lookUp(ARGO_ROLLOUTS.capsMinPods, release),
    dynamicAbort: lookUp(ARGO_ROLLOUTS.dynamicAbort, release),
    abortsAfterPromotion: lookUp(ARGO_ROLLOUTS.abortsAfterPromotion, release),
    stablePodsForWeights: lookUp(ARGO_ROLLOUTS.stablePodsForWeights, release),
    withoutServices: lookUp(ARGO_ROLLOUTS.withoutServices, release),
    autoscalerFreezesAbort: lookUp(ARGO_ROLLOUTS.autoscalerFreezesAbort, release),
    fastTracks: lookUp(ARGO_ROLLOUTS.fastTracks, release),
    promotesWithMorePods: lookUp(ARGO_ROLLOUTS.promotesWithMorePods, release),
    keepsCancelledRuns: lookUp(ARGO_ROLLOUTS.keepsCancelledRuns, release),
    namesFailedAnalysis: lookUp(ARGO_ROLLOUTS.namesFailedAnalysis, release),
    namesFailedExperiment: lookUp(ARGO_ROLLOUTS.namesFailedExperiment, release),
    knowsExperimentDelay: !fieldsMissingIn(ROLLOUT, release).includes(EXPERIMENT_DELAY),
    knowsProgressThreshold: !fieldsMissingIn(ROLLOUT, release).includes(PROGRESS_THRESHOLD),
  };
}
