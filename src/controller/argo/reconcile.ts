import type { ExperimentModel, RolloutModel } from '../model';
import { cancel, judge, needsNewRun, skipsAnalyses } from './analyses';
import { newRun, type AnalysisRun } from './analysis-run';
import { behaviourOf } from './behaviour';
import { reconcileBlueGreen } from './blue-green';
import { hasFinished, newExperiment } from './experiment';
import { changePlaces, manageRoutes, pointServices } from './network';
import { atDesiredCounts, currentStep, desiredCounts, progressThresholdMet } from './replicas';
import { isRollbackWithinWindow } from './rollback';
import { delaysScaleDown, podsDuringDelay, resize, scaleDownAborted } from './scale-down';
import { allSets, availablePods, copyOf, isFullyPromoted, isScaling } from './sets';
import {
  conditionsOfPause,
  isAborted,
  sameStatus,
  writeScaled,
  writeStatus,
  type Cluster,
  type Intent,
} from './status';
import { decideWeights } from './weights';
import type { Experiment, RolloutStatus, Version, Weights } from './state';

/** Changes that a reconcile collects before it writes the status. */
interface CanaryIntent extends Intent {
  weights: Weights | undefined;
  stepRun: AnalysisRun | undefined;
  backgroundRun: AnalysisRun | undefined;
  experiment: Experiment | undefined;
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
  const { rollout, canary } = cluster;
  const status = conditionsOfPause(cluster, before);
  const intent: CanaryIntent = {
    addPauses: [],
    clearPauses: false,
    // A fully promoted version cannot be aborted: the controller reverts the abort.
    removeAbort: status.abort && isFullyPromoted(status),
    weights: status.weights,
    stepRun: undefined,
    backgroundRun: undefined,
    experiment: undefined,
  };
  if (isScaling(cluster)) return scaleOnly(cluster, before, status, intent);
  if (status.current !== canary.version) {
    intent.clearPauses = true;
    intent.removeAbort = true;
    cancel(status.stepRun);
    cancel(status.backgroundRun);
    const stepIndex = firstStep(cluster);
    return persist(cluster, before, { ...status, current: canary.version, stepIndex, promoteFull: false }, intent);
  }
  const aborted = (): boolean => isAborted(status, intent);
  // Whether a step is complete, the controller decides by the ReplicaSets as it has read them.
  const read = { ...cluster, ...copyOf(cluster) };

  const seen = { ...cluster, status, aborted: aborted() };
  pointServices(seen);
  const decision = decideWeights(seen);
  manageRoutes(seen, decision !== undefined && 'unchanged' in decision);
  if (decision && 'blocked' in decision) return sameStatus(before, status) ? before : status;
  if (decision && 'weights' in decision) intent.weights = decision.weights;
  if (decision === undefined) intent.weights = undefined;

  reconcileExperiments(cluster, status, intent);
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
    if (current.promoteFull || isRollbackWithinWindow(rollout, at)) {
      collected.clearPauses = true;
      collected.removeAbort = true;
      if (steps > 0) stepIndex = steps;
    }
    if (shouldPromote(at, current, aborted())) {
      collected.clearPauses = true;
      collected.removeAbort = true;
      if (!isFullyPromoted(current)) changePlaces(at);
      const promoted = { ...current, stable: canary.version, promoteFull: false };
      return persist(at, previous, { ...promoted, stepIndex: steps > 0 ? steps : undefined }, collected);
    }
    if (aborted()) {
      if (steps > 0) stepIndex = isFullyPromoted(current) ? steps : 0;
    } else if (completedStep(read, current, collected)) {
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
    { weights, stepRun, backgroundRun, experiment, ...collected }: CanaryIntent,
  ): RolloutStatus {
    return writeStatus(at, previous, status, { ...next, weights, stepRun, backgroundRun, experiment }, collected);
  }
}

/**
 * The step at which a changed template begins: none is left where it is that of the stable version, or that of an earlier
 * one within `rollbackWindow` which still has pods.
 */
