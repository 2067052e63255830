import type { RolloutModel } from '../model';
import { isCompleted, type AnalysisRun } from './analysis-run';
import { behaviourOf } from './behaviour';
import { isFastTracked, isRollbackWithinWindow } from './rollback';
import type { Roles } from './sets';
import type { Intent } from './status';
import type { RolloutStatus } from './state';

/** Ends a run: its metrics count as successful. */
export function cancel(run: AnalysisRun | undefined): void {
  if (run && !isCompleted(run.phase)) run.terminate = true;
}

/** Whether the controller starts a run: the first, one after an inconclusive run that was resumed, or after a retry. */
export function needsNewRun(run: AnalysisRun | undefined, status: RolloutStatus): boolean {
  if (run === undefined) return true;
  const atPause = status.pauses.some(({ reason }) => reason === 'CanaryPauseStep' || reason === 'BlueGreenPause');
  if (status.controllerPause && !atPause) return run.phase === 'Inconclusive';
  // The runs of an aborted update start again after a retry.
  return status.retried ?? false;
}

/**
 * An inconclusive run pauses the rollout, an errored or failed one aborts it. `kind` is the controller's name of the
 * run.
 */
export function judge(rollout: RolloutModel, run: AnalysisRun, intent: Intent, kind: string): void {
  if (run.phase === 'Inconclusive') intent.addPauses.push('InconclusiveAnalysisRun');
  if (run.phase === 'Error' || run.phase === 'Failed') {
    const name = behaviourOf(rollout).namesFailedAnalysis ? [`${kind} analysis phase error/failed`] : [];
    intent.abortMessage = [...name, ...(run.message === '' ? [] : [run.message])].join(': ');
  }
}

/**
 * Whether the controller runs no analysis: of an aborted or fully promoted update, of a fast-tracked version, and of a
 * rollback within `rollbackWindow`.
 */
export function skipsAnalyses(
  at: Roles & { readonly rollout: RolloutModel },
  { abort, promoteFull }: RolloutStatus,
  delayed: boolean,
): boolean {
  const { rollout } = at;
  return abort || promoteFull || isFastTracked(rollout, at, delayed) || isRollbackWithinWindow(rollout, at);
}
