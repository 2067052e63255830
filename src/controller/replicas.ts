import type { RolloutModel } from './model';

/** The values that depend on the number of replicas. */
type Sized = Pick<RolloutModel, 'replicas' | 'maxSurge' | 'maxUnavailable' | 'percentages'>;

/** The rollout with another number of replicas. Percentages are resolved as the controller does. */
export function withReplicas<Model extends Sized>(rollout: Model, replicas: number): Model {
  const { percentages = {} } = rollout;
  const { maxSurge: most, maxUnavailable: least } = percentages;
  const maxSurge = most === undefined ? rollout.maxSurge : Math.ceil((most * replicas) / 100);
  const maxUnavailable = least === undefined ? rollout.maxUnavailable : Math.floor((least * replicas) / 100);
  const smallest = maxSurge === 0 && maxUnavailable === 0 ? 1 : Math.min(replicas, maxUnavailable);
  return { ...rollout, replicas, maxSurge, maxUnavailable: smallest };
}