function firstStep(cluster: Cluster): number | undefined {
  const { rollout, canary, stable } = cluster;
  if (rollout.steps.length === 0) return undefined;
  const skips = canary === stable || (isRollbackWithinWindow(rollout, cluster) && canary.spec > 0);
  return skips ? rollout.steps.length : 0;
}

/** A reconcile while the number of replicas changes: the controller scales, and does nothing else. */
function scaleOnly(
  cluster: Cluster,
  before: RolloutStatus,
  status: RolloutStatus,
  intent: CanaryIntent,
): RolloutStatus {
  scale(cluster, status, intent, status.abort);
  return writeScaled(cluster, before, status);
}

/**
 * Creates the experiment of the current step, ends all others, and judges: an inconclusive experiment pauses the rollout,
 * an errored or failed one aborts it. The status names an experiment only while it runs.
 */
function reconcileExperiments(cluster: Cluster, status: RolloutStatus, intent: CanaryIntent): void {
  const { rollout, experiments } = cluster;
  if (isAborted(status, intent) || status.promoteFull) {
    endExperiments(experiments);
    return;
  }
  if (status.pauses.some(({ reason }) => reason === 'InconclusiveAnalysisRun')) return;
  const model = currentStep(rollout, status)?.experiment;
  if (model === undefined) {
    endExperiments(experiments);
    return;
  }
  const current = status.experiment ?? createExperiment(cluster, model, status.stepIndex!);
  if (current.phase === 'Inconclusive') intent.addPauses.push('InconclusiveExperiment');
  else if (current.phase === 'Error' || current.phase === 'Failed') {
    const name = behaviourOf(rollout).namesFailedExperiment ? ['Experiment analysis phase is error/failed'] : [];
    intent.abortMessage = [...name, ...(current.message === '' ? [] : [current.message])].join(': ');
  } else if (current.phase !== 'Successful') intent.experiment = current;
  endExperiments(experiments.filter((one) => one !== current));
}

/** One that the status no longer names, and that still runs, is the current one again. */
function createExperiment({ experiments, canary, stable }: Cluster, model: ExperimentModel, step: number): Experiment {
  const running = experiments.find(
    (one) => one.stepIndex === step && one.version === canary.version && !hasFinished(one),
  );
  if (running) return running;
  const created = newExperiment(model, step, { canary: canary.version, stable: stable.version });
  experiments.push(created);
  return created;
}

function endExperiments(experiments: readonly Experiment[]): void {
  for (const one of experiments) if (!hasFinished(one)) one.terminate = true;
}

