import type { BlueGreenModel, BlueGreenStage, RolloutModel } from '../model';
import { cancel, judge, needsNewRun, skipsAnalyses } from './analyses';
import { newRun } from './analysis-run';
import { pauseSeconds } from './blue-green-stages';
import { isFastTracked, isRollbackWithinWindow } from './rollback';
import { delaysScaleDown, podsDuringDelay, resize, scaleDownAborted } from './scale-down';
import { isFullyPromoted, isScaling } from './sets';
import { conditionsOfPause, isAborted, writeScaled, writeStatus, type Cluster, type Intent } from './status';
import type { BlueGreenStatus, RolloutStatus, Version } from './state';

type Writable<T> = { -readonly [key in keyof T]: T[key] };

/**
 * One reconcile of the controller for a blue-green rollout, in its order: pause conditions, preview Service, ReplicaSets,
 * pause, active Service, analyses, status. Returns the new status, which is the old object if nothing changed. The
 * ReplicaSets' wanted sizes and the runs' termination are changed in place.
 */
export function reconcileBlueGreen(cluster: Cluster, blueGreen: BlueGreenModel, before: RolloutStatus): RolloutStatus {
  const { rollout, canary } = cluster;
  const status = conditionsOfPause(cluster, before);
  const intent: Intent = { addPauses: [], clearPauses: false, removeAbort: false };
  const services: Writable<BlueGreenStatus> = { ...status.blueGreen! };
  const halted = rollout.paused || status.pauses.some(({ reason }) => reason === 'InconclusiveAnalysisRun');
  if (isScaling(cluster)) {
    scale(cluster, blueGreen, status);
    return writeScaled(cluster, before, status);
  }
  if (services.preview !== undefined && !halted) services.preview = canary.version;

  if (status.current !== canary.version) {
    if (canary.spec === 0) resize(rollout, canary, newReplicas(rollout, blueGreen, status, canary.version));
    cancel(services.preRun);
    cancel(services.postRun);
    intent.clearPauses = true;
    intent.removeAbort = true;
    services.preRun = services.postRun = undefined;
    // The controller keeps an approval of the version before.
    services.scaleUpPreviewCheckPoint = approved(cluster, blueGreen, status, services, intent);
    const next = { ...status, current: canary.version, promoteFull: false, blueGreen: services };
    return writeStatus(cluster, before, status, next, intent);
  }
  const delayed = canary.scaleDownAt !== undefined;
  scale(cluster, blueGreen, status);
  const fastTracked = isFastTracked(rollout, cluster, delayed);
  const ready = hasAll(canary, newReplicas(rollout, blueGreen, status, canary.version));
  if (!status.abort && ready && !halted) pause(cluster, blueGreen, status, services, intent, fastTracked);
  if (!halted && ready && hasAll(canary, rollout.replicas)) {
    const complete = pauseIsOver(cluster, blueGreen, status, intent) && prePromotionIsOver(blueGreen, services);
    if (fastTracked || status.promoteFull || complete) services.active = canary.version;
    if (status.abort) services.active = status.stable;
  }
  analyse(cluster, blueGreen, status, services, intent, fastTracked);

  const within = isRollbackWithinWindow(rollout, cluster);
  if (status.promoteFull || within) {
    intent.clearPauses = true;
    intent.removeAbort = true;
  }
  if (shouldPromote(cluster, blueGreen, status, services, intent, fastTracked)) {
    intent.clearPauses = true;
    intent.removeAbort = true;
    services.scaleUpPreviewCheckPoint = false;
    const next = { ...status, stable: canary.version, promoteFull: false, blueGreen: services };
    return writeStatus(cluster, before, status, next, intent);
  }
  services.scaleUpPreviewCheckPoint = approved(cluster, blueGreen, status, services, intent);
  return writeStatus(cluster, before, status, { ...status, blueGreen: services }, intent);
}

const hasAll = ({ spec, available }: Cluster['canary'], wanted: number): boolean =>
  spec === wanted && available === wanted;

/** The desired number of pods of the new version. */
function newReplicas(
  rollout: RolloutModel,
  { previewReplicaCount }: BlueGreenModel,
  { blueGreen, promoteFull, pauses, current }: RolloutStatus,
  version: Version,
): number {
  if (previewReplicaCount === undefined || blueGreen!.active === version || promoteFull) return rollout.replicas;
  if (version !== current) return previewReplicaCount;
  const goesOn = !rollout.paused && pauses.length === 0;
  return goesOn && blueGreen!.scaleUpPreviewCheckPoint ? rollout.replicas : previewReplicaCount;
}

/** Only the scaling of the previous stable version is halted. */
function scale(cluster: Cluster, blueGreen: BlueGreenModel, status: RolloutStatus): void {
  const { rollout, canary, stable, others, now } = cluster;
  const delayed = delaysScaleDown(rollout, status.abort);
  if (!delayed) canary.scaleDownAt = undefined;
  if (stable !== canary) {
    stable.scaleDownAt = undefined;
    resize(rollout, stable, rollout.replicas);
  }
  if (delayed) scaleDownAborted(rollout, canary, stable, now);
  else resize(rollout, canary, newReplicas(rollout, blueGreen, status, canary.version));
  if (status.pauses.some(({ reason }) => reason === 'InconclusiveAnalysisRun')) return;
  const { active, preview, postRun } = status.blueGreen!;
  const switched = active === canary.version && !isFullyPromoted(status);
  const analysed = postRun !== undefined || hasAll(canary, rollout.replicas);
  const unproven = switched && analysed && postRun?.phase !== 'Successful';
  if (unproven && blueGreen.postPromotion !== undefined && blueGreen.keepsPodsForAnalysis) return;
  let kept = 0;
  for (const set of others) {
    if (set.spec === 0 || set.version === active || set.version === preview) continue;
    resize(rollout, set, podsDuringDelay(rollout, set, kept++, rollout.replicas, now));
    if (set.spec === 0) set.scaleDownAt = undefined;
  }
}

