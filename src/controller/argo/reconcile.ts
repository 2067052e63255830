import type { RolloutModel } from '../model';
import { isCompleted, newRun, type AnalysisRun } from './analysis-run';
import { behaviourOf } from './behaviour';
import { changePlaces, manageRoutes, pointServices } from './network';
import { atDesiredCounts, currentStep, desiredCounts, progressThresholdMet } from './replicas';
import { decideWeights } from './weights';
import type { Network, PauseReason, Progress, ReplicaSet, RolloutPhase, RolloutStatus, Weights } from './state';

/** What one reconcile looks at and changes besides the status. */
export interface Cluster {
  readonly rollout: RolloutModel;
  readonly canary: ReplicaSet;
  readonly stable: ReplicaSet;
  readonly network: Network;
  readonly now: number;
}

/** Intentions that a reconcile collects before it writes the status. */
interface Intent {
  readonly addPauses: PauseReason[];
  clearPauses: boolean;
  removeStepPause: boolean;
  abortMessage?: string;
  removeAbort: boolean;
  weights: Weights | undefined;
  stepRun: AnalysisRun | undefined;
  backgroundRun: AnalysisRun | undefined;
}

/**
 * One reconcile of the controller for a rollout by canary, in its order: pause conditions, a changed template, traffic
 * routing, analyses, scaling, pause steps, status. Returns the new status, which is the old object if nothing changed.
 * The ReplicaSets' wanted sizes, Services, routes and the runs' termination are changed in place.
 */
export function reconcile(cluster: Cluster, before: RolloutStatus): RolloutStatus {
  const { rollout, canary, stable, now } = cluster;
  const conditioned = conditionsOfPause(cluster, before);
  const status = { ...conditioned, experimentSince: experimentSince(cluster, conditioned) };
  const intent: Intent = {
    addPauses: [],
    clearPauses: false,
    removeStepPause: false,
    // There is nothing left to abort of what is fully promoted: the controller takes the abort back.
    removeAbort: status.abort && status.stable === status.current,
    weights: status.weights,
    stepRun: undefined,
    backgroundRun: undefined,
  };
  if (status.current === 'old') {
    intent.clearPauses = true;
    intent.removeAbort = true;
    const index = rollout.steps.length > 0 ? 0 : undefined;
    return persist(cluster, before, { ...status, current: 'new', stepIndex: index, promoteFull: false }, intent);
  }
  const aborted = (): boolean => !intent.removeAbort && (intent.abortMessage !== undefined || status.abort);

  const seen = { rollout, network: cluster.network, status, canary, stable, aborted: aborted() };
  pointServices(seen);
  const decision = decideWeights(seen);
  manageRoutes(seen, decision !== undefined && 'unchanged' in decision);
  if (decision && 'blocked' in decision) return sameStatus(before, status) ? before : status;
  if (decision && 'weights' in decision) intent.weights = decision.weights;
  if (decision === undefined) intent.weights = undefined;

  reconcileAnalyses(cluster, status, intent);
  if (intent.addPauses.length > 0) return syncStatus(cluster, before, status, intent);
  const scaled = scale(cluster, status, intent, aborted());
  if (!scaled) reconcilePause(cluster, status, intent);
  return syncStatus(cluster, before, status, intent);

  function syncStatus(at: Cluster, previous: RolloutStatus, current: RolloutStatus, collected: Intent): RolloutStatus {
    let { stepIndex } = current;
    const steps = rollout.steps.length;
    if (current.promoteFull) {
      collected.clearPauses = true;
      collected.removeAbort = true;
      if (steps > 0) stepIndex = steps;
    }
    if (shouldPromote(at, current, aborted())) {
      collected.clearPauses = true;
      collected.removeAbort = true;
      if (current.stable === 'old') changePlaces(at);
      const promoted = { ...current, stable: 'new' as const, promoteFull: false };
      return persist(at, previous, { ...promoted, stepIndex: steps > 0 ? steps : undefined }, collected);
    }
    if (aborted()) {
      if (steps > 0) stepIndex = current.stable === current.current ? steps : 0;
    } else if (completedStep(at, current, collected)) {
      stepIndex = (stepIndex ?? 0) + 1;
      collected.stepRun = undefined;
      collected.removeStepPause = true;
    }
    return persist(at, previous, { ...current, stepIndex }, collected);
  }

  function persist(at: Cluster, previous: RolloutStatus, next: RolloutStatus, collected: Intent): RolloutStatus {
    const abort = collected.abortMessage !== undefined || (!collected.removeAbort && status.abort);
    const pauses = abort || collected.clearPauses ? [] : pausesAfter(status, collected, now);
    const replicas = canary.created + stable.created;
    const written: RolloutStatus = {
      ...next,
      abort,
      abortMessage: abort ? (collected.abortMessage ?? status.abortMessage) : undefined,
      pauses,
      controllerPause: pauses.length > 0 && (status.controllerPause || collected.addPauses.length > 0),
      weights: collected.weights,
      stepRun: collected.stepRun,
      backgroundRun: collected.backgroundRun,
      replicas,
      updatedReplicas: next.current === 'new' ? canary.created : stable.created,
      readyReplicas: readyPods(at, canary) + readyPods(at, stable),
      availableReplicas: canary.available + stable.available,
    };
    const timed = withProgress(at, previous, written);
    const { phase, message } = phaseOf(rollout, timed);
    const final = { ...timed, phase, message };
    return sameStatus(before, final) ? before : final;
  }
}

