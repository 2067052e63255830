import type { BlueGreenProgress, RunPhase } from '../controller';
import { type Field, type Graph, HASH_LABEL, type Resource } from '../graph';

const REVISION = 'rollout.argoproj.io/revision';

/** One version of the app, as its ReplicaSet shows it. */
export interface Version {
  readonly hash: string;
  /** The number that `kubectl argo rollouts undo --to-revision` takes; undefined where the ReplicaSet is not given. */
  readonly revision?: number;
  /** Undefined where the ReplicaSet is not given. */
  readonly replicaSet?: Resource;
  /** Images of the containers by container name. */
  readonly images: readonly { readonly container: string; readonly image: string }[];
  /** Pods that are available, and pods that are wanted. */
  readonly available?: number;
  readonly wanted?: number;
  /** When the ReplicaSet was created; an earlier version keeps its ReplicaSet. */
  readonly created?: Date;
}

/** The state of a Rollout in the cluster. */
export interface RolloutState {
  readonly resource: Resource;
  readonly strategy: 'canary' | 'blueGreen' | undefined;
  /** `Healthy`, `Progressing`, `Paused`, `Degraded`; undefined where the controller has not written a status. */
  readonly phase?: string;
  readonly message?: string;
  readonly aborted: boolean;
  readonly abortedAt?: Date;
  /** `spec.paused`. */
  readonly halted: boolean;
  /** Why and since when the controller waits. */
  readonly pauses: readonly { readonly reason: string; readonly since?: Date }[];
  /** The version that the Rollout asks for. */
  readonly wanted: Version;
  /** The version that serves the stable Service. */
  readonly stable: Version;
  /** The wanted version is the stable one: no update is under way. */
  readonly promoted: boolean;
  /** The index in `steps` of the step that the controller carries out; equal to their number after the last. */
  readonly step?: number;
  readonly steps: number;
  /** How far a blue-green update is; undefined for a canary. */
  readonly blueGreen?: BlueGreenProgress;
  /** Whether the controller has seen the newest spec. */
  readonly observed: boolean;
  readonly conditions: readonly Condition[];
  /** Per cent of the requests that the new version gets; undefined where the controller does not say. */
  readonly weight?: number;
}

/** An entry of `status.conditions`. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly since?: Date;
}

/** Reads a time; undefined for what is no time. */
export function timeOf(field: Field): Date | undefined {
  const { value } = field;
  const time = typeof value === 'string' || value instanceof Date ? new Date(value) : undefined;
  return time && !Number.isNaN(time.getTime()) ? time : undefined;
}

/** The objects of a kind that a resource owns, by its UID where both state one, else by kind and name. */
export function ownedBy(graph: Graph, owner: Resource, kind: string): readonly Resource[] {
  const uid = owner.field('metadata', 'uid').string;
  return graph.ofKind(kind).filter(
    (one) =>
      (owner.namespace === undefined || one.namespace === undefined || one.namespace === owner.namespace) &&
      one
        .field('metadata', 'ownerReferences')
        .items()
        .some((reference) => {
          const theirs = reference.get('uid').string;
          if (uid !== undefined && theirs !== undefined) return uid === theirs;
          return reference.get('kind').string === owner.kind && reference.get('name').string === owner.name;
        }),
  );
}

