import { closestCounts, type PodCounts } from '../../graph';
import type { RolloutModel, StepModel } from '../model';
import { behaviourOf } from './behaviour';
import { availablePods, isFullyPromoted, type Roles } from './sets';
import type { ReplicaSet, RolloutStatus } from './state';

/** The current step. Undefined after the last one, or if there are none. */
export function currentStep(rollout: RolloutModel, status: RolloutStatus): StepModel | undefined {
  return status.stepIndex === undefined ? undefined : rollout.steps[status.stepIndex];
}

/** The weight of the last setWeight at or before the current step. All traffic after the last step. */
export function currentSetWeight(rollout: RolloutModel, status: RolloutStatus): number {
  if (status.abort) return 0;
  if (currentStep(rollout, status) === undefined) return rollout.maxTrafficWeight;
  return lastSetWeight(rollout.steps, status.stepIndex!);
}

/** The weight of the last setWeight among the steps up to and with this index, or 0. */
export function lastSetWeight(steps: readonly StepModel[], index: number): number {
  for (let i = index; i >= 0; i--) {
    const { setWeight } = steps[i];
    if (setWeight !== undefined) return setWeight;
  }
  return 0;
}

const weightToReplicas = (replicas: number, weight: number, maxWeight: number): number =>
  Math.ceil((weight * replicas) / maxWeight);

/** The desired weight of the canary. After an abort with dynamicStableScale, it decreases gradually. */
export function desiredCanaryWeight(
  rollout: RolloutModel,
  status: RolloutStatus,
  canary: ReplicaSet,
  stable: ReplicaSet,
): number {
  const bySteps = status.abort && rollout.dynamicStableScale && behaviourOf(rollout).dynamicAbort === 'by-steps';
  if (!bySteps) return currentSetWeight(rollout, status);
  const pods = Math.max(rollout.replicas - stable.available, canary.available);
  for (let i = rollout.steps.length - 1; i >= 0; i--) {
    const { setWeight } = rollout.steps[i];
    if (setWeight === undefined) continue;
    if (weightToReplicas(rollout.replicas, setWeight, rollout.maxTrafficWeight) < pods) return setWeight;
  }
  return 0;
}

/** The setCanaryScale that is in effect, if any. */
function canaryScale(rollout: RolloutModel, status: RolloutStatus): StepModel['setCanaryScale'] {
  if (rollout.trafficRouting === undefined) return undefined;
  if (status.abort && rollout.abortScaleDownDelaySeconds !== 0) return undefined;
  if (currentStep(rollout, status) === undefined) return undefined;
  for (let i = status.stepIndex!; i >= 0; i--) {
    const { setCanaryScale } = rollout.steps[i];
    if (setCanaryScale) return setCanaryScale.matchTrafficWeight ? undefined : setCanaryScale;
  }
  return undefined;
}

function canaryTarget(
  rollout: RolloutModel,
  status: RolloutStatus,
  canary: ReplicaSet,
  stable: ReplicaSet,
): { replicas?: number; weight: number } {
  if (status.promoteFull || isFullyPromoted(status)) return { weight: rollout.maxTrafficWeight };
  const scale = canaryScale(rollout, status);
  if (scale?.replicas !== undefined) return { replicas: scale.replicas, weight: 0 };
  if (scale?.weight !== undefined) return { weight: scale.weight };
  return { weight: desiredCanaryWeight(rollout, status, canary, stable) };
}

function atLeastMinimum(rollout: RolloutModel, count: number): number {
  if (count === 0) return 0;
  const { minPodsPerReplicaSet: least = 0, replicas } = rollout;
  return Math.max(count, behaviourOf(rollout).capsMinPods ? Math.min(least, replicas) : least);
}

/**
 * The controller's numbers of pods, by traffic or by pods. `weights` are those that the stable version must still
 * serve.
 */
export function desiredCounts(
  rollout: RolloutModel,
  status: RolloutStatus,
  { canary, stable, others }: Roles,
  weights: RolloutStatus['weights'],
): PodCounts {
  if (rollout.trafficRouting === undefined) return basicCounts(rollout, status, { canary, stable, others });
  const { replicas, maxTrafficWeight } = rollout;
  const target = canaryTarget(rollout, status, canary, stable);
  const byWeight = (weight: number): number => weightToReplicas(replicas, weight, maxTrafficWeight);
  let canaryCount = target.replicas ?? atLeastMinimum(rollout, byWeight(target.weight));
  if (!rollout.dynamicStableScale) return { canary: canaryCount, stable: replicas };
  let stableCount = byWeight(maxTrafficWeight - target.weight);
  if (weights) {
    stableCount = Math.max(stableCount, byWeight(weights.stable));
    if (status.abort) canaryCount = Math.max(canaryCount, byWeight(weights.canary));
  }
  return { canary: atLeastMinimum(rollout, canaryCount), stable: atLeastMinimum(rollout, stableCount) };
}