/** Those that are available, and those that will be when they have been ready for long enough. */
function readyPods({ rollout, now }: Cluster, { available, pending }: ReplicaSet): number {
  return available + pending.filter((at) => at - rollout.minReadySeconds <= now).length;
}

/** The Progressing and Paused conditions follow the pauses at the start of a reconcile. */
function conditionsOfPause({ rollout, now }: Cluster, status: RolloutStatus): RolloutStatus {
  const paused = status.pauses.length > 0 || rollout.paused;
  const { reason } = status.progress;
  let progress: Progress | undefined;
  if (!status.abort && reason === 'Aborted') progress = { reason: 'Retry', since: now };
  else if (reason !== 'Aborted' && paused !== (reason === 'Paused') && status.stable !== status.current) {
    progress = { reason: paused ? 'Paused' : 'Resumed', since: now };
  }
  const pausedCondition = reason === 'Aborted' ? status.pausedCondition : paused;
  if (progress === undefined && pausedCondition === status.pausedCondition) return status;
  return { ...status, progress: progress ?? status.progress, pausedCondition };
}

function pausesAfter(status: RolloutStatus, intent: Intent, now: number): RolloutStatus['pauses'] {
  const kept = status.pauses.filter(({ reason }) => !(intent.removeStepPause && reason === 'CanaryPauseStep'));
  const added = intent.addPauses.filter((reason) => !status.pauses.some((pause) => pause.reason === reason));
  return [...kept, ...added.map((reason) => ({ reason, start: now }))];
}

/** An experiment's own pods and analyses are outside this model: it is taken to succeed when its time is over. */
function experimentSince({ rollout, now }: Cluster, status: RolloutStatus): number | undefined {
  if (status.abort || currentStep(rollout, status)?.experiment === undefined) return undefined;
  return status.experimentSince ?? now;
}

function reconcileAnalyses({ rollout }: Cluster, status: RolloutStatus, intent: Intent): void {
  intent.stepRun = status.stepRun;
  intent.backgroundRun = status.backgroundRun;
  if (status.abort || status.promoteFull) {
    cancel(status.stepRun);
    cancel(status.backgroundRun);
    return;
  }
  intent.stepRun = stepAnalysis(rollout, status, intent);
  intent.backgroundRun = backgroundAnalysis(rollout, status, intent);
}

function cancel(run: AnalysisRun | undefined): void {
  if (run && !isCompleted(run.phase)) run.terminate = true;
}

/** After an inconclusive run somebody resumed: the controller starts another. */
function needsNewRun(run: AnalysisRun | undefined, status: RolloutStatus): boolean {
  if (run === undefined) return true;
  const atPause = status.pauses.some(({ reason }) => reason === 'CanaryPauseStep');
  if (status.controllerPause && !atPause) return run.phase === 'Inconclusive';
  return false;
}

function judge(run: AnalysisRun, intent: Intent, kind: string): void {
  if (run.phase === 'Inconclusive') intent.addPauses.push('InconclusiveAnalysis');
  if (run.phase === 'Error' || run.phase === 'Failed') {
    intent.abortMessage = `${kind} analysis phase error/failed${run.message === '' ? '' : `: ${run.message}`}`;
  }
}

function stepAnalysis(rollout: RolloutModel, status: RolloutStatus, intent: Intent): AnalysisRun | undefined {
  const run = status.stepRun;
  if (status.pauses.length > 0) return run;
  const analysis = currentStep(rollout, status)?.analysis;
  if (analysis === undefined || analysis.templates.length === 0 || (run && run.stepIndex !== status.stepIndex)) {
    cancel(run);
    return undefined;
  }
  if (needsNewRun(run, status)) return newRun(analysis, false, status.stepIndex);
  judge(run!, intent, 'Step-based');
  return run;
}

