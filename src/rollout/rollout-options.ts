import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { NotificationSubscription } from './notification';
import { PodDefaults } from './pod-defaults';

/**
 * Options of a Rollout, in addition to its strategy.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 */
export interface RolloutOptions extends kplus.WorkloadProps {
  /**
   * The number of pods of the stable version.
   * @default - 2; not set with an autoscaler; left to Argo Rollouts (1) with `PodDefaults.KUBERNETES`
   */
  readonly replicas?: number;

  /**
   * The number of old versions that are kept for rollbacks.
   * @default - 10 (the default of Argo Rollouts)
   */
  readonly revisionHistoryLimit?: number;

  /**
   * The time for which a pod must be ready before it counts as available, in whole seconds.
   * Becomes `minReadySeconds`.
   * @default - none (the default of Argo Rollouts)
   */
  readonly minReady?: Duration;

  /**
   * The time without progress after which the rollout is reported as degraded, in whole seconds.
   * Becomes `progressDeadlineSeconds`.
   * @default - 10 minutes (the default of Argo Rollouts)
   */
  readonly progressDeadline?: Duration;

  /**
   * The values of pod fields that are not set.
   * @default PodDefaults.HARDENED
   */
  readonly podDefaults?: PodDefaults;

  /**
   * The number of versions that a rollback may go back without steps, if the pods of that version still exist.
   * Becomes `rollbackWindow.revisions`.
   * @default - none: a rollback runs all steps
   */
  readonly rollbackWindow?: number;

  /**
   * Whether a rollout without progress within `progressDeadline` is aborted, instead of only reported.
   * @default false
   */
  readonly progressDeadlineAbort?: boolean;

  /**
   * Whether the Rollout is paused: no step continues, nothing is scaled.
   * @default false
   */
  readonly paused?: boolean;

  /**
   * The time before which pods must have been created, or they are replaced, in RFC 3339: `2026-01-31T12:00:00Z`.
   * @default - none
   */
  readonly restartAt?: string;

  /**
   * The number of successful AnalysisRuns that are kept.
   * @default - 5 (the default of Argo Rollouts)
   */
  readonly successfulRunHistoryLimit?: number;

  /**
   * The number of failed, erroneous and inconclusive AnalysisRuns that are kept.
   * @default - 5 (the default of Argo Rollouts)
   */
  readonly unsuccessfulRunHistoryLimit?: number;

  /**
   * The notifications.
   * @default - none
   */
  readonly notifications?: NotificationSubscription[];
}
