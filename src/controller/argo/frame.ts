import type { RolloutModel } from '../model';
import { blueGreenProgress, stageIndex } from './blue-green-stages';
import { availablePods, type ReplicaSets } from './sets';
import type { Experiment, Network, RolloutStatus, Version } from './state';
import type { ExperimentPods, Frame, Versions } from './trace';

/** Everything that a frame is made of. */
interface Seen {
  readonly rollout: RolloutModel;
  readonly sets: ReplicaSets;
  readonly network: Network;
  readonly experiments: readonly Experiment[];
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
  const experiment = experimentPods(seen);
  // A Service that selects the pods of both versions selects those of an experiment as well.
  const old = sets.old.available + (experiment?.stable.available ?? 0);
  const later = availablePods([canary, ...others]) + (experiment?.canary.available ?? 0);
  const full = rollout.maxTrafficWeight;
  const byPods = old + later === 0 ? 0 : (full * later) / (old + later);
  const promoted = status.stable !== 'old';
  const switched = status.blueGreen && (status.blueGreen.active === 'old' ? 0 : full);
  return {
    time,
    stepIndex: status.blueGreen ? stageIndex(rollout, blueGreenProgress(status, status.blueGreen)) : status.stepIndex,
    weight: switched ?? (promoted && weights ? full : (weights?.canary ?? byPods)),
    canary: { spec: canary.spec, available: canary.available },
    stable: { spec: sets.old.spec, available: sets.old.available },
    selects: status.blueGreen
      ? { canary: laterIsNew(status.blueGreen.preview), stable: laterIsNew(status.blueGreen.active) }
      : { canary: laterIsNew(network.canaryService), stable: laterIsNew(network.stableService) },
    weights,
    routes: [...network.routes],
    ...(experiment ? { experiment } : {}),
    promoted,
    aborted: status.abort,
    phase: status.phase,
    message: status.message,
    ...(interrupted ? { versions: versionsOf(seen) } : {}),
  };
}

/** The pods of all experiments, until the last one is gone. */
function experimentPods({ experiments, status }: Seen): ExperimentPods | undefined {
  const templates = experiments
    .flatMap((one) => one.templates)
    .filter(({ pods }) => pods.spec > 0 || pods.available > 0);
  if (templates.length === 0) return undefined;
  const of = (isOld: boolean): ExperimentPods['canary'] => {
    const sets = templates.map(({ pods }) => pods).filter(({ version }) => (version === 'old') === isOld);
    return { spec: sets.reduce((sum, { spec }) => sum + spec, 0), available: availablePods(sets) };
  };
  return { running: status.experiment?.phase === 'Running', canary: of(false), stable: of(true) };
}

const laterIsNew = (version: Version | undefined): 'new' | 'old' | undefined =>
  version === undefined ? undefined : version === 'old' ? 'old' : 'new';

function versionsOf(seen: Seen): Versions {
  const { rollout, sets, status, network, template } = seen;
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
    shares: sharesOf(seen),
  };
}

/** The share of the requests of users that each version gets, from 0 to 1. */
function sharesOf({ rollout, sets, status, network, experiments }: Seen): Versions['shares'] {
  const shares = { old: 0, new: 0, next: 0 };
  const { weights, blueGreen } = status;
  if (blueGreen) shares[blueGreen.active] = 1;
  else if (weights) {
    shares[network.canaryService ?? weights.canaryVersion] += weights.canary / rollout.maxTrafficWeight;
    shares[network.stableService ?? weights.stableVersion] += weights.stable / rollout.maxTrafficWeight;
    shares[weights.canaryVersion] += (weights.experiment?.canary ?? 0) / rollout.maxTrafficWeight;
    shares[weights.stableVersion] += (weights.experiment?.stable ?? 0) / rollout.maxTrafficWeight;
  } else {
    const all = [...Object.values(sets), ...experiments.flatMap(({ templates }) => templates.map(({ pods }) => pods))];
    const available = availablePods(all);
    if (available > 0) for (const set of all) shares[set.version] += set.available / available;
  }
  return shares;
}