function backgroundAnalysis(rollout: RolloutModel, status: RolloutStatus, intent: Intent): AnalysisRun | undefined {
  const run = status.backgroundRun;
  const { background } = rollout;
  if (background === undefined || background.analysis.templates.length === 0) return undefined;
  const early =
    background.startingStep !== undefined &&
    status.stepIndex !== undefined &&
    status.stepIndex < background.startingStep;
  if (status.stable === status.current || early) {
    // Runs that are no longer the current ones are cancelled.
    cancel(run);
    return undefined;
  }
  if (status.pauses.some(({ reason }) => reason === 'InconclusiveAnalysis')) return run;
  if (needsNewRun(run, status)) return newRun(background.analysis, true);
  judge(run!, intent, 'Background');
  return run;
}

/** Scales one ReplicaSet at a time: stable, canary, then what is left of the old version. */
function scale(cluster: Cluster, status: RolloutStatus, intent: Intent, aborted: boolean): boolean {
  const { rollout, canary, stable, now } = cluster;
  if (rollout.paused || status.pauses.some(({ reason }) => reason === 'InconclusiveAnalysis')) return false;
  const delayed = delaysScaleDown(rollout, aborted);
  if (!delayed) canary.scaleDownAt = undefined;
  if (status.stable === 'old') {
    stable.scaleDownAt = undefined;
    const wanted = desiredCounts(rollout, status, canary, stable, status.weights).stable;
    if (resize(stable, wanted)) return true;
  }
  if (scaleCanary(cluster, status, intent, delayed)) return true;
  if (status.stable === 'old' || stable.spec === 0) return false;
  const scaled = scaleDownOld(rollout, canary, stable, now);
  // Nothing waits for it any more: from here on, what is missing of the new version counts against the deadline.
  if (stable.spec === 0 && !delayed) stable.scaleDownAt = undefined;
  return scaled;
}

function resize(set: ReplicaSet, wanted: number): boolean {
  if (set.spec === wanted) return false;
  set.spec = wanted;
  return true;
}

function delaysScaleDown(rollout: RolloutModel, aborted: boolean): boolean {
  if (!aborted || rollout.trafficRouting === undefined || rollout.abortScaleDownDelaySeconds === 0) return false;
  return !rollout.dynamicStableScale || rollout.abortScaleDownDelaySeconds !== undefined;
}

function scaleCanary(cluster: Cluster, status: RolloutStatus, intent: Intent, delayed: boolean): boolean {
  const { rollout, canary, stable, now } = cluster;
  let wanted = desiredCounts(rollout, status, canary, stable, intent.weights).canary;
  if (delayed) {
    if (canary.scaleDownAt === undefined) {
      const bearing = status.stable === 'new' ? canary : stable;
      const delay = rollout.abortScaleDownDelaySeconds ?? 30;
      if (bearing.available === rollout.replicas) canary.scaleDownAt = now + delay;
      return false;
    }
    if (canary.scaleDownAt > now) return false;
    wanted = 0;
  }
  return resize(canary, wanted);
}

/** The version that was stable before the promotion. Those of its pods that are not available go at once. */
function scaleDownOld(rollout: RolloutModel, canary: ReplicaSet, old: ReplicaSet, now: number): boolean {
  old.spec = Math.min(old.spec, old.available);
  const spare = canary.available + old.available - (rollout.replicas - rollout.maxUnavailable);
  if (spare <= 0) return false;
  if (rollout.trafficRouting === undefined) return resize(old, old.spec > spare ? old.spec - spare : 0);
  if (rollout.dynamicStableScale) return resize(old, 0);
  const keep = (rollout.scaleDownDelayRevisionLimit ?? Infinity) > 0;
  if (!keep) return resize(old, 0);
  if (old.scaleDownAt === undefined) {
    if (rollout.scaleDownDelaySeconds > 0) old.scaleDownAt = now + rollout.scaleDownDelaySeconds;
    return false;
  }
  return old.scaleDownAt > now ? false : resize(old, 0);
}

function reconcilePause({ rollout }: Cluster, status: RolloutStatus, intent: Intent): void {
  if (rollout.paused || status.promoteFull) return;
  if (currentStep(rollout, status)?.pause === undefined) return;
  const waiting = status.pauses.some(({ reason }) => reason === 'CanaryPauseStep');
  if (!waiting && !status.controllerPause) intent.addPauses.push('CanaryPauseStep');
}

