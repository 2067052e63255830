import type { RolloutModel } from '../model';
import { behaviourOf } from './behaviour';
import { VERSIONS, type Roles } from './sets';
import type { Version } from './state';

/** The number of versions that were created between two others. */
const versionsBetween = (earlier: Version, later: Version): number =>
  VERSIONS.indexOf(later) - VERSIONS.indexOf(earlier) - 1;

/** Whether the template goes back to a version before the stable one, and within `rollbackWindow`. */
export function isRollbackWithinWindow({ rollbackWindow = 0 }: RolloutModel, { canary, stable }: Roles): boolean {
  const between = versionsBetween(canary.version, stable.version);
  return between >= 0 && between < rollbackWindow;
}

/**
 * Whether waits and analyses are skipped, because the version has its pods from before.
 *
 * @param delayed whether it was to be scaled down when the reconcile began
 */
export function isFastTracked(rollout: RolloutModel, roles: Roles, delayed: boolean): boolean {
  if (behaviourOf(rollout).fastTracks === 'waiting') return delayed;
  const { canary, stable } = roles;
  if (canary === stable || isRollbackWithinWindow(rollout, roles)) return true;
  return rollout.blueGreen !== undefined && delayed && versionsBetween(canary.version, stable.version) >= 0;
}
