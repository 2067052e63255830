import { setTimeout as sleep } from 'node:timers/promises';
import { type ClusterFlags, getObjects } from '../cluster';
import { jsonOf } from '../formats/encode/json';
import { oneLine } from '../formats/encode/terminal';
import { InputError } from '../formats/input-error';
import { plannedRollouts } from '../controller';
import { Follower, hasEnded, type Progress, progressText } from '../follow';
import type { Graph, Resource } from '../graph';
import { planRollout } from '../plan';
import type { Io } from './io';
import { errLine } from './output';
import { graphOf } from './read-inputs';

/** What shows how far a Rollout is. */
const KINDS = ['rollouts.argoproj.io', 'replicasets.apps', 'analysisruns.argoproj.io', 'experiments.argoproj.io'];

/** Seconds after which a cluster that cannot be read ends the command. Until then it may be restarting. */
const PATIENCE = 120;

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
  const cluster = new Cluster(followed, flags, io);
  for (;;) {
    const graphs = await cluster.read();
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
  const followed = planned.flatMap(({ resource, model, notes, assumed }) =>
    model === undefined
      ? []
      : [
          {
            follower: new Follower(planRollout(model, { podStart }, { notes, assumed })),
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

/** Reads the cluster again and again. */
class Cluster {
  private readonly told = new Set<string>();
  private lastRead?: number;

  constructor(
    private readonly followed: readonly Followed[],
    private readonly flags: FollowFlags,
    private readonly io: Io,
  ) {}

  /** Reads all namespaces. Once they have been read, a failure is reported and tried again for a while. */
  async read(): Promise<ReadonlyMap<string | undefined, Graph>> {
    for (let isTold = false; ;) {
      try {
        const graphs = await this.readNamespaces();
        this.lastRead = Date.now();
        return graphs;
      } catch (error) {
        const { lastRead, io, flags } = this;
        if (!(error instanceof InputError) || lastRead === undefined) throw error;
        if (Date.now() - lastRead > PATIENCE * 1000) throw error;
        if (!isTold) errLine(`${error.message}; trying again`, io);
        isTold = true;
        await sleep(flags.interval * 1000);
      }
    }
  }

  private async readNamespaces(): Promise<ReadonlyMap<string | undefined, Graph>> {
    const { followed, flags, io } = this;
    const graphs = new Map<string | undefined, Graph>();
    for (const namespace of new Set(followed.map((one) => one.namespace))) {
      const { texts, failures } = await getObjects(
        KINDS.map((kind) => [kind] as const),
        { ...flags, namespace },
        io.env,
      );
      // Without a Rollout there is nothing to follow. What else cannot be read is left out of the lines.
      const needed = failures.filter((one) => one.startsWith('rollouts'));
      if (needed.length > 0) throw new InputError(needed.join('; '));
      for (const failure of failures) {
        if (!this.told.has(failure)) errLine(failure, io);
        this.told.add(failure);
      }
      graphs.set(namespace, graphOf(texts.map((text) => ({ name: 'cluster', text }))));
    }
    return graphs;
  }
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
  io.out(format === 'json' ? `${jsonOf(progress)}\n` : `${progressText(progress)}\n`);
}
