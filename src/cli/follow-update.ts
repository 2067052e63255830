import { setTimeout as sleep } from 'node:timers/promises';
import { type ClusterFlags, getObjects } from '../cluster';
import { oneLine } from '../formats/encode/terminal';
import { InputError } from '../formats/input-error';
import { plannedRollouts } from '../controller';
import { Follower, hasEnded, type Progress, progressText } from '../follow';
import type { Graph, Resource } from '../graph';
import { planRollout } from '../plan';
import type { Io } from './io';
import { graphOf } from './read-inputs';

/** What shows how far a Rollout is. */
const KINDS = ['rollouts.argoproj.io', 'replicasets.apps', 'analysisruns.argoproj.io', 'experiments.argoproj.io'];

/** How the updates are followed. */
export interface FollowFlags extends ClusterFlags {
  readonly rollout?: string;
  readonly format: string;
  /** Seconds between two looks. */
  readonly interval: number;
  /** Seconds that a pod takes to get ready, for the plan. */
  readonly podStart: number;
}

/**
 * Follows the updates of the Rollouts in Git until all have ended: a line for each change, with what the plan expects. Only
 * reads; nothing is left behind when it is interrupted.
 *
 * @returns 0 if all were promoted, 1 if one was aborted or degraded
 */
export async function followUpdates(git: Graph, flags: FollowFlags, io: Io): Promise<number> {
  const followed = followersOf(git, flags);
  const shown = new Map<Follower, string>();
  const begun = new Set<Follower>();
  io.err(`following ${followed.map(({ resource }) => oneLine(resource.fullName)).join(', ')}; Ctrl-C ends it\n`);
  for (;;) {
    const graphs = await readNamespaces(followed, flags, io);
    const all: Progress[] = [];
    for (const { follower, resource, namespace } of followed) {
      const graph = graphs.get(namespace) as Graph;
      const live = graph.ofKind('Rollout', 'argoproj.io').find(({ name }) => name === resource.name);
      if (live === undefined) throw new InputError(`the cluster has no Rollout ${oneLine(resource.fullName)}`);
      const progress = follower.look(graph, live, new Date());
      all.push(progress);
      if (!hasEnded(progress)) begun.add(follower);
      show(progress, follower, shown, flags, io);
    }
    // What has not begun yet is waited for, unless it has failed before.
    const isOver = followed.every(
      ({ follower }, i) => hasEnded(all[i]) && (begun.has(follower) || all[i].outcome !== 'healthy'),
    );
    if (isOver) return all.every(({ outcome }) => outcome === 'healthy') ? 0 : 1;
    await sleep(flags.interval * 1000);
  }
}

interface Followed {
  readonly follower: Follower;
  readonly resource: Resource;
  readonly namespace: string | undefined;
}

function followersOf(git: Graph, { rollout, namespace, podStart }: FollowFlags): readonly Followed[] {
  const planned = plannedRollouts(git).filter(
    ({ resource }) => rollout === undefined || rollout === resource.name || rollout === resource.fullName,
  );
  const problems = planned.flatMap(({ problems: all }) => all);
  if (problems.length > 0)
    throw new InputError(`an update that cannot be planned cannot be followed: ${problems.join('; ')}`);
  const followed = planned.flatMap(({ resource, model, notes }) =>
    model === undefined
      ? []
      : [
          {
            follower: new Follower(planRollout(model, { podStart }, notes)),
            resource,
            namespace: resource.namespace ?? namespace,
          },
        ],
  );
  if (followed.length === 0) {
    throw new InputError(
      rollout === undefined ? 'there is no Rollout in the manifests' : `there is no Rollout '${rollout}'`,
    );
  }
  return followed;
}

async function readNamespaces(
  followed: readonly Followed[],
  flags: FollowFlags,
  io: Io,
): Promise<ReadonlyMap<string | undefined, Graph>> {
  const graphs = new Map<string | undefined, Graph>();
  for (const namespace of new Set(followed.map((one) => one.namespace))) {
    const { texts, failures } = await getObjects(
      KINDS.map((kind) => [kind] as const),
      { ...flags, namespace },
      io.env,
    );
    // Experiments may be forbidden; without a Rollout there is nothing to follow.
    const needed = failures.filter((one) => one.startsWith('rollouts'));
    if (needed.length > 0) throw new InputError(needed.join('; '));
    graphs.set(namespace, graphOf(texts.map((text) => ({ name: 'cluster', text }))));
  }
  return graphs;
}

/** Prints what has changed since the last look. Time alone is no change. */
function show(
  progress: Progress,
  follower: Follower,
  shown: Map<Follower, string>,
  { format }: FollowFlags,
  io: Io,
): void {
  const { elapsed: _elapsed, left: _left, ...rest } = progress;
  const text = JSON.stringify(rest);
  if (shown.get(follower) === text) return;
  shown.set(follower, text);
  io.out(format === 'json' ? `${JSON.stringify(progress)}\n` : `${progressText(progress)}\n`);
}
