import type { MeasurementPhase } from '../expr';
import { metricPhase, record, type MetricModel, type RolloutModel } from '../controller';
import { poissonPmf } from './poisson';
import type { Cell, MetricReader, Reading, TrafficProfile } from '../traffic-model';
import type { Path } from './path';
import type { Block } from './schedule';
import { LATE, runBlocks } from './run';

/** The outcome of an update, computed instead of drawn. */
export interface Exact {
  readonly aborted: number;
  readonly paused: number;
  readonly promoted: number;
  /** When updates that do not get through end, in seconds, and how probable each moment is; ascending. */
  readonly detections: readonly { readonly at: number; readonly probability: number }[];
}

/** The verdicts of a measurement, with their probabilities. */
type Verdicts = Readonly<Partial<Record<MeasurementPhase, number>>>;

interface Measurement {
  readonly metric: MetricModel;
  readonly at: number;
  /** The step whose analysis it belongs to; undefined: the background's. */
  readonly step: number | undefined;
  readonly verdicts: Verdicts;
  /** An inconclusive analysis does not hold the update back. */
  readonly passes: boolean;
}

/** More combinations of failed and succeeded requests than this are left to chance. */
const MOST_COMBINATIONS = 2e6;
const NEGLIGIBLE = 1e-14;

/**
 * Computes the outcome where that is possible: every request is seen (no scrapes), traffic is steady, and no two
 * measurements look at the same requests, so that they are independent. Undefined elsewhere.
 *
 * A canary's requests are Poisson; so are, independently, the failed and the succeeded ones among them. The condition is
 * judged on every combination that is not negligible, and the controller's own counters are taken through the
 * measurements.
 */
export function exactly(
  rollout: RolloutModel,
  blocks: readonly Block[],
  readers: ReadonlyMap<MetricModel, MetricReader>,
  profile: TrafficProfile,
): Exact | undefined {
  if (profile.scrapeInterval !== 0 || typeof profile.rps !== 'number' || profile.podStartSpread > 0) return undefined;
  const measurements = measurementsOf(rollout, blocks, readers, profile.rps, profile);
  if (measurements === undefined) return undefined;
  const runs = new Map<number | undefined, Measurement[]>();
  for (const one of measurements) runs.set(one.step, [...(runs.get(one.step) ?? []), one]);
  const ends: Ends[] = [];
  for (const run of runs.values()) {
    if (new Set(run.map(({ metric }) => metric)).size > 1) return undefined;
    ends.push(endsOf(run));
  }
  return combined(ends);
}

/** The outcome of an update that measures nothing: of each of its paths, which are as probable as each other. */
export function unmeasured(paths: readonly Pick<Path, 'run'>[]): Exact {
  const probability = 1 / paths.length;
  const chances = { aborted: 0, paused: 0, promoted: 0 };
  const detections: { at: number; probability: number }[] = [];
  for (const { run } of paths) {
    const { outcome, at } = run(
      () => 'Successful',
      () => undefined,
      () => undefined,
    );
    chances[outcome] += probability;
    if (outcome !== 'promoted') detections.push({ at, probability });
  }
  return { ...chances, detections: detections.sort((a, b) => a.at - b.at) };
}

/** The measurements of an update that gets through, with what each may say; undefined where that cannot be known. */
function measurementsOf(
  rollout: RolloutModel,
  blocks: readonly Block[],
  readers: ReadonlyMap<MetricModel, MetricReader>,
  rps: number,
  profile: TrafficProfile,
): Measurement[] | undefined {
  const flows: { from: number; to: number; share: number }[] = [];
  const taken: { metric: MetricModel; at: number; step: number | undefined; pods: boolean }[] = [];
  let pods = 0;
  // What comes beside the users' requests is left to chance.
  if (blocks.some(({ changes }) => changes.some(({ beside, experiment }) => beside(rps) + experiment > 0))) {
    return undefined;
  }
  runBlocks(
    rollout,
    blocks,
    (metric, at, step) => {
      if (!metric.dryRun) taken.push({ metric, at, step, pods: pods > 0 });
      return 'Successful';
    },
    (from, to, share) => void flows.push({ from, to, share }),
    (count) => {
      pods = count;
    },
  );
  taken.sort((a, b) => a.at - b.at);
  let seenUntil = -Infinity;
  const measurements: Measurement[] = [];
  for (const { metric, at, step, pods: exist } of taken) {
    const reader = readers.get(metric)!;
    if (!computable(metric, reader)) return undefined;
    if (at - reader.reach < seenUntil) return undefined;
    seenUntil = at;
    const seconds = flows.reduce((sum, { from, to, share }) => {
      const within = Math.min(to, at) - Math.max(from, at - reader.reach);
      return within > 0 ? sum + within * share : sum;
    }, 0);
    const verdicts = exist
      ? verdictsOn(reader, at, rps * seconds, profile)
      : { [reader.measure(reading(undefined, undefined), at)]: 1 };
    // After an error the next measurement comes sooner.
    if (verdicts === undefined || (verdicts.Error ?? 0) > 0) return undefined;
    let passes = false;
    if (step === undefined && (verdicts.Inconclusive ?? 0) > 0) {
      const block = blocks.find((_, i) => at <= (blocks[i + 1]?.from ?? Infinity))!;
      passes = block.afterInconclusive(at - block.from, block.analysis && LATE) !== undefined;
      // Whether it goes on depends on what the step's own analysis says.
      if (passes && block.analysis) return undefined;
    }
    measurements.push({ metric, at, step, verdicts, passes });
  }
  return measurements;
}