/** Reads what the cluster says of a Rollout and of its versions. */
export function stateOf(graph: Graph, resource: Resource): RolloutState {
  const status = resource.field('status');
  const strategy = ['canary', 'blueGreen'].find((one) => resource.field('spec', 'strategy', one).exists);
  const sets = ownedBy(graph, resource, 'ReplicaSet');
  const versionOf = (hash: string): Version => readVersion(hash, sets);
  const wanted = status.get('currentPodHash').string ?? '';
  const stable = status.get('stableRS').string ?? status.get('blueGreen', 'activeSelector').string ?? '';
  const generation = resource.field('metadata', 'generation').integer;
  const seen = status.get('observedGeneration').integer;
  return {
    resource,
    strategy: strategy as RolloutState['strategy'],
    phase: status.get('phase').string,
    message: status.get('message').string || undefined,
    aborted: status.get('abort').boolean ?? false,
    abortedAt: timeOf(status.get('abortedAt')),
    halted: resource.field('spec', 'paused').boolean ?? false,
    pauses: status
      .get('pauseConditions')
      .items()
      .map((one) => ({ reason: one.get('reason').string ?? '', since: timeOf(one.get('startTime')) })),
    wanted: versionOf(wanted),
    stable: versionOf(stable),
    promoted: wanted !== '' && wanted === stable,
    step: status.get('currentStepIndex').integer,
    steps: resource.field('spec', 'strategy', 'canary', 'steps').items().length,
    blueGreen: strategy === 'blueGreen' ? blueGreenOf(status, wanted, stable) : undefined,
    observed: generation === undefined || seen === undefined || seen >= generation,
    conditions: status
      .get('conditions')
      .items()
      .map((one) => ({
        type: one.get('type').string ?? '',
        status: one.get('status').string ?? '',
        reason: one.get('reason').string ?? '',
        message: one.get('message').string ?? '',
        since: timeOf(one.get('lastTransitionTime')),
      })),
    weight: shareOf(resource),
  };
}

function blueGreenOf(status: Field, wanted: string, stable: string): BlueGreenProgress {
  const phase = (run: string): RunPhase | undefined =>
    status.get('blueGreen', run, 'status').string as RunPhase | undefined;
  return {
    promoted: wanted !== '' && wanted === stable,
    aborted: status.get('abort').boolean ?? false,
    promoteFull: status.get('promoteFull').boolean ?? false,
    paused: status
      .get('pauseConditions')
      .items()
      .some((one) => one.get('reason').string === 'BlueGreenPause'),
    switched: wanted !== '' && status.get('blueGreen', 'activeSelector').string === wanted,
    scaleUpPreviewCheckPoint: status.get('blueGreen', 'scaleUpPreviewCheckPoint').boolean ?? false,
    preRun: phase('prePromotionAnalysisRunStatus'),
    postRun: phase('postPromotionAnalysisRunStatus'),
  };
}

/** The share of requests for the new version, in percent: its weight is a part of `maxTrafficWeight`. */
function shareOf(resource: Resource): number | undefined {
  const weight = resource.field('status', 'canary', 'weights', 'canary', 'weight').integer;
  const all = resource.field('spec', 'strategy', 'canary', 'trafficRouting', 'maxTrafficWeight').integer || 100;
  return weight === undefined ? undefined : (100 * weight) / all;
}

function readVersion(hash: string, sets: readonly Resource[]): Version {
  const set = sets.find((one) => one.field('metadata', 'labels').strings[HASH_LABEL] === hash);
  if (set === undefined) return { hash, images: [] };
  return {
    hash,
    revision: set.field('metadata', 'annotations', REVISION).integer,
    replicaSet: set,
    images: set
      .field('spec', 'template', 'spec', 'containers')
      .items()
      .map((one) => ({ container: one.get('name').string ?? '', image: one.get('image').string ?? '' })),
    available: set.field('status', 'availableReplicas').integer ?? 0,
    wanted: set.field('spec', 'replicas').integer,
    created: timeOf(set.field('metadata', 'creationTimestamp')),
  };
}

/** When the update began: the ReplicaSet was created, or, of an earlier version, the controller began to move. */
export function begunAt({ wanted, conditions }: RolloutState): Date | undefined {
  const started = conditions.find(({ type, status }) => type === 'Completed' && status === 'False')?.since;
  const times = [wanted.created, started].filter((one) => one !== undefined);
  return times.length === 0 ? undefined : new Date(Math.max(...times.map((one) => one.getTime())));
}

/** `revision 7 (shop:2.1)`, or what is known of a version. */
export function versionText({ revision, hash, images }: Version): string {
  const name = revision === undefined ? `the version with hash ${hash || 'unknown'}` : `revision ${revision}`;
  const shown = images.map(({ image }) => image).join(', ');
  return shown === '' ? name : `${name} (${shown})`;
}
