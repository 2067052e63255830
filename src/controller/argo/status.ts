import type { RolloutModel } from '../model';
import { behaviourOf } from './behaviour';
import { currentStep } from './replicas';
import { allSets, availablePods, isFullyPromoted, type Roles } from './sets';
import type {
  BlueGreenStatus,
  Experiment,
  Network,
  PauseReason,
  Progress,
  ReplicaSet,
  RolloutPhase,
  RolloutStatus,
} from './state';

/** What one reconcile reads and changes besides the status. */
export interface Cluster extends Roles {
  readonly rollout: RolloutModel;
  readonly network: Network;
  /** All experiments of the rollout, the current one among them. */
  readonly experiments: Experiment[];
  readonly now: number;
}

/** The changes to pauses and the abort that a reconcile will write to the status. */
export interface Intent {
  readonly addPauses: PauseReason[];
  clearPauses: boolean;
  /** The pause that is removed. */
  removePause?: PauseReason;
  abortMessage?: string;
  removeAbort: boolean;
}

/** Whether a rollout is aborted once a reconcile has written its status. */
export const isAborted = (status: RolloutStatus, { removeAbort, abortMessage }: Intent): boolean =>
  !removeAbort && (abortMessage !== undefined || status.abort);

/**
 * Writes the status at the end of a reconcile: pauses, an abort, pods, progress and phase. Returns `previous` if
 * nothing changed.
 *
 * @param status the status at the start of the reconcile, with updated conditions
 */
export function writeStatus(
  at: Cluster,
  previous: RolloutStatus,
  status: RolloutStatus,
  next: RolloutStatus,
  intent: Intent,
): RolloutStatus {
  const { rollout, canary, now } = at;
  const all = allSets(at);
  const abort = isAborted(status, intent);
  const pauses = abort || intent.clearPauses ? [] : pausesAfter(status, intent, now);
  // In a blue-green rollout, the pods that the active Service selects count.
  const counted = countedSets(at, next);
  const written: RolloutStatus = {
    ...next,
    abort,
    retried: undefined,
    abortMessage: abort ? (intent.abortMessage ?? status.abortMessage) : undefined,
    pauses,
    controllerPause: pauses.length > 0 && (status.controllerPause || intent.addPauses.length > 0),
    replicas: all.reduce((sum, { created }) => sum + created, 0),
    updatedReplicas: canary.created,
    readyReplicas: counted.reduce((sum, set) => sum + readyPods(at, set), 0),
    availableReplicas: availablePods(counted),
  };
  const timed = withProgress(at, previous, written);
  const { phase, message } = phaseOf(rollout, timed);
  const final = { ...timed, phase, message };
  return sameStatus(previous, final) ? previous : final;
}

/** Writes what changes while the controller only scales: the available pods, and the phase. */
export function writeScaled(at: Cluster, previous: RolloutStatus, status: RolloutStatus): RolloutStatus {
  const { phase, message } = phaseOf(at.rollout, status);
  const next = { ...status, phase, message, availableReplicas: availablePods(countedSets(at, status)) };
  return sameStatus(previous, next) ? previous : next;
}

/** The ReplicaSets whose pods count: in a blue-green rollout, only those that the active Service selects. */
function countedSets(at: Cluster, { blueGreen }: RolloutStatus): readonly ReplicaSet[] {
  const all = allSets(at);
  return blueGreen === undefined ? all : all.filter(({ version }) => version === blueGreen.active);
}

function pausesAfter(status: RolloutStatus, intent: Intent, now: number): RolloutStatus['pauses'] {
  const kept = status.pauses.filter(({ reason }) => reason !== intent.removePause);
  const added = intent.addPauses.filter((reason) => !status.pauses.some((pause) => pause.reason === reason));
  return [...kept, ...added.map((reason) => ({ reason, start: now }))];
}

/** The available pods, and those that will be available after minReadySeconds. */
function readyPods({ rollout, now }: Cluster, { available, pending }: ReplicaSet): number {
  return available + pending.filter((at) => at - rollout.minReadySeconds <= now).length;
}

/** The Progressing and Paused conditions follow the pauses at the start of a reconcile. */
export function conditionsOfPause({ rollout, now }: Cluster, status: RolloutStatus): RolloutStatus {
  const paused = status.pauses.length > 0 || rollout.paused;
  const { reason } = status.progress;
  let progress: Progress | undefined;
  if (!status.abort && reason === 'Aborted') progress = { reason: 'Retry', since: now };
  else if (reason !== 'Aborted' && paused !== (reason === 'Paused') && !isFullyPromoted(status)) {
    progress = { reason: paused ? 'Paused' : 'Resumed', since: now };
  }
  const pausedCondition = reason === 'Aborted' ? status.pausedCondition : paused;
  if (progress === undefined && pausedCondition === status.pausedCondition) return status;
  return { ...status, progress: progress ?? status.progress, pausedCondition };
}

/**
 * Progress resets the deadline. No progress until the deadline is Degraded, and an abort with progressDeadlineAbort.
 */