function completedStep({ rollout, canary, stable, now }: Cluster, status: RolloutStatus, intent: Intent): boolean {
  const step = currentStep(rollout, status);
  if (step === undefined || rollout.paused) return false;
  if (step.pause) {
    const pause = status.pauses.find(({ reason }) => reason === 'CanaryPauseStep');
    if (pause === undefined) return status.controllerPause;
    return step.pause.seconds !== undefined && now >= pause.start + step.pause.seconds;
  }
  if (step.setCanaryScale || step.setWeight !== undefined) {
    return atDesiredCounts(rollout, status, canary, stable, intent.weights);
  }
  if (step.experiment) return now >= (status.experimentSince ?? now) + (step.experiment.seconds ?? 0);
  if (step.analysis) return intent.stepRun?.phase === 'Successful';
  return step.setHeaderRoute !== undefined || step.setMirrorRoute !== undefined || step.plugin !== undefined;
}

function shouldPromote({ rollout, canary }: Cluster, status: RolloutStatus, aborted: boolean): boolean {
  if (aborted) return false;
  if (canary.available < rollout.replicas && !progressThresholdMet(rollout, canary, rollout.replicas)) return false;
  return status.promoteFull || rollout.steps.length === 0 || status.stepIndex === rollout.steps.length;
}

/** Progress resets the deadline; going without any for too long is Degraded, and an abort where that was asked for. */
function withProgress({ rollout, stable, now }: Cluster, before: RolloutStatus, next: RolloutStatus): RolloutStatus {
  if (next.abort) {
    return before.progress.reason === 'Aborted' ? next : { ...next, progress: { reason: 'Aborted', since: now } };
  }
  const healthy = isHealthy(rollout, next);
  if (healthy) {
    return next.progress.reason === 'Available' ? next : { ...next, progress: { reason: 'Available', since: now } };
  }
  const old = (status: RolloutStatus): number => status.replicas - status.updatedReplicas;
  const progressed =
    next.updatedReplicas !== before.updatedReplicas ||
    old(next) < old(before) ||
    next.readyReplicas > before.readyReplicas ||
    next.availableReplicas > before.availableReplicas ||
    next.stable !== before.stable ||
    (next.stepIndex !== before.stepIndex && next.stepIndex !== undefined && before.stepIndex !== undefined) ||
    next.current !== before.current;
  if (progressed) return { ...next, progress: { reason: 'Updated', since: now } };
  const { reason, since } = next.progress;
  const at = currentStep(rollout, before);
  const indefinite = Boolean(at?.experiment ?? at?.analysis ?? at?.pause) || before.pausedCondition;
  const scalingDown = before.stable === 'new' && stable.scaleDownAt !== undefined;
  if (indefinite || scalingDown || reason === 'Aborted' || reason === 'Paused') return next;
  if (reason !== 'TimedOut' && now <= since + rollout.progressDeadlineSeconds) return next;
  const timedOut: RolloutStatus =
    reason === 'TimedOut' ? next : { ...next, progress: { reason: 'TimedOut', since: now } };
  const completed = next.stable === next.current;
  if (!rollout.progressDeadlineAbort || (completed && !behaviourOf(rollout).abortsAfterPromotion)) return timedOut;
  return { ...timedOut, abort: true, abortMessage: 'progress deadline exceeded', pauses: [], controllerPause: false };
}

/** Whether everything is done and there. That somebody halted the rollout makes no difference. */
function isHealthy(rollout: RolloutModel, status: RolloutStatus): boolean {
  return (
    status.stable === status.current &&
    (rollout.steps.length === 0 || status.stepIndex === rollout.steps.length) &&
    status.replicas === rollout.replicas &&
    status.updatedReplicas === rollout.replicas &&
    status.availableReplicas === rollout.replicas
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
  if (rollout.trafficRouting === undefined && status.replicas > status.updatedReplicas) {
    return progressing('old replicas are pending termination');
  }
  if (status.stable !== status.current) return progressing('waiting for all steps to complete');
  return { phase: 'Healthy', message: '' };
}

function sameStatus(a: RolloutStatus, b: RolloutStatus): boolean {
  const keys = Object.keys({ ...a, ...b }) as (keyof RolloutStatus)[];
  return keys.every((key) => {
    if (key === 'weights' || key === 'pauses' || key === 'progress') {
      return JSON.stringify(a[key]) === JSON.stringify(b[key]);
    }
    return a[key] === b[key];
  });
}
