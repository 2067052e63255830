import type { RolloutModel } from '../model';
import { stageIndex } from './blue-green-stages';
import { availablePods, VERSIONS, type ReplicaSets } from './sets';
import type { Network, RolloutStatus, Version } from './state';
import type { Frame, Versions } from './trace';

/** Everything that a frame is made of. */
interface Seen {
  readonly rollout: RolloutModel;
  readonly sets: ReplicaSets;
  readonly network: Network;
  readonly status: RolloutStatus;
  readonly template: Version;
  /** Whether the update is no longer that from the old version to the new one. */
  readonly interrupted: boolean;
}

/** The observable state at a time. */
export function frameAt(time: number, seen: Seen): Frame {
  const { rollout, sets, status, network, interrupted } = seen;
  const { weights } = status;
  // Once a third version exists, it is the latest one.
  const canary = sets.next.revision > 0 ? sets.next : sets.new;
  const others = canary === sets.next ? [sets.new] : [];
  const available = availablePods([canary, sets.old, ...others]);
  const full = rollout.maxTrafficWeight;
  const byPods = available === 0 ? 0 : (full * (available - sets.old.available)) / available;
  const promoted = status.stable !== 'old';
  const switched = status.blueGreen && (status.blueGreen.active === 'old' ? 0 : full);
  return {
    time,
    stepIndex: status.blueGreen ? stageIndex(rollout, status) : status.stepIndex,
    weight: switched ?? (promoted && weights ? full : (weights?.canary ?? byPods)),
    canary: { spec: canary.spec, available: canary.available },
    stable: { spec: sets.old.spec, available: sets.old.available },
    selects: status.blueGreen
      ? { canary: laterIsNew(status.blueGreen.preview), stable: laterIsNew(status.blueGreen.active) }
      : { canary: laterIsNew(network.canaryService), stable: laterIsNew(network.stableService) },
    weights,
    routes: [...network.routes],
    promoted,
    aborted: status.abort,
    phase: status.phase,
    message: status.message,
    ...(interrupted ? { versions: versionsOf(seen) } : {}),
  };
}

const laterIsNew = (version: Version | undefined): 'new' | 'old' | undefined =>
  version === undefined ? undefined : version === 'old' ? 'old' : 'new';

function versionsOf({ rollout, sets, status, network, template }: Seen): Versions {
  const pods = (version: Version): Versions['pods'][Version] => ({
    spec: sets[version].spec,
    available: sets[version].available,
  });
  return {
    template,
    stable: status.stable,
    replicas: rollout.replicas,
    pods: { old: pods('old'), new: pods('new'), next: pods('next') },
    selects: status.blueGreen
      ? { canary: status.blueGreen.preview, stable: status.blueGreen.active }
      : { canary: network.canaryService, stable: network.stableService },
    shares: sharesOf({ rollout, sets, status, network }),
  };
}

/** The share of the requests of users that each version gets, from 0 to 1. */
function sharesOf({ rollout, sets, status, network }: Omit<Seen, 'template' | 'interrupted'>): Versions['shares'] {
  const shares = { old: 0, new: 0, next: 0 };
  const { weights, blueGreen } = status;
  if (blueGreen) shares[blueGreen.active] = 1;
  else if (weights) {
    shares[network.canaryService ?? weights.canaryVersion] += weights.canary / rollout.maxTrafficWeight;
    shares[network.stableService ?? weights.stableVersion] += weights.stable / rollout.maxTrafficWeight;
  } else {
    const available = availablePods(Object.values(sets));
    if (available > 0) for (const version of VERSIONS) shares[version] = sets[version].available / available;
  }
  return shares;
}