function withProgress({ rollout, others, now }: Cluster, before: RolloutStatus, next: RolloutStatus): RolloutStatus {
  if (next.abort) {
    return before.progress.reason === 'Aborted' ? next : { ...next, progress: { reason: 'Aborted', since: now } };
  }
  const { reason, since } = next.progress;
  if (isHealthy(rollout, next)) {
    return reason === 'Available' ? next : { ...next, progress: { reason: 'Available', since: now } };
  }
  const completed = next.stable === next.current;
  const { abortsAfterPromotion } = behaviourOf(rollout);
  const aborts = rollout.progressDeadlineAbort && (abortsAfterPromotion || !completed);
  // Until 1.9, an update that was healthy gets a new deadline, for example when an inconclusive analysis halts it behind the
  // switch. Since 1.10 it is aborted.
  if (isProgress(before, next) || (reason === 'Available' && (abortsAfterPromotion || !aborts))) {
    return { ...next, progress: { reason: 'Updated', since: now } };
  }
  const at = currentStep(rollout, before);
  const indefinite = Boolean(at?.experiment ?? at?.analysis ?? at?.pause) || before.pausedCondition;
  const scalingDown = others.some(({ scaleDownAt }) => scaleDownAt !== undefined);
  const excused = indefinite || scalingDown || reason === 'Aborted' || reason === 'Paused';
  const late = reason === 'TimedOut' || now >= since + rollout.progressDeadlineSeconds;
  if (excused || !late) return next;
  const timedOut: RolloutStatus =
    reason === 'TimedOut' ? next : { ...next, progress: { reason: 'TimedOut', since: now } };
  if (!aborts) return timedOut;
  const abortMessage = `ReplicaSet "${rollout.name}-<hash>" has timed out progressing.`;
  return { ...timedOut, abort: true, abortMessage, pauses: [], controllerPause: false };
}

/** Whether a reconciliation made progress, which resets the deadline. */
function isProgress(before: RolloutStatus, next: RolloutStatus): boolean {
  const old = (status: RolloutStatus): number => status.replicas - status.updatedReplicas;
  return (
    next.updatedReplicas !== before.updatedReplicas ||
    old(next) < old(before) ||
    next.readyReplicas > before.readyReplicas ||
    next.availableReplicas > before.availableReplicas ||
    next.stable !== before.stable ||
    next.blueGreen?.active !== before.blueGreen?.active ||
    next.blueGreen?.preview !== before.blueGreen?.preview ||
    (next.stepIndex !== before.stepIndex && next.stepIndex !== undefined && before.stepIndex !== undefined) ||
    next.current !== before.current
  );
}

/** Whether the rollout is complete. A manual halt of a promoted rollout does not matter. */
function isHealthy(rollout: RolloutModel, status: RolloutStatus): boolean {
  const { blueGreen } = status;
  const paused = status.pauses.length > 0 || rollout.paused;
  if (paused && blueGreen !== undefined && status.stable !== status.current) return false;
  if (status.updatedReplicas !== rollout.replicas || status.availableReplicas !== rollout.replicas) return false;
  // Whether it is the stable version, and the pods of the old one, do not matter.
  if (blueGreen) return blueGreen.active === status.current && (blueGreen.preview ?? status.current) === status.current;
  return (
    status.stable === status.current &&
    (rollout.steps.length === 0 || status.stepIndex === rollout.steps.length) &&
    status.replicas === rollout.replicas
  );
}

function phaseOf(rollout: RolloutModel, status: RolloutStatus): { phase: RolloutPhase; message: string } {
  const { reason } = status.progress;
  if (reason === 'Aborted') return { phase: 'Degraded', message: `RolloutAborted: ${status.abortMessage ?? ''}` };
  if (reason === 'TimedOut') return { phase: 'Degraded', message: 'ProgressDeadlineExceeded' };
  if (rollout.paused) return { phase: 'Paused', message: 'manually paused' };
  if (status.pauses.length > 0) return { phase: 'Paused', message: status.pauses[0].reason };
  const progressing = (message: string): { phase: RolloutPhase; message: string } => ({
    phase: 'Progressing',
    message,
  });
  if (status.updatedReplicas < rollout.replicas) return progressing('more replicas need to be updated');
  if (status.availableReplicas < status.updatedReplicas) {
    return progressing('updated replicas are still becoming available');
  }
  if (status.blueGreen) {
    if (status.blueGreen.active !== status.current) return progressing('active service cutover pending');
    if (status.stable !== status.current) return progressing('waiting for analysis to complete');
    return { phase: 'Healthy', message: '' };
  }
  if (rollout.trafficRouting === undefined && status.replicas > status.updatedReplicas) {
    return progressing('old replicas are pending termination');
  }
  if (status.stable !== status.current) return progressing('waiting for all steps to complete');
  return { phase: 'Healthy', message: '' };
}

/** Whether nothing changed. Runs are compared by identity, not by state. */
export function sameStatus(a: RolloutStatus, b: RolloutStatus): boolean {
  const keys = Object.keys({ ...a, ...b }) as (keyof RolloutStatus)[];
  return keys.every((key) => {
    if (key === 'weights' || key === 'pauses' || key === 'progress') {
      return JSON.stringify(a[key]) === JSON.stringify(b[key]);
    }
    if (key === 'blueGreen') return sameBlueGreen(a.blueGreen, b.blueGreen);
    return a[key] === b[key];
  });
}

function sameBlueGreen(a: BlueGreenStatus | undefined, b: BlueGreenStatus | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (Object.keys({ ...a, ...b }) as (keyof BlueGreenStatus)[]).every((key) => a[key] === b[key]);
}
