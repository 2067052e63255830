import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { NotificationSubscription } from './notification';
import { PodDefaults } from './pod-defaults';

/**
 * What a Rollout has beside its strategy.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 */
export interface RolloutOptions extends kplus.WorkloadProps {
  /**
   * How many pods the stable version has.
   * @default - 2; whatever it is under an autoscaler; left to Argo Rollouts (1) with `PodDefaults.KUBERNETES`
   */
  readonly replicas?: number;

  /**
   * How many old versions are kept, to go back to.
   * @default - left to Argo Rollouts: 10
   */
  readonly revisionHistoryLimit?: number;

  /**
   * How long a pod must be ready before it counts as available.
   * Becomes `minReadySeconds`.
   * @default - left to Argo Rollouts: none
   */
  readonly minReady?: Duration;

  /**
   * How long the rollout may make no progress before it is reported as degraded.
   * Becomes `progressDeadlineSeconds`.
   * @default - left to Argo Rollouts: 10 minutes
   */
  readonly progressDeadline?: Duration;

  /**
   * What becomes of the fields of the pods that are not stated.
   * @default PodDefaults.HARDENED
   */
  readonly podDefaults?: PodDefaults;

  /**
   * How many versions back a rollback goes without steps, if that version's pods are still there.
   * Becomes `rollbackWindow.revisions`.
   * @default - none: a rollback is a rollout like any other
   */
  readonly rollbackWindow?: number;

  /**
   * Whether a rollout that makes no progress within `progressDeadline` is aborted, instead of only reported.
   * @default false
   */
  readonly progressDeadlineAbort?: boolean;

  /**
   * Whether the Rollout stands still: no step goes on, nothing is scaled.
   * @default false
   */
  readonly paused?: boolean;

  /**
   * Pods that are older than this are replaced, in RFC 3339: `2026-01-31T12:00:00Z`.
   * @default - none
   */
  readonly restartAt?: string;

  /**
   * How many successful AnalysisRuns are kept.
   * @default - left to Argo Rollouts: 5
   */
  readonly successfulRunHistoryLimit?: number;

  /**
   * How many AnalysisRuns that failed, ended in an error or were inconclusive are kept.
   * @default - left to Argo Rollouts: 5
   */
  readonly unsuccessfulRunHistoryLimit?: number;

  /**
   * Who is told of what.
   * @default - nobody
   */
  readonly notifications?: NotificationSubscription[];
}
