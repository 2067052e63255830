import type { RolloutModel } from '../model';
import { currentStep } from './replicas';
import { isFullyPromoted, type Roles } from './sets';
import type { Network, RolloutStatus } from './state';
import { desiredWeight, rollsBackGradually } from './weights';

interface Now extends Roles {
  readonly rollout: RolloutModel;
  readonly network: Network;
  readonly status: RolloutStatus;
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
export function pointServices(now: Now): void {
  const { rollout, network, status, canary, stable, aborted } = now;
  const { services, pingPong, trafficRouting } = rollout;
  if (pingPong && !isFullyPromoted(status)) network.canaryService = canary.version;
  if (services?.stable !== undefined && stable.available > 0) network.stableService = stable.version;
  if (services?.canary === undefined) return;
  if (aborted && trafficRouting === undefined) {
    if (stable.available > 0) network.canaryService = stable.version;
  } else if (canary.available > 0 && !rollsBackGradually(now)) network.canaryService = canary.version;
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
  const promoted = isFullyPromoted(status);
  if (!promoted && aborted && rollout.services?.canary !== undefined) {
    if (!rollout.dynamicStableScale || desiredWeight(now) === 0) network.canaryService = status.stable;
  }
  if (rollsBackGradually(now)) return;
  if (promoted || aborted || canary.available === 0 || status.promoteFull) network.routes.clear();
  if (held) return;
  const step = currentStep(rollout, status);
  for (const route of [step?.setHeaderRoute, step?.setMirrorRoute]) {
    if (route?.removes) network.routes.delete(route.name);
    else if (route) network.routes.add(route.name);
  }
}
