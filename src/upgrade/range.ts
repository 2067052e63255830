import type { Graph } from '../graph';
import { alikeReleases, newestOf, type Versions } from '../versions';
import { changedPlans } from './plans';

/** What one or several releases of a range do otherwise in the plan of an update than the newest. */
export interface RangeDifference {
  /** The releases of Argo Rollouts, oldest first. */
  readonly releases: readonly string[];
  /** `Rollout shop/checkout`. */
  readonly resource: string;
  /** What differs, such as `an abort while the canary has 50 % of the traffic`. */
  readonly what: string;
  /** What happens with the newest release of the range. */
  readonly newest: string;
  /** What happens with `releases`. */
  readonly here: string;
}

/** Where the plans of a range of Argo Rollouts differ, on each of its releases against the newest. */
export function planDifferences(graph: Graph, versions: Versions): readonly RangeDifference[] {
  const before = newestOf(versions);
  const groups = alikeReleases(versions, 'argoRollouts').slice(0, -1);
  return groups.flatMap(({ release, covers }) =>
    changedPlans(graph, { system: 'argoRollouts', before, after: { ...before, argoRollouts: release } }).map(
      ({ resource, what, before: newest, after: here }) => ({
        releases: covers,
        resource: resource!,
        what,
        newest,
        here,
      }),
    ),
  );
}
