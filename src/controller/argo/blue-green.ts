import type { BlueGreenModel, BlueGreenStage, RolloutModel } from '../model';
import { cancel, judge, needsNewRun } from './analyses';
import { newRun } from './analysis-run';
import { pauseSeconds } from './blue-green-stages';
import { delaysScaleDown, resize, scaleDownAborted, scaleDownAfterDelay } from './scale-down';
import { conditionsOfPause, isAborted, writeStatus, type Cluster, type Intent } from './status';
import type { BlueGreenStatus, RolloutStatus } from './state';

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
  if (services.preview !== undefined && !halted) services.preview = 'new';

  if (status.current === 'old') {
    resize(canary, newReplicas(rollout, blueGreen, status, true));
    intent.clearPauses = true;
    intent.removeAbort = true;
    services.preRun = services.postRun = undefined;
    services.scaleUpPreviewCheckPoint = false;
    services.scaleUpPreviewCheckPoint = approved(cluster, blueGreen, status, services, intent);
    const next = { ...status, current: 'new' as const, promoteFull: false, blueGreen: services };
    return writeStatus(cluster, before, status, next, intent);
  }
  scale(cluster, blueGreen, status);
  const ready = hasAll(canary, newReplicas(rollout, blueGreen, status));
  if (!status.abort && ready && !halted) pause(cluster, blueGreen, status, services, intent);
  if (!halted && ready && hasAll(canary, rollout.replicas)) {
    const complete = pauseIsOver(cluster, blueGreen, status, intent) && prePromotionIsOver(blueGreen, services);
    if (status.promoteFull || complete) services.active = 'new';
    if (status.abort) services.active = status.stable;
  }
  analyse(cluster, blueGreen, status, services, intent);

  if (status.promoteFull) {
    intent.clearPauses = true;
    intent.removeAbort = true;
  }
  if (shouldPromote(blueGreen, status, services, intent)) {
    intent.clearPauses = true;
    intent.removeAbort = true;
    services.scaleUpPreviewCheckPoint = false;
    const next = { ...status, stable: 'new' as const, promoteFull: false, blueGreen: services };
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
  { blueGreen, promoteFull, pauses }: RolloutStatus,
  fresh = false,
): number {
  if (previewReplicaCount === undefined || blueGreen!.active === 'new' || promoteFull) return rollout.replicas;
  if (fresh) return previewReplicaCount;
  const goesOn = !rollout.paused && pauses.length === 0;
  return goesOn && blueGreen!.scaleUpPreviewCheckPoint ? rollout.replicas : previewReplicaCount;
}

/** Only the scaling of the previous stable version is halted. */
function scale({ rollout, canary, stable, now }: Cluster, blueGreen: BlueGreenModel, status: RolloutStatus): void {
  const delayed = delaysScaleDown(rollout, status.abort);
  if (!delayed) canary.scaleDownAt = undefined;
  if (status.stable === 'old') {
    stable.scaleDownAt = undefined;
    resize(stable, rollout.replicas);
  }
  if (delayed) scaleDownAborted(rollout, canary, status.stable === 'new' ? canary : stable, now);
  else resize(canary, newReplicas(rollout, blueGreen, status));
  const isReferenced = status.blueGreen!.active === 'old' || status.blueGreen!.preview === 'old';
  if (status.stable === 'old' || stable.spec === 0 || isReferenced) return;
  if (status.pauses.some(({ reason }) => reason === 'InconclusiveAnalysisRun')) return;
  scaleDownAfterDelay(rollout, stable, now);
  if (stable.spec === 0) stable.scaleDownAt = undefined;
}

function pause(
  cluster: Cluster,
  blueGreen: BlueGreenModel,
  status: RolloutStatus,
  services: BlueGreenStatus,
  intent: Intent,
): void {
  const skipped = status.promoteFull || services.active === 'new' || services.scaleUpPreviewCheckPoint;
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
  { rollout, canary }: Cluster,
  { previewReplicaCount }: BlueGreenModel,
  status: RolloutStatus,
  services: Writable<BlueGreenStatus>,
  intent: Intent,
): void {
  if (status.abort || status.promoteFull || status.stable === 'new') {
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
  run('preRun', 'pre-promotion', active === 'old', previewReplicaCount ?? rollout.replicas);
  run('postRun', 'post-promotion', active === 'new', rollout.replicas);
}

function shouldPromote(
  { postPromotion }: BlueGreenModel,
  status: RolloutStatus,
  { active, postRun }: BlueGreenStatus,
  intent: Intent,
): boolean {
  if (active !== 'new') return false;
  // A promoted version cannot be aborted.
  if (status.promoteFull || status.stable === 'new') return true;
  if (isAborted(status, intent)) return false;
  return postPromotion === undefined || postRun?.phase === 'Successful';
}
