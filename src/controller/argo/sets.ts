import type { RolloutModel } from '../model';
import type { ReplicaSet, RolloutStatus, Version } from './state';

/** The order in which versions are created. */
export const VERSIONS: readonly Version[] = ['old', 'new', 'next'];

/** The ReplicaSets of a rollout, by version. */
export type ReplicaSets = { readonly [version in Version]: ReplicaSet };

/** A ReplicaSet that has no pods yet. */
export const emptySet = (version: Version, revision: number): ReplicaSet => ({
  version,
  revision,
  noted: 0,
  spec: 0,
  created: 0,
  available: 0,
  pending: [],
});

/** The ReplicaSets at the start of an update: all pods are of the old version. */
export function setsAtRest(replicas: number): ReplicaSets {
  return {
    old: { ...emptySet('old', 1), noted: replicas, spec: replicas, created: replicas, available: replicas },
    new: emptySet('new', 2),
    next: emptySet('next', 0),
  };
}

/** The roles of the ReplicaSets, as the controller names them. */
export interface Roles {
  /** The ReplicaSet of the template. */
  readonly canary: ReplicaSet;
  /** The ReplicaSet of the stable version, which is that of the template once it is promoted. */
  readonly stable: ReplicaSet;
  /** All others, the latest first. */
  readonly others: readonly ReplicaSet[];
}

/** The roles of the ReplicaSets while the template is that of a version. */
export function rolesOf(sets: ReplicaSets, template: Version, { stable }: Pick<RolloutStatus, 'stable'>): Roles {
  const others = VERSIONS.filter((version) => version !== template && version !== stable).map((one) => sets[one]);
  return {
    canary: sets[template],
    stable: sets[stable],
    others: others.sort((a, b) => b.revision - a.revision),
  };
}

/** Whether the version of the template is the stable one. */
export const isFullyPromoted = ({ stable, current }: Pick<RolloutStatus, 'stable' | 'current'>): boolean =>
  stable === current;

/** The available pods of several ReplicaSets. */
export const availablePods = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((sum, { available }) => sum + available, 0);

/** The ReplicaSets of all roles, each once. */
export const allSets = ({ canary, stable, others }: Roles): readonly ReplicaSet[] => [
  canary,
  ...(stable === canary ? [] : [stable]),
  ...others,
];

/** Whether the number of replicas has changed since the ReplicaSets were scaled. */
export const isScaling = ({ rollout, canary, stable }: Roles & { readonly rollout: RolloutModel }): boolean =>
  [canary, stable].some(({ spec, noted }) => spec > 0 && noted !== rollout.replicas);

/** The ReplicaSets as they are now. */
export function copyOf({ canary, stable, others }: Roles): Roles {
  const copy = { ...canary };
  return { canary: copy, stable: stable === canary ? copy : { ...stable }, others: others.map((set) => ({ ...set })) };
}
