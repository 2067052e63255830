import type { RolloutModel } from '../model';
import { behaviourOf } from './behaviour';
import { weightsOf } from './experiment';
import { atDesiredCounts, currentSetWeight, currentStep, desiredCanaryWeight, lastSetWeight } from './replicas';
import { isFullyPromoted, type Roles } from './sets';
import type { ReplicaSet, RolloutStatus, Weights } from './state';

/** The weights that one reconcile sets in the traffic router, or why it sets none. */
export type WeightDecision =
  | { readonly weights: Weights }
  | { readonly unchanged: true }
  /** Whether the reconcile ends here with an error, before analyses and scaling. */
  | { readonly blocked: string };

interface Now extends Roles {
  readonly rollout: RolloutModel;
  readonly status: RolloutStatus;
  /** Whether it is aborted, including by this reconcile. */
  readonly aborted: boolean;
}

/**
 * Whether an update was interrupted by going back to the stable version while dynamicStableScale has left that too few
 * pods: traffic then stays with the version of the update as long as the stable one needs.
 */
export function rollsBackGradually({ rollout, status, canary }: Now): boolean {
  if (rollout.trafficRouting === undefined || !rollout.dynamicStableScale || !isFullyPromoted(status)) return false;
  const { weights } = status;
  return weights !== undefined && weights.canaryVersion !== canary.version && canary.available < rollout.replicas;
}

/** The weight of the canary, by the first of the controller's cases that applies. */
export function desiredWeight(now: Now): number {
  const { rollout, status, canary, aborted } = now;
  if (rollsBackGradually(now)) return weightAfterAbort(now);
  if (isFullyPromoted(status)) return 0;
  if (aborted) return weightAfterAbort(now);
  if (canary.available === 0) return 0;
  if (status.promoteFull) {
    if (!rollout.dynamicStableScale) return status.weights?.canary ?? 0;
    return Math.floor((rollout.maxTrafficWeight * canary.available) / rollout.replicas);
  }
  // Without steps there is no index, and the canary gets nothing before it is promoted.
  if (status.stepIndex === undefined) return 0;
  if (!atDesiredCounts(rollout, status, now, undefined)) {
    return lastSetWeight(rollout.steps, status.stepIndex - 1);
  }
  if (currentStep(rollout, status) === undefined) return rollout.maxTrafficWeight;
  return currentSetWeight(rollout, status);
}

function weightAfterAbort({ rollout, status, canary, stable }: Now): number {
  const { maxTrafficWeight, replicas } = rollout;
  if (!rollout.dynamicStableScale || replicas === 0) return 0;
  const desired = desiredCanaryWeight(rollout, status, canary, stable);
  const stableShare = Math.floor((maxTrafficWeight * stable.available) / replicas);
  const expected = Math.max(0, maxTrafficWeight - stableShare);
  if (behaviourOf(rollout).dynamicAbort === 'at-once') return Math.min(expected, status.weights?.canary ?? expected);
  if (!status.weights) return Math.max(expected, desired);
  const current = status.weights.canary;
  if (desired <= 0) return Math.min(expected, current);
  return stableShare < maxTrafficWeight - desired ? current : Math.min(desired, current);
}

/** The destinations of a running experiment, which the router has only in the middle of an update. */
function experimentWeights(now: Now): Weights['experiment'] {
  const { rollout, status, canary, aborted } = now;
  if (rollsBackGradually(now) || isFullyPromoted(status) || aborted) return undefined;
  if (canary.available > 0 && (status.promoteFull || currentStep(rollout, status) === undefined)) return undefined;
  return weightsOf(status.experiment);
}

const fullyAvailable = (set: ReplicaSet): boolean => set.spec !== 0 && set.available !== 0 && set.spec <= set.available;

/** Decides the weights of one reconcile, with the guards around them. */
export function decideWeights(now: Now): WeightDecision | undefined {
  const { rollout, status, canary, stable } = now;
  if (rollout.trafficRouting === undefined) return undefined;
  const weight = desiredWeight(now);
  const wanted = stablePodsFor(rollout, rollout.maxTrafficWeight - weight);
  if (stable.available < wanted && !enough(rollout, stable, wanted)) return { unchanged: true };
  const subsets = subsetsOf(now);
  if (subsets === 'blocked') {
    return { blocked: 'delaying destination rule switch: ReplicaSet not fully available' };
  }
  const experiment = experimentWeights(now);
  return {
    weights: {
      canary: weight,
      stable: rollout.maxTrafficWeight - weight - (experiment ? experiment.canary + experiment.stable : 0),
      ...(experiment ? { experiment } : {}),
      canaryVersion: rollsBackGradually(now) ? status.weights!.canaryVersion : canary.version,
      stableVersion: stable.version,
      ...(subsets === 'held' && status.weights ? versionsOf(status.weights) : {}),
    },
  };
}

/** The pods that the stable version needs for a weight, as the release counts them. */
function stablePodsFor(rollout: RolloutModel, weight: number): number {
  const { stablePodsForWeights: counting } = behaviourOf(rollout);
  if (counting === 'any') return 0;
  return Math.floor((weight * rollout.replicas) / (counting === 'of-100' ? 100 : rollout.maxTrafficWeight));
}

/** The state of the subsets: without Services, they or the whole reconcile wait for all pods that get traffic. */
function subsetsOf({ rollout, status, canary, stable }: Now): 'set' | 'held' | 'blocked' {
  if (!rollout.waitsForAllPods) return 'set';
  const { withoutServices: waiting } = behaviourOf(rollout);
  const versions = status.abort && waiting === 'fails' ? [stable] : [canary, stable];
  const waits = versions.some((set) => set.spec > 0 && !fullyAvailable(set));
  if (!waits || waiting === 'at-once') return 'set';
  return waiting === 'later' ? 'held' : 'blocked';
}

/** The versions at which the subsets point. */
const versionsOf = ({ canaryVersion, stableVersion }: Weights) => ({ canaryVersion, stableVersion });

function enough(rollout: RolloutModel, set: ReplicaSet, wanted: number): boolean {
  const threshold = behaviourOf(rollout).knowsProgressThreshold ? rollout.replicaProgressThreshold : undefined;
  if (!threshold || threshold.value < 0) return false;
  if (!threshold.percent) return set.available >= threshold.value;
  return wanted === 0 || (set.available / wanted) * 100 - threshold.value >= -1e-10;
}
