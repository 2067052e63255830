import { isOfRestarts, type Resource } from '../sources/resources';
import type { CountedOutcome, CountedPart, Shown } from '../sources/sample';

/** The version and the outcome of the requests that a series counts. */
export type Side = 'canary' | 'stable';

/** All series of one version that count the same requests, over all of its pods. */
export interface Cell {
  readonly side: Side;
  readonly outcome: CountedOutcome;
  readonly part: CountedPart;
  readonly factor: number;
  /** When such a series appears. */
  readonly appears: (Shown & { readonly type: 'requests' })['appears'];
  /** Each pod has its own series, which appears independently. */
  readonly ofEachPod: boolean;
  /** When there is such a series. */
  readonly life: Life;
}

/**
 * What changes the labels of series while an update lasts. `canary`: the canary serves, and the canary Service (that of the
 * preview) no longer selects the old pods. `switch`: the active Service of a blue-green rollout selects the new pods.
 */
export type Moment = 'canary' | 'switch';

/** Undefined: from the beginning, and to the end. */
export interface Life {
  readonly from?: Moment;
  readonly until?: Moment;
}

/** A resource of one container in all pods of a version. */
export interface ResourceCell {
  readonly side: Side;
  readonly of: Resource;
  /** Bytes or cores. */
  readonly limit: number;
}

/** The increase of counters over a window: the sum over its cells. */
export interface Leaf {
  readonly cells: readonly Cell[];
  /** Seconds. */
  readonly window: number;
  /** `rate` and `irate` are per second, `increase` and `delta` are counts. */
  readonly over: 'rate' | 'increase' | 'irate' | 'delta';
}

/** What a query computes, as a tree. A value is absent if there is no series. */
export type QueryModel =
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'leaf'; readonly leaf: Leaf }
  /**
   * A resource of a container, or its growth over a window: of each pod, which is the same for all, or of all pods
   * together.
   */
  | {
      readonly type: 'resource';
      readonly cell: ResourceCell;
      readonly growth?: Pick<Leaf, 'window' | 'over'>;
      readonly together: boolean;
    }
  | {
      readonly type: 'quantile';
      readonly quantile: number;
      /** How values are spread in a bucket of a native histogram; undefined: the buckets are classic. */
      readonly native?: 'evenly' | 'exponentially';
      /** Ascending, the last is Infinity; bounds are in the metric's unit. */
      readonly buckets: readonly { readonly bound: number; readonly of: QueryModel }[];
    }
  | {
      readonly type: 'operation';
      readonly operator: string;
      readonly bool: boolean;
      readonly left: QueryModel;
      readonly right: QueryModel;
    }
  | { readonly type: 'function'; readonly name: string; readonly of: QueryModel; readonly by?: number }
  /** One value of several series, of which any may be absent. */
  | { readonly type: 'aggregate'; readonly operator: string; readonly of: readonly QueryModel[] }
  /** The value at the latest evaluation of a recording rule, which is at multiples of its interval. */
  | { readonly type: 'recorded'; readonly interval: number; readonly of: QueryModel }
  /** The value at an earlier moment, in seconds. */
  | { readonly type: 'earlier'; readonly by: number; readonly of: QueryModel }
  /** `sum_over_time((…)[range:step])`. */
  | {
      readonly type: 'over-time';
      readonly name: string;
      readonly of: QueryModel;
      readonly range: number;
      readonly step: number;
    };

/** The simulation cannot tell what a query counts. */
export class QueryNotRecognised extends Error {
  constructor(
    readonly query: string,
    readonly why: string,
  ) {
    super(`cannot tell what this query counts: ${why}\n  ${query.trim().replace(/\n/g, '\n  ')}`);
    this.name = 'QueryNotRecognised';
  }
}

/** The models that a model contains. */
function partsOf(model: QueryModel): readonly QueryModel[] {
  switch (model.type) {
    case 'number':
    case 'leaf':
    case 'resource':
      return [];
    case 'quantile':
      return model.buckets.map(({ of }) => of);
    case 'operation':
      return [model.left, model.right];
    case 'aggregate':
      return model.of;
    default:
      return [model.of];
  }
}

/** Every leaf of a model. */
export const leavesOf = (model: QueryModel): Leaf[] =>
  model.type === 'leaf' ? [model.leaf] : partsOf(model).flatMap(leavesOf);

/** Whether leaves read how long requests take, not only how many there are. */
export const readsLatency = (leaves: readonly Leaf[]): boolean =>
  leaves.some(({ cells }) => cells.some(({ part }) => part !== 'count'));

/** Every resource that a model reads. */
export const resourcesOf = (model: QueryModel): ResourceCell[] =>
  model.type === 'resource' ? [model.cell] : partsOf(model).flatMap(resourcesOf);

/** Whether a model gives the same for each pod of a version: it reads what containers use, and no requests or restarts. */
export function isAlikeInPods(model: QueryModel): boolean {
  const cells = resourcesOf(model);
  return cells.length > 0 && leavesOf(model).length === 0 && cells.every(({ of }) => !isOfRestarts(of));
}

/** How far a model looks back, in seconds. */
export function reachOf(model: QueryModel): number {
  if (model.type === 'leaf') return model.leaf.window;
  if (model.type === 'resource') return model.growth?.window ?? 0;
  const inner = Math.max(0, ...partsOf(model).map(reachOf));
  if (model.type === 'earlier') return inner + model.by;
  if (model.type === 'recorded') return inner + model.interval;
  return model.type === 'over-time' ? inner + model.range : inner;
}

/** Whether a model reads data outside its windows. */
export const looksElsewhere = (model: QueryModel): boolean =>
  ['earlier', 'over-time', 'recorded'].includes(model.type) || partsOf(model).some(looksElsewhere);
