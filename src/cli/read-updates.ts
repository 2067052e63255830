import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Graph, graphOfLoaded, Loader } from '../graph';
import { plannedCanaries, plannedRollouts, type PlannedUpdate } from '../plan';
import { type Io, UsageError } from './io';
import { readManifests } from './read-manifests';

const SPEC_GROUP = 'cdk8s-canary.dev';

/** What the arguments of a command say about updates. */
export interface GivenUpdates {
  readonly updates: readonly PlannedUpdate[];
  /** The manifests were made from specs: what is to be changed are these. */
  readonly fromSpecs: boolean;
}

/**
 * Reads manifests, or specs, which are rendered in memory, and what they say about updates by canary; problems go to the
 * error output.
 */
export async function readUpdates(paths: readonly string[], wanted: string | undefined, io: Io): Promise<GivenUpdates> {
  if (paths.length === 0) throw new UsageError('give files, folders, globs, or - for standard input');
  const { graph, unreadable } = await readManifests(paths, io);
  for (const { name, message } of unreadable) io.err(`${name}: ${message}\n`);
  for (const { place, message } of graph.problems) io.err(`${place.file}:${place.line}:${place.column}  ${message}\n`);
  if (unreadable.length > 0) throw new UsageError('some files cannot be read');
  let all: PlannedUpdate[] = [...plannedRollouts(graph), ...plannedCanaries(graph)];
  let fromSpecs = false;
  if (all.length === 0) {
    const rendered = await renderedSpecs(paths, io);
    fromSpecs = rendered !== undefined;
    if (rendered) all = plannedRollouts(rendered);
  }
  const updates = all.filter(
    ({ resource }) => wanted === undefined || wanted === resource.name || wanted === resource.fullName,
  );
  if (updates.length > 0) return { updates, fromSpecs };
  const names = all.map(({ resource }) => resource.fullName).join(', ');
  throw new UsageError(
    all.length === 0
      ? `no Rollout and no Flagger Canary in ${paths.join(', ')}`
      : `no Rollout '${wanted}' in ${paths.join(', ')}; there ${all.length === 1 ? 'is' : 'are'}: ${names}`,
  );
}

/** A folder, or a file that says it is a spec. */
function mayHoldSpecs(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  return stat.isDirectory() || readFileSync(path, 'utf8').includes(`${SPEC_GROUP}/`);
}

/** The manifests of the specs among the paths, or undefined where there is none. */
async function renderedSpecs(paths: readonly string[], io: Io): Promise<Graph | undefined> {
  const { findSpecs } = await import('../spec/discover');
  const files = paths.map((path) => resolve(io.cwd, path)).filter(mayHoldSpecs);
  if (files.length === 0) return undefined;
  const found = findSpecs(files);
  if (found.length === 0) return undefined;
  const { synthesize } = await import('../spec/synth/synthesize');
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
