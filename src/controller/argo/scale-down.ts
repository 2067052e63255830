import type { RolloutModel } from '../model';
import type { ReplicaSet } from './state';

/** Changes the desired number of pods. Returns whether it differs. */
export function resize(set: ReplicaSet, wanted: number): boolean {
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
  if (aborted.scaleDownAt === undefined) {
    const delay = rollout.abortScaleDownDelaySeconds ?? 30;
    if (stable.available === rollout.replicas) aborted.scaleDownAt = now + delay;
    return false;
  }
  return aborted.scaleDownAt > now ? false : resize(aborted, 0);
}

/** Scales the version that was stable before the promotion down once its delay is over. */
export function scaleDownAfterDelay(rollout: RolloutModel, old: ReplicaSet, now: number): boolean {
  const keep = (rollout.scaleDownDelayRevisionLimit ?? Infinity) > 0;
  if (!keep) return resize(old, 0);
  if (old.scaleDownAt === undefined) {
    if (rollout.scaleDownDelaySeconds > 0) old.scaleDownAt = now + rollout.scaleDownDelaySeconds;
    return false;
  }
  return old.scaleDownAt > now ? false : resize(old, 0);
}