function reconcileAnalyses(cluster: Cluster, status: RolloutStatus, intent: CanaryIntent): void {
  const { rollout } = cluster;
  intent.stepRun = status.stepRun;
  intent.backgroundRun = status.backgroundRun;
  if (skipsAnalyses(cluster, status, cluster.canary.scaleDownAt !== undefined)) {
    cancel(status.stepRun);
    cancel(status.backgroundRun);
    if (!behaviourOf(rollout).keepsCancelledRuns) intent.stepRun = intent.backgroundRun = undefined;
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
  if (isFullyPromoted(status) || early) {
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
  const { rollout, canary, stable, others } = cluster;
  if (rollout.paused || status.pauses.some(({ reason }) => reason === 'InconclusiveAnalysisRun')) return false;
  const delayed = delaysScaleDown(rollout, aborted);
  if (!delayed) canary.scaleDownAt = undefined;
  if (stable !== canary) {
    stable.scaleDownAt = undefined;
    if (resize(rollout, stable, desiredCounts(rollout, status, cluster, status.weights).stable)) return true;
  }
  if (scaleCanary(cluster, status, intent, delayed)) return true;
  if (others.every(({ spec }) => spec === 0)) return false;
  const scaled = scaleDownOthers(cluster, status);
  // The wait is over: from here on, missing pods of the new version count against the deadline.
  for (const set of others) if (set.spec === 0 && !delayed) set.scaleDownAt = undefined;
  return scaled;
}

function scaleCanary(cluster: Cluster, status: RolloutStatus, intent: CanaryIntent, delayed: boolean): boolean {
  const { rollout, canary, stable, now } = cluster;
  if (delayed) return scaleDownAborted(rollout, canary, stable, now);
  return resize(rollout, canary, desiredCounts(rollout, status, cluster, intent.weights).canary);
}

/**
 * Versions that are neither the stable one nor that of the template: the previous stable one, and one whose update was
 * interrupted. Their unavailable pods are removed at once.
 */
function scaleDownOthers(cluster: Cluster, status: RolloutStatus): boolean {
  const { rollout, others } = cluster;
  for (const set of others) set.spec = Math.min(set.spec, set.available);
  const serving = availablePods(allSets(cluster));
  let spare = serving - (rollout.replicas - rollout.maxUnavailable);
  let kept = 0;
  let scaled = false;
  for (const set of others) {
    if (set.spec === 0 || isReferenced(cluster, status, set.version)) continue;
    if (spare <= 0) break;
    const had = set.spec;
    let wanted = 0;
    if (rollout.trafficRouting === undefined) wanted = had > spare ? had - spare : 0;
    else if (!rollout.dynamicStableScale && (isFullyPromoted(status) || set.scaleDownAt !== undefined)) {
      wanted = podsDuringDelay(rollout, set, kept++, had, cluster.now);
    }
    scaled = resize(rollout, set, wanted) || scaled;
    spare -= had - wanted;
  }
  return scaled;
}

/** Whether the router, or a Service, still sends requests to a version. */
function isReferenced({ rollout, network }: Cluster, { weights }: RolloutStatus, version: Version): boolean {
  if (rollout.trafficRouting === undefined) return false;
  // Of ping and pong, the controller looks at no Service.
  const services = rollout.pingPong ? [] : [network.canaryService, network.stableService];
  return [weights?.canaryVersion, weights?.stableVersion, ...services].includes(version);
}

function reconcilePause({ rollout }: Cluster, status: RolloutStatus, intent: CanaryIntent): void {
  if (rollout.paused || status.promoteFull) return;
  if (currentStep(rollout, status)?.pause === undefined) return;
  const waiting = status.pauses.some(({ reason }) => reason === 'CanaryPauseStep');
  if (!waiting && !status.controllerPause) intent.addPauses.push('CanaryPauseStep');
}

function completedStep(cluster: Cluster, status: RolloutStatus, intent: CanaryIntent): boolean {
  const { rollout, now } = cluster;
  const step = currentStep(rollout, status);
  if (step === undefined || rollout.paused) return false;
  if (step.pause) {
    const pause = status.pauses.find(({ reason }) => reason === 'CanaryPauseStep');
    if (pause === undefined) return status.controllerPause;
    return step.pause.seconds !== undefined && now >= pause.start + step.pause.seconds;
  }
  if (step.setCanaryScale || step.setWeight !== undefined) {
    return atDesiredCounts(rollout, status, cluster, intent.weights);
  }
  if (step.experiment) return status.experiment?.phase === 'Successful';
  if (step.analysis) return intent.stepRun?.phase === 'Successful';
  return step.setHeaderRoute !== undefined || step.setMirrorRoute !== undefined || step.plugin !== undefined;
}

function shouldPromote(cluster: Cluster, status: RolloutStatus, aborted: boolean): boolean {
  const { rollout, canary } = cluster;
  if (aborted) return false;
  const missing = behaviourOf(rollout).promotesWithMorePods
    ? canary.available < rollout.replicas
    : canary.available !== rollout.replicas;
  if (missing && !progressThresholdMet(rollout, canary, rollout.replicas)) return false;
  if (isRollbackWithinWindow(rollout, cluster)) return true;
  return status.promoteFull || rollout.steps.length === 0 || status.stepIndex === rollout.steps.length;
}
