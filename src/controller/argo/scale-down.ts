import type { RolloutModel } from '../model';
import { behaviourOf } from './behaviour';
import type { ReplicaSet } from './state';

/** Changes the desired number of pods. Returns whether it differs. */
export function resize({ replicas }: RolloutModel, set: ReplicaSet, wanted: number): boolean {
  set.noted = replicas;
  if (set.spec === wanted) return false;
  set.spec = wanted;
  return true;
}

/** Whether an aborted version keeps its pods for some time. Without traffic routing, a canary does not. */
export function delaysScaleDown(rollout: RolloutModel, aborted: boolean): boolean {
  const { blueGreen, trafficRouting, abortScaleDownDelaySeconds } = rollout;
  if (!aborted || abortScaleDownDelaySeconds === 0) return false;
  if (blueGreen === undefined && trafficRouting === undefined) return false;
  return !rollout.dynamicStableScale || abortScaleDownDelaySeconds !== undefined;
}

/** Scales an aborted version down once its delay is over, which begins when the stable version has all its pods. */
export function scaleDownAborted(rollout: RolloutModel, aborted: ReplicaSet, stable: ReplicaSet, now: number): boolean {
  const { scaleDownAt } = aborted;
  if (scaleDownAt !== undefined && scaleDownAt <= now) return resize(rollout, aborted, 0);
  const { autoscalerFreezesAbort } = behaviourOf(rollout);
  if (!autoscalerFreezesAbort) aborted.noted = rollout.replicas;
  if (scaleDownAt === undefined) {
    const delay = rollout.abortScaleDownDelaySeconds ?? 30;
    const enough = autoscalerFreezesAbort
      ? stable.available === rollout.replicas
      : stable.available >= rollout.replicas;
    if (enough) aborted.scaleDownAt = now + delay;
  }
  return false;
}

/**
 * The desired number of pods of a version that is neither the stable one nor that of the template, whose delay begins if
 * it has none.
 *
 * @param kept how many later ones keep their pods
 * @param pods the number of pods until the delay is over
 */
export function podsDuringDelay(
  rollout: RolloutModel,
  old: ReplicaSet,
  kept: number,
  pods: number,
  now: number,
): number {
  if (kept >= (rollout.scaleDownDelayRevisionLimit ?? Infinity)) return 0;
  if (old.scaleDownAt !== undefined) return old.scaleDownAt > now ? pods : 0;
  if (rollout.scaleDownDelaySeconds > 0) old.scaleDownAt = now + rollout.scaleDownDelaySeconds;
  return old.spec;
}
