/**
 * The default of `progressDeadlineSeconds` of a Rollout.
 *
 * @see https://argoproj.github.io/argo-rollouts/features/specification/
 */
export const PROGRESS_DEADLINE_SECONDS = 600;
