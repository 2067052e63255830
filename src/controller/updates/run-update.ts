import { run, type Trace, type World } from '../argo';
import { runFlagger } from '../flagger/run';
import type { RolloutModel } from '../model';

/** Runs one update as its controller does: Argo Rollouts or Flagger. */
export function runUpdate(rollout: RolloutModel, world: World): Trace {
  return rollout.flagger === undefined ? run(rollout, world) : runFlagger(rollout, world);
}