/** Without traffic routing: the counts whose ratio comes closest to the weight, within surge and unavailability. */
function basicCounts(rollout: RolloutModel, status: RolloutStatus, { canary, stable, others }: Roles): PodCounts {
  const { replicas, maxSurge, maxUnavailable } = rollout;
  const { weight } = canaryTarget(rollout, status, canary, stable);
  const stableExists = canary !== stable;
  const desired = stableExists ? closestCounts(rollout, weight) : { canary: replicas, stable: 0 };
  const older = others.reduce((sum, { spec }) => sum + spec, 0);
  const most = replicas + maxSurge;
  const least = replicas - maxUnavailable;

  let canaryCount = canary.spec;
  let stableCount = stableExists ? stable.spec : 0;
  let room = most - (canary.spec + stableCount + older);
  if (stableExists && stable.spec < desired.stable && room > 0) {
    stableCount = Math.min(desired.stable, stable.spec + room);
    room -= stableCount - stable.spec;
  }
  if (canary.spec < desired.canary && room > 0) canaryCount = Math.min(desired.canary, canary.spec + room);
  // Older ReplicaSets go first.
  if (older > 0) return { canary: canaryCount, stable: stableCount };

  const increasing = desired.canary >= canary.spec;
  const spare = removable(canary, !increasing) + removable(stable, increasing);
  if (spare <= least) return { canary: canaryCount, stable: stableCount };
  const scaleDown = spare - least;
  if (!increasing) {
    canaryCount = drained(canary, desired.canary, scaleDown, canaryCount);
    const [drain, adjust] = withinLimits(canary, stable, canaryCount, stableCount, most, least);
    return { canary: drain, stable: adjust };
  }
  if (!stableExists) return { canary: canaryCount, stable: stableCount };
  stableCount = drained(stable, desired.stable, scaleDown, stableCount);
  const [drain, adjust] = withinLimits(stable, canary, stableCount, canaryCount, most, least);
  return { canary: adjust, stable: drain };
}

/** The pods that count when others are removed: the available ones, or all desired ones. */
function removable(set: ReplicaSet, ignoreAvailability: boolean): number {
  return set.spec < set.available || ignoreAvailability ? set.spec : set.available;
}

const drained = (set: ReplicaSet, desired: number, by: number, otherwise: number): number =>
  set.spec > desired ? Math.max(desired, set.spec - by) : otherwise;

function withinLimits(
  drain: ReplicaSet,
  adjust: ReplicaSet,
  drainCount: number,
  adjustCount: number,
  most: number,
  least: number,
): [drain: number, adjust: number] {
  const cut = adjustCount - Math.max(0, adjustCount + drainCount - most);
  const available = Math.min(drain.available, drainCount) + Math.min(adjust.available, cut);
  const lost = Math.max(0, adjust.available - cut);
  const adjusted = cut + Math.min(lost, Math.max(0, least - available));
  return [drainCount - Math.max(0, adjusted + drainCount - most), adjusted];
}

/** Whether enough of the desired pods can serve. */
export function progressThresholdMet(rollout: RolloutModel, set: ReplicaSet, desired: number): boolean {
  const threshold = behaviourOf(rollout).knowsProgressThreshold ? rollout.replicaProgressThreshold : undefined;
  if (!threshold || threshold.value < 0) return set.spec === desired && set.available === desired;
  if (!threshold.percent) return set.available >= threshold.value;
  return desired === 0 || (set.available / desired) * 100 - threshold.value >= -1e-10;
}

/** Whether both versions have the pods that the current step requires. */
export function atDesiredCounts(
  rollout: RolloutModel,
  status: RolloutStatus,
  roles: Roles,
  weights: RolloutStatus['weights'],
): boolean {
  const { canary, stable, others } = roles;
  const desired = desiredCounts(rollout, status, roles, weights);
  if (!progressThresholdMet(rollout, canary, desired.canary)) return false;
  if (rollout.trafficRouting !== undefined && rollout.dynamicStableScale) return true;
  if (stable.spec !== desired.stable || stable.created !== desired.stable) return false;
  return rollout.trafficRouting !== undefined || availablePods(others) === 0;
}
