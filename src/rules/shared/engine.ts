import type { EngineRelease } from '../../expr';
import type { Graph } from '../../graph';
import { ARGO_ROLLOUTS, lookUp } from '../../versions';

/** The engine for conditions in the release of Argo Rollouts that a graph is for. */
export const engineOf = ({ releases }: Graph): EngineRelease =>
  lookUp(ARGO_ROLLOUTS.expressionEngine, releases.argoRollouts);
