/** The numbers of pods of both versions. */
export interface PodCounts {
  readonly canary: number;
  readonly stable: number;
}

/** What the numbers of pods of a Rollout without traffic routing depend on. */
export interface PodLimits {
  readonly replicas: number;
  readonly maxSurge: number;
  readonly maxTrafficWeight: number;
}

/**
 * The numbers of pods that are closest to a weight, as the controller chooses them without traffic routing. One additional pod
 * is allowed if there may be a surge.
 *
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.10.2/utils/replicaset/canary.go
 */
export function closestCounts({ replicas, maxSurge, maxTrafficWeight }: PodLimits, weight: number): PodCounts {
  if (replicas === 0) return { canary: 0, stable: 0 };
  const ceil = Math.ceil((replicas * weight) / maxTrafficWeight);
  const floor = Math.floor((replicas * weight) / maxTrafficWeight);
  const tied = (total: number): boolean => (total * (weight / maxTrafficWeight)) % 1 === 0.5;
  // Between 0 and 100, each version has at least one pod if there are two.
  const zeroAllowed = weight === maxTrafficWeight || weight === 0 || (replicas === 1 && maxSurge === 0);
  const options: { canary: number; total: number }[] = [];
  if (ceil < replicas || zeroAllowed) options.push({ canary: ceil, total: replicas });
  if (!tied(replicas) && (floor !== 0 || zeroAllowed)) options.push({ canary: floor, total: replicas });
  if (maxSurge > 0) {
    options.push({ canary: ceil, total: replicas + 1 });
    if (!tied(replicas + 1) && (floor !== 0 || zeroAllowed)) options.push({ canary: floor, total: replicas + 1 });
  }
  if (options.length === 0) return { canary: 0, stable: replicas };
  const distance = ({ canary, total }: { canary: number; total: number }): number =>
    Math.abs((canary * maxTrafficWeight) / total - weight);
  const best = options.reduce((found, option) => (distance(option) < distance(found) ? option : found));
  return { canary: best.canary, stable: best.total - best.canary };
}
