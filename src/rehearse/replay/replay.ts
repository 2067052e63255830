import { readTextFile } from '../../formats/text-file';
import { RehearsalProblem } from '../problem';
import type { Series } from '../prometheus';
import type { Hashes } from '../../traffic-model';
import { type KeptSeries, readKept } from './read';

/** The options of a recording. Options that are not given are derived from the series. */
export interface ReplayOptions {
  /** Where it is. */
  readonly file: string;
  /** As it is shown to the user. @default file */
  readonly name?: string;
  readonly canaryHash?: string;
  readonly stableHash?: string;
  /** When that update began, in milliseconds since 1970. */
  readonly from?: number;
}

/** Real metrics that replace synthetic ones. */
export interface Replay {
  readonly hashes: Hashes;
  /** When that update began, in milliseconds since 1970. */
  readonly from: number;
  /** When the canary's pods were first scraped, in seconds from the beginning of the update; undefined: not known. */
  readonly firstScraped: number | undefined;
  /** The names that have series. */
  readonly names: ReadonlySet<string>;
  /** The end of the metrics, in seconds from the start of the update. */
  readonly until: number;
  /** When a counter of the canary grew last, in seconds from the start of the update; undefined: not known. */
  readonly canaryUntil: number | undefined;
  /** The series, so shifted that the update begins at this moment, in milliseconds since 1970. */
  readonly series: (begin: number) => Series[];
}

/** Bytes: a week of a service's series. */
const LARGEST_REPLAY = 1024 ** 3;

/** Reads recorded series. Throws RehearsalProblem. */
export function readRecording(file: string, name: string): KeptSeries[] {
  let text: string;
  try {
    text = readTextFile(file, LARGEST_REPLAY);
  } catch (error) {
    throw new RehearsalProblem(`cannot read ${name}: ${(error as Error).message}`);
  }
  return readKept(name, text);
}

/** Reads real metrics. `podStart` are the seconds from the beginning of an update to its first scrape, about. */
export function readReplay(options: ReplayOptions, rollout: string, podStart: number): Replay {
  const { file, name = file } = options;
  const kept = readRecording(file, name);
  const versions = versionsIn(kept, rollout);
  const canary = options.canaryHash ?? latest(versions, options.stableHash);
  if (options.canaryHash !== undefined && !versions.has(options.canaryHash)) {
    throw new RehearsalProblem(
      `${name} has no series of the hash '${options.canaryHash}'; it has ${[...versions.keys()].join(', ') || 'none of any hash'}`,
    );
  }
  const first = canary === undefined ? undefined : versions.get(canary)?.first;
  const from = options.from ?? (first === undefined ? undefined : first - podStart * 1000);
  if (from === undefined) {
    throw new RehearsalProblem(
      `${name} does not tell which series are the canary's: none has a pod-template hash that begins later than another; say when the update began (--replay-from 2026-01-31T12:00:00Z)`,
    );
  }
  const stable = options.stableHash ?? [...versions.keys()].find((hash) => hash !== canary);
  return {
    hashes: { canary: canary ?? 'canary', stable: stable ?? 'stable' },
    from,
    firstScraped: first === undefined ? undefined : (first - from) / 1000,
    names: new Set(kept.map(({ labels }) => labels.__name__)),
    until:
      (kept.reduce((last, { samples }) => Math.max(last, samples[samples.length - 1].at), -Infinity) - from) / 1000,
    canaryUntil: grewLast(kept, rollout, canary, from),
    series: (begin) =>
      kept.map(({ labels, samples }) => ({
        labels,
        samples: samples.map(({ at, value }) => ({ at: at - from + begin, value })),
      })),
  };
}

/** A canary that gets no more requests keeps its series, but its counters stay as they are. */
function grewLast(
  kept: readonly KeptSeries[],
  rollout: string,
  canary: string | undefined,
  from: number,
): number | undefined {
  let last = -Infinity;
  for (const { labels, samples } of kept) {
    if (canary === undefined || hashOf(labels, rollout) !== canary) continue;
    const grown = samples.findLastIndex(({ value = NaN }, i) => value > (samples[i - 1]?.value ?? NaN));
    if (grown >= 0) last = Math.max(last, samples[grown].at);
  }
  return last === -Infinity ? undefined : (last - from) / 1000;
}

function hashOf(labels: KeptSeries['labels'], rollout: string): string | undefined {
  const label = Object.keys(labels).find((one) => one.endsWith('pod_template_hash'));
  if (label !== undefined) return labels[label];
  return new RegExp(`^${rollout.replace(/[.-]/g, '\\$&')}-([a-z0-9]+)-[a-z0-9]{5}$`).exec(labels.pod ?? '')?.[1];
}

/** The versions that series tell apart, by the pod-template hash among their labels or in the names of their pods. */
function versionsIn(kept: readonly KeptSeries[], rollout: string): Map<string, { readonly first: number }> {
  const found = new Map<string, { first: number }>();
  for (const { labels, samples } of kept) {
    const hash = hashOf(labels, rollout);
    if (hash === undefined) continue;
    const known = found.get(hash);
    found.set(hash, { first: Math.min(samples[0].at, known?.first ?? Infinity) });
  }
  return found;
}

/** The version that appeared last. A single version may have existed before. */
function latest(
  versions: ReadonlyMap<string, { readonly first: number }>,
  stable: string | undefined,
): string | undefined {
  const [last, before] = [...versions].filter(([hash]) => hash !== stable).sort(([, a], [, b]) => b.first - a.first);
  if (last === undefined) return undefined;
  if (stable !== undefined) return last[0];
  return before !== undefined && before[1].first < last[1].first ? last[0] : undefined;
}
