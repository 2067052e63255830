import { InputError } from '../formats/input-error';
import { plannedCanaries, plannedRollouts, unknownMetrics, type PlannedUpdate } from '../controller';
import { type Shard, inShard } from '../formats/shard';
import type { Graph } from '../graph';
import type { Io } from './io';
import { readInputs, reportUnreadable } from './read-inputs';
import { withRefusals } from './refused-updates';
import { NEWEST, newestOf, type Versions } from '../versions';

/** The updates that the arguments of a command named. */
export interface GivenUpdates {
  /** All manifests. */
  readonly graph: Graph;
  readonly updates: readonly PlannedUpdate[];
  /** Those in other shards, and those that `--rollout` leaves out, too. */
  readonly all: readonly PlannedUpdate[];
  /** Whether the manifests were rendered from canary files, which are then what is to be changed. */
  readonly fromSpecs: boolean;
}

/** Options that choose among updates. */
export interface UpdateFlags {
  readonly rollout?: string;
  readonly env?: string;
  /** The part of the rollouts that is wanted, by their names. It may be empty. */
  readonly shard?: Shard;
}

/** Reads manifests or canary files, and finds the Rollouts and Flagger Canaries in them. Problems go to standard error. */
export async function readUpdates(
  paths: readonly string[],
  { rollout, env, shard }: UpdateFlags,
  io: Io,
  versions: Versions = NEWEST,
): Promise<GivenUpdates> {
  const inputs = await readInputs(paths, env, io);
  reportUnreadable(inputs, io);
  const { fromSpecs } = inputs;
  const graph = inputs.graph.on(newestOf(versions));
  const all: PlannedUpdate[] = [...plannedRollouts(graph), ...plannedCanaries(graph)];
  const updates = all.filter(
    ({ resource }) =>
      (rollout === undefined || rollout === resource.name || rollout === resource.fullName) &&
      inShard(shard, resource.name ?? ''),
  );
  if (updates.length > 0 || (shard !== undefined && all.length > 0)) {
    return { graph, updates: await withRefusals(updates, graph), all, fromSpecs };
  }
  const names = all.map(({ resource }) => resource.fullName).join(', ');
  throw new InputError(
    all.length === 0
      ? `no Rollout and no Flagger Canary in ${paths.join(', ')}`
      : `no Rollout '${rollout}' in ${paths.join(', ')}; found: ${names}`,
  );
}

/**
 * Refuses what an option states about a metric that no rollout has: nearly always a typo, and it would change nothing.
 *
 * @param stated By the names of metrics.
 */
export function refuseUnknownMetrics(
  option: string,
  stated: Readonly<Record<string, unknown>> | undefined,
  all: readonly PlannedUpdate[],
): void {
  // What cannot be planned may have any metric.
  if (stated === undefined || all.some(({ model }) => model === undefined)) return;
  const models = all.flatMap(({ model }) => model ?? []);
  const unknown = unknownMetrics(Object.keys(stated), models);
  if (unknown.length === 0) return;
  const problems = unknown.map(({ name, instead }) => `${option} ${name}=…: no metric is called '${name}'${instead}`);
  throw new InputError(problems.join('\n'));
}