function pause(
  cluster: Cluster,
  blueGreen: BlueGreenModel,
  status: RolloutStatus,
  services: BlueGreenStatus,
  intent: Intent,
  fastTracked: boolean,
): void {
  const isActive = services.active === cluster.canary.version;
  const skipped = fastTracked || status.promoteFull || isActive || services.scaleUpPreviewCheckPoint;
  if (skipped || pauseSeconds(blueGreen) === 0) {
    intent.removePause = 'BlueGreenPause';
    return;
  }
  if (!prePromotionIsOver(blueGreen, services)) return;
  const waiting = status.pauses.some(({ reason }) => reason === 'BlueGreenPause');
  if (waiting && pauseIsOver(cluster, blueGreen, status, intent)) intent.removePause = 'BlueGreenPause';
  if (!waiting && !status.controllerPause) intent.addPauses.push('BlueGreenPause');
}

/** It was approved, or the time is over. An approval before the time is over makes the controller pause again. */
function pauseIsOver({ now }: Cluster, blueGreen: BlueGreenModel, status: RolloutStatus, intent: Intent): boolean {
  if (intent.addPauses.length > 0) return false;
  if (status.blueGreen!.scaleUpPreviewCheckPoint) return true;
  const waiting = status.pauses.find(({ reason }) => reason === 'BlueGreenPause');
  const seconds = pauseSeconds(blueGreen);
  if (seconds === undefined) return status.controllerPause && waiting === undefined;
  return seconds === 0 || (waiting !== undefined && now >= waiting.start + seconds);
}

const prePromotionIsOver = ({ prePromotion }: BlueGreenModel, { preRun }: BlueGreenStatus): boolean =>
  prePromotion === undefined || preRun?.phase === 'Successful';

/**
 * With previewReplicaCount: the preview has its pods, passed its analysis and was approved. This lasts until the
 * promotion.
 */
function approved(
  cluster: Cluster,
  blueGreen: BlueGreenModel,
  status: RolloutStatus,
  services: BlueGreenStatus,
  intent: Intent,
): boolean {
  if (blueGreen.previewReplicaCount === undefined) return false;
  if (services.scaleUpPreviewCheckPoint) return true;
  if (!prePromotionIsOver(blueGreen, services) || !pauseIsOver(cluster, blueGreen, status, intent)) return false;
  return cluster.canary.available === blueGreen.previewReplicaCount;
}

function analyse(
  cluster: Cluster,
  { previewReplicaCount }: BlueGreenModel,
  status: RolloutStatus,
  services: Writable<BlueGreenStatus>,
  intent: Intent,
  fastTracked: boolean,
): void {
  const { rollout, canary } = cluster;
  if (fastTracked || isFullyPromoted(status) || skipsAnalyses(cluster, status, false)) {
    cancel(services.preRun);
    cancel(services.postRun);
    return;
  }
  // What the active Service selected when this reconcile began.
  const { active } = status.blueGreen!;
  const run = (key: 'preRun' | 'postRun', stage: BlueGreenStage, wanted: boolean, pods: number): void => {
    const index = rollout.steps.findIndex((step) => step.stage === stage);
    const analysis = rollout.steps[index]?.analysis;
    const current = services[key];
    if (analysis === undefined || analysis.templates.length === 0) {
      cancel(current);
      services[key] = undefined;
      return;
    }
    // Once it has begun, it continues even if some pods are not available.
    if (!wanted || (current === undefined && !hasAll(canary, pods))) cancel(current);
    else if (
      !status.pauses.some(({ reason }) => reason === 'InconclusiveAnalysisRun') &&
      needsNewRun(current, status)
    ) {
      services[key] = newRun(analysis, false, index);
    }
    if (services[key]) judge(rollout, services[key], intent, `Blue/green ${stage}`);
  };
  run('preRun', 'pre-promotion', active !== canary.version, previewReplicaCount ?? rollout.replicas);
  run('postRun', 'post-promotion', active === canary.version, rollout.replicas);
}

function shouldPromote(
  cluster: Cluster,
  { postPromotion }: BlueGreenModel,
  status: RolloutStatus,
  { active, postRun }: BlueGreenStatus,
  intent: Intent,
  fastTracked: boolean,
): boolean {
  if (active !== cluster.canary.version) return false;
  // A promoted version cannot be aborted.
  if (status.promoteFull || isFullyPromoted(status)) return true;
  if (isRollbackWithinWindow(cluster.rollout, cluster)) return true;
  if (isAborted(status, intent)) return false;
  return fastTracked || postPromotion === undefined || postRun?.phase === 'Successful';
}
