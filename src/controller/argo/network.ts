import type { RolloutModel } from '../model';
import { currentStep } from './replicas';
import type { Network, ReplicaSet, RolloutStatus } from './state';
import { desiredWeight } from './weights';

interface Now {
  readonly rollout: RolloutModel;
  readonly network: Network;
  readonly status: RolloutStatus;
  readonly canary: ReplicaSet;
  readonly stable: ReplicaSet;
  /** Whether it is aborted, including by this reconcile. */
  readonly aborted: boolean;
}

/** The state of Services and routes once the first version is healthy. */
export function networkAtRest({ services, pingPong }: RolloutModel): Network {
  return {
    // The first promotion decides whether ping or pong is the canary's; until an update, that Service selects all pods.
    canaryService: pingPong || services?.canary === undefined ? undefined : 'old',
    stableService: pingPong || services?.stable !== undefined ? 'old' : undefined,
    routes: new Set(),
  };
}

/** Sets the selectors of the Services. A Service never selects a version without available pods. */
export function pointServices({ rollout, network, status, canary, stable, aborted }: Now): void {
  const { services, pingPong, trafficRouting } = rollout;
  const bearing = status.stable === 'new' ? canary : stable;
  if (pingPong && status.stable === 'old') network.canaryService = 'new';
  if (services?.stable !== undefined && bearing.available > 0) network.stableService = status.stable;
  if (services?.canary === undefined) return;
  if (aborted && trafficRouting === undefined) {
    if (bearing.available > 0) network.canaryService = status.stable;
  } else if (canary.available > 0) network.canaryService = status.current;
}

/** Ping and pong swap roles when the new version becomes the stable one. */
export function changePlaces({ network, rollout }: Pick<Now, 'network' | 'rollout'>): void {
  if (!rollout.pingPong) return;
  [network.canaryService, network.stableService] = [network.stableService, network.canaryService];
}

/**
 * Adds and removes managed routes, and stops the canary's Service from selecting an aborted version.
 *
 * @param held whether the stable version has too few pods for the weight
 */
export function manageRoutes(now: Now, held: boolean): void {
  const { rollout, network, status, canary, aborted } = now;
  if (rollout.trafficRouting === undefined) return;
  const promoted = status.stable === status.current;
  if (!promoted && aborted && rollout.services?.canary !== undefined) {
    if (!rollout.dynamicStableScale || desiredWeight(now) === 0) network.canaryService = status.stable;
  }
  if (promoted || aborted || canary.available === 0 || status.promoteFull) network.routes.clear();
  if (held) return;
  const step = currentStep(rollout, status);
  for (const route of [step?.setHeaderRoute, step?.setMirrorRoute]) {
    if (route?.removes) network.routes.delete(route.name);
    else if (route) network.routes.add(route.name);
  }
}