function computable(
  { consecutiveSuccessLimit }: MetricModel,
  { leaves, resources, reach, looksElsewhere }: MetricReader,
): boolean {
  const counts = ({ side, part, life: { from, until } }: Cell): boolean =>
    side === 'canary' && part === 'count' && from === undefined && until === undefined;
  return (
    consecutiveSuccessLimit === 0 &&
    !looksElsewhere &&
    resources.length === 0 &&
    leaves.every(({ cells, window, over }) => window === reach && over !== 'irate' && cells.every(counts))
  );
}

/** A window in which so many requests failed and so many did not; undefined: no such series. */
function reading(failed: number | undefined, succeeded: number | undefined): Reading {
  const any = failed === undefined && succeeded === undefined ? undefined : (failed ?? 0) + (succeeded ?? 0);
  return {
    growth: ({ outcome }, { over, window }) => {
      const grown = outcome === 'failed' ? failed : outcome === 'succeeded' ? succeeded : any;
      return grown === undefined || over !== 'rate' ? grown : grown / window;
    },
    irate: () => undefined,
    resource: () => undefined,
    resourceGrowth: () => undefined,
  };
}

function verdictsOn(reader: MetricReader, at: number, requests: number, profile: TrafficProfile): Verdicts | undefined {
  const failed = likely(requests * profile.errorRate);
  const succeeded = likely(requests * (1 - profile.errorRate));
  if (failed.length * succeeded.length > MOST_COMBINATIONS) return undefined;
  const verdicts: Partial<Record<MeasurementPhase, number>> = {};
  for (const [bad, chance] of failed) {
    for (const [good, chanceOfGood] of succeeded) {
      const phase = reader.measure(reading(bad, good), at);
      // Whether a series exists yet depends on what was before; it must make no difference.
      if (bad === 0 && comesLate(reader, 'failed', profile)) {
        if (reader.measure(reading(undefined, good), at) !== phase) return undefined;
      }
      if (good === 0 && comesLate(reader, 'succeeded', profile)) {
        if (reader.measure(reading(bad, undefined), at) !== phase) return undefined;
      }
      verdicts[phase] = (verdicts[phase] ?? 0) + chance * chanceOfGood;
    }
  }
  return verdicts;
}

/** Whether a series of an outcome appears only with the first such request. */
const comesLate = ({ leaves }: MetricReader, wanted: Cell['outcome'], { countersFromZero }: TrafficProfile): boolean =>
  leaves.some(({ cells }) =>
    cells.some(
      ({ outcome, appears }) =>
        outcome === wanted && (appears === 'with-first' || (appears === 'as-the-profile-says' && !countersFromZero)),
    ),
  );

/** The values of a Poisson variable that are not negligible, and how probable they are. */
function likely(mean: number): [number, number][] {
  const found: [number, number][] = [];
  const reach = 8 * Math.sqrt(mean) + 40;
  for (let k = Math.max(0, Math.floor(mean - reach)); k <= mean + reach; k++) {
    const chance = poissonPmf(k, mean);
    if (chance > NEGLIGIBLE) found.push([k, chance]);
  }
  return found;
}

/** How one analysis ends by itself: when, and how probably; the rest of the probability lets the update pass. */
interface Ends {
  readonly at: readonly { readonly time: number; readonly aborted: number; readonly paused: number }[];
}

/** Takes the controller's counters through the measurements of one analysis. */
function endsOf(run: readonly Measurement[]): Ends {
  let states = new Map<string, { failed: number; inconclusive: number; chance: number }>([
    ['0/0', { failed: 0, inconclusive: 0, chance: 1 }],
  ]);
  const at = run.map(({ metric, at: time, verdicts, passes }, i) => {
    let [aborted, paused] = [0, 0];
    const next: typeof states = new Map();
    for (const { failed, inconclusive, chance } of states.values()) {
      for (const [phase, share] of Object.entries(verdicts) as [MeasurementPhase, number][]) {
        const result = record(
          {
            phase: 'Running',
            count: i,
            failed,
            inconclusive,
            consecutiveError: 0,
            consecutiveSuccess: 0,
            lastPhase: phase,
            lastFinished: time,
          },
          phase,
          time,
        );
        const became = metricPhase(metric, result, false);
        if (became === 'Failed' || became === 'Error') aborted += chance * share;
        else if (became === 'Inconclusive') paused += passes ? 0 : chance * share;
        else {
          const key = `${result.failed}/${result.inconclusive}`;
          const before = next.get(key)?.chance ?? 0;
          next.set(key, { failed: result.failed, inconclusive: result.inconclusive, chance: before + chance * share });
        }
      }
    }
    states = next;
    return { time, aborted, paused };
  });
  return { at };
}

/** The first of several analyses to end decides. They are independent. */
function combined(runs: readonly Ends[]): Exact {
  const survives = ({ at }: Ends, before: number): number =>
    1 - at.reduce((sum, { time, aborted, paused }) => (time < before ? sum + aborted + paused : sum), 0);
  let [aborted, paused] = [0, 0];
  const detections: { at: number; probability: number }[] = [];
  for (const run of runs) {
    for (const end of run.at) {
      const others = runs.reduce(
        (product, other) => (other === run ? product : product * survives(other, end.time)),
        1,
      );
      aborted += end.aborted * others;
      paused += end.paused * others;
      const probability = (end.aborted + end.paused) * others;
      if (probability > 0) detections.push({ at: end.time, probability });
    }
  }
  return { aborted, paused, promoted: 1 - aborted - paused, detections: detections.sort((a, b) => a.at - b.at) };
}
