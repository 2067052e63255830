import type { RolloutModel } from '../model';
import { cancel, judge, needsNewRun } from './analyses';
import { newRun, type AnalysisRun } from './analysis-run';
import { reconcileBlueGreen } from './blue-green';
import { changePlaces, manageRoutes, pointServices } from './network';
import { atDesiredCounts, currentStep, desiredCounts, progressThresholdMet } from './replicas';
import { delaysScaleDown, resize, scaleDownAborted, scaleDownAfterDelay } from './scale-down';
import { conditionsOfPause, isAborted, sameStatus, writeStatus, type Cluster, type Intent } from './status';
import { decideWeights } from './weights';
import type { ReplicaSet, RolloutStatus, Weights } from './state';

/** Changes that a reconcile collects before it writes the status. */
interface CanaryIntent extends Intent {
  weights: Weights | undefined;
  stepRun: AnalysisRun | undefined;
  backgroundRun: AnalysisRun | undefined;
}

/** One reconcile of the controller, by the rollout's strategy: see reconcileCanary and reconcileBlueGreen. */
export function reconcile(cluster: Cluster, before: RolloutStatus): RolloutStatus {
  return cluster.rollout.blueGreen === undefined
    ? reconcileCanary(cluster, before)
    : reconcileBlueGreen(cluster, cluster.rollout.blueGreen, before);
}

/**
 * One reconcile of the controller for a rollout by canary, in its order: pause conditions, a changed template, traffic
 * routing, analyses, scaling, pause steps, status. Returns the new status, which is the old object if nothing changed.
 * The ReplicaSets' wanted sizes, Services, routes and the runs' termination are changed in place.
 */
function reconcileCanary(cluster: Cluster, before: RolloutStatus): RolloutStatus {
  const { rollout, canary, stable } = cluster;
  const conditioned = conditionsOfPause(cluster, before);
  const status = { ...conditioned, experimentSince: experimentSince(cluster, conditioned) };
  const intent: CanaryIntent = {
    addPauses: [],
    clearPauses: false,
    // A fully promoted version cannot be aborted: the controller reverts the abort.
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
  const aborted = (): boolean => isAborted(status, intent);

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

  function syncStatus(
    at: Cluster,
    previous: RolloutStatus,
    current: RolloutStatus,
    collected: CanaryIntent,
  ): RolloutStatus {
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
      collected.removePause = 'CanaryPauseStep';
    }
    return persist(at, previous, { ...current, stepIndex }, collected);
  }

  function persist(
    at: Cluster,
    previous: RolloutStatus,
    next: RolloutStatus,
    { weights, stepRun, backgroundRun, ...collected }: CanaryIntent,
  ): RolloutStatus {
    return writeStatus(at, previous, status, { ...next, weights, stepRun, backgroundRun }, collected);
  }
}

/** An experiment's own pods and analyses are outside this model. It is assumed to succeed when its time is over. */
function experimentSince({ rollout, now }: Cluster, status: RolloutStatus): number | undefined {
  if (status.abort || currentStep(rollout, status)?.experiment === undefined) return undefined;
  return status.experimentSince ?? now;
}

function reconcileAnalyses({ rollout }: Cluster, status: RolloutStatus, intent: CanaryIntent): void {
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

function stepAnalysis(rollout: RolloutModel, status: RolloutStatus, intent: CanaryIntent): AnalysisRun | undefined {
  const run = status.stepRun;
  if (status.pauses.length > 0) return run;
  const analysis = currentStep(rollout, status)?.analysis;
  if (analysis === undefined || analysis.templates.length === 0 || (run && run.stepIndex !== status.stepIndex)) {
    cancel(run);
    return undefined;
  }
  if (needsNewRun(run, status)) return newRun(analysis, false, status.stepIndex);
  judge(rollout, run!, intent, 'Step-based');
  return run;
}

function backgroundAnalysis(
  rollout: RolloutModel,
  status: RolloutStatus,
  intent: CanaryIntent,
): AnalysisRun | undefined {
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
  if (status.pauses.some(({ reason }) => reason === 'InconclusiveAnalysisRun')) return run;
  if (needsNewRun(run, status)) return newRun(background.analysis, true);
  judge(rollout, run!, intent, 'Background');
  return run;
}

/** Scales one ReplicaSet at a time: stable, canary, then the old version. */
function scale(cluster: Cluster, status: RolloutStatus, intent: CanaryIntent, aborted: boolean): boolean {
  const { rollout, canary, stable, now } = cluster;
  if (rollout.paused || status.pauses.some(({ reason }) => reason === 'InconclusiveAnalysisRun')) return false;
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
  // The wait is over: from here on, missing pods of the new version count against the deadline.
  if (stable.spec === 0 && !delayed) stable.scaleDownAt = undefined;
  return scaled;
}

function scaleCanary(cluster: Cluster, status: RolloutStatus, intent: CanaryIntent, delayed: boolean): boolean {
  const { rollout, canary, stable, now } = cluster;
  if (delayed) return scaleDownAborted(rollout, canary, status.stable === 'new' ? canary : stable, now);
  return resize(canary, desiredCounts(rollout, status, canary, stable, intent.weights).canary);
}

/** The previous stable version. Its unavailable pods are removed at once. */
function scaleDownOld(rollout: RolloutModel, canary: ReplicaSet, old: ReplicaSet, now: number): boolean {
  old.spec = Math.min(old.spec, old.available);
  const spare = canary.available + old.available - (rollout.replicas - rollout.maxUnavailable);
  if (spare <= 0) return false;
  if (rollout.trafficRouting === undefined) return resize(old, old.spec > spare ? old.spec - spare : 0);
  if (rollout.dynamicStableScale) return resize(old, 0);
  return scaleDownAfterDelay(rollout, old, now);
}

function reconcilePause({ rollout }: Cluster, status: RolloutStatus, intent: CanaryIntent): void {
  if (rollout.paused || status.promoteFull) return;
  if (currentStep(rollout, status)?.pause === undefined) return;
  const waiting = status.pauses.some(({ reason }) => reason === 'CanaryPauseStep');
  if (!waiting && !status.controllerPause) intent.addPauses.push('CanaryPauseStep');
}

function completedStep(
  { rollout, canary, stable, now }: Cluster,
  status: RolloutStatus,
  intent: CanaryIntent,
): boolean {
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
