import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Graph, graphOfLoaded, Loader } from '../graph';
import { plannedCanaries, plannedRollouts, type PlannedUpdate } from '../controller';
import { type Shard, inShard } from '../formats/shard';
import { type Io, UsageError } from './io';
import { readManifests } from './read-manifests';

const SPEC_GROUP = 'cdk8s-canary.dev';

/** What the arguments of a command say about updates. */
export interface GivenUpdates {
  /** Everything that is in the manifests. */
  readonly graph: Graph;
  readonly updates: readonly PlannedUpdate[];
  /** The manifests were made from specs: what is to be changed are these. */
  readonly fromSpecs: boolean;
}

/**
 * Reads manifests, or specs, which are rendered in memory, and what they say about updates by canary; problems go to the
 * error output.
 *
 * @param shard The part of the rollouts that is wanted, by their names. It may be empty.
 */
export async function readUpdates(
  paths: readonly string[],
  wanted: string | undefined,
  io: Io,
  shard?: Shard,
): Promise<GivenUpdates> {
  if (paths.length === 0) throw new UsageError('give files, folders, globs, or - for standard input');
  const { graph: read, unreadable } = await readManifests(paths, io);
  for (const { name, message } of unreadable) io.err(`${name}: ${message}\n`);
  for (const { place, message } of read.problems) io.err(`${place.file}:${place.line}:${place.column}  ${message}\n`);
  if (unreadable.length > 0) throw new UsageError('some files cannot be read');
  const given = plannedUpdates(read);
  const rendered = given.length === 0 ? await renderedSpecs(paths, io) : undefined;
  const fromSpecs = rendered !== undefined;
  const graph = rendered ?? read;
  const all = rendered ? plannedUpdates(rendered) : given;
  const updates = all.filter(
    ({ resource }) =>
      (wanted === undefined || wanted === resource.name || wanted === resource.fullName) &&
      inShard(shard, resource.name ?? ''),
  );
  if (updates.length > 0 || (shard !== undefined && all.length > 0)) return { graph, updates, fromSpecs };
  const names = all.map(({ resource }) => resource.fullName).join(', ');
  throw new UsageError(
    all.length === 0
      ? `no Rollout and no Flagger Canary in ${paths.join(', ')}`
      : `no Rollout '${wanted}' in ${paths.join(', ')}; there ${all.length === 1 ? 'is' : 'are'}: ${names}`,
  );
}

const plannedUpdates = (graph: Graph): PlannedUpdate[] => [...plannedRollouts(graph), ...plannedCanaries(graph)];

/** A folder, or a file that says it is a spec. */
function mayHoldSpecs(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  return stat.isDirectory() || readFileSync(path, 'utf8').includes(`${SPEC_GROUP}/`);
}

/** The manifests of the specs among the paths, or undefined where there is none. */
async function renderedSpecs(paths: readonly string[], io: Io): Promise<Graph | undefined> {
  const { findSpecs } = await import('../canaryfile/discover');
  const files = paths.map((path) => resolve(io.cwd, path)).filter(mayHoldSpecs);
  if (files.length === 0) return undefined;
  const { specs } = findSpecs(files);
  if (specs.length === 0) return undefined;
  const { synthesize } = await import('../synth/synthesize');
  const { changes, problems } = await synthesize({
    paths: files,
    // Nothing is there, so that everything is new.
    out: resolve(io.cwd, '.cdk8s-canary-output'),
    dryRun: true,
    cache: false,
  });
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  const loader = new Loader();
  for (const { path, after } of changes) loader.add({ name: path, text: after ?? '' });
  return graphOfLoaded(loader.loaded);
}
