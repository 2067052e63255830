import { UnsupportedExpression } from '../expr';
import { allMetrics, ERROR_RETRY_SECONDS, type MetricModel, type RolloutModel } from '../controller';
import {
  Counters,
  Random,
  rpsAt,
  type TrafficProfile,
  metricReaderOf,
  type MetricReader,
  type Stated,
} from '../traffic-model';
import { exactly, type Exact } from './exact';
import type { Sample } from './fast-run';
import type { Ended, Outcome } from './run';
import { pathThrough, type Path } from './path';

/** Everything about many simulated updates. */
export interface Sampled {
  readonly runs: number;
  readonly counts: Readonly<Record<Outcome, number>>;
  /** Seconds to the abort or the pause, of those that did not get through; ascending. */
  readonly detections: Float64Array;
  /** Failed requests that the canary gave, of every run; ascending. */
  readonly spoiled: Float64Array;
  /** Seconds to promotion, of those promoted; ascending. */
  readonly promotions: Float64Array;
  readonly meanExposure: number;
  /** Seconds from the change of the template to the end, on average. */
  readonly meanSeconds: number;
  /** Requests that the canary got, on average. */
  readonly meanRequests: number;
  /** By metric and measurement: how often it was taken, and found nothing. */
  readonly noData: readonly {
    readonly metric: string;
    readonly measurements: readonly { readonly taken: number; readonly empty: number }[];
  }[];
}

/** A rollout made ready to be simulated under changing error rates. */
export class Simulator {
  private readonly readers = new Map<MetricModel, MetricReader & { readonly id: number }>();
  private readonly names: string[] = [];
  private readonly paths = new Map<string, Path[]>();

  /** Throws QueryNotRecognised and UnsupportedExpression, all at once as one AggregateError where there are several. */
  constructor(
    readonly rollout: RolloutModel,
    stated: Stated = {},
  ) {
    const problems: Error[] = [];
    for (const metric of allMetrics(rollout)) {
      if (this.readers.has(metric)) continue;
      try {
        this.readers.set(metric, {
          ...metricReaderOf(metric, stated, rollout.services, rollout.replicas),
          id: this.names.length,
        });
        this.names.push(metric.name);
      } catch (error) {
        if (!(error instanceof UnsupportedExpression) && (error as Error).name !== 'QueryNotRecognised') throw error;
        problems.push(error as Error);
      }
    }
    if (problems.length === 1) throw problems[0];
    if (problems.length > 1) throw new AggregateError(problems, problems.map(({ message }) => message).join('\n'));
  }

  /** Seconds that the query with the longest memory looks back. */
  get longestWindow(): number {
    return Math.max(0, ...[...this.readers.values()].map(({ longestWindow }) => longestWindow));
  }

  /** Ways through a few draws of pods' start times; one where they do not vary. */
  private pathsFor(profile: TrafficProfile, random: Random): Path[] {
    const key = `${profile.podStart}/${profile.podStartSpread}/${profile.personAfter}`;
    const known = this.paths.get(key);
    if (known) return known;
    const variants = profile.podStartSpread > 0 ? 64 : 1;
    const ready = profile.podStart + this.rollout.minReadySeconds;
    const made = Array.from({ length: variants }, () =>
      pathThrough(
        this.rollout,
        (version) => (version === 'old' ? 0 : ready + profile.podStartSpread * random.uniform()),
        profile.personAfter,
      ),
    );
    this.paths.set(key, made);
    return made;
  }

  /** The greatest number of seconds on whose multiples all changes, measurements and ends of windows lie. */
  private gridOf(paths: readonly Path[]): number {
    const analyses = [this.rollout.background?.analysis, ...this.rollout.steps.map(({ analysis }) => analysis)];
    const times = [
      ERROR_RETRY_SECONDS,
      ...paths.flatMap(({ times }) => times),
      ...analyses
        .flatMap((one) => one?.metrics ?? [])
        .flatMap(({ interval, initialDelay }) => [interval, initialDelay]),
      ...[...this.readers.values()].flatMap(({ leaves }) => leaves.map(({ window }) => window)),
    ];
    return times.reduce((grid: number, time) => (time === undefined ? grid : commonDivisor(grid, time)), 0);
  }

  /** What becomes of an update under a profile, computed; undefined where only drawing helps. */
  exactly(profile: TrafficProfile): Exact | undefined {
    if (profile.scrapeInterval !== 0) return undefined;
    const [{ blocks }] = this.pathsFor(profile, new Random(1));
    return blocks && exactly(this.rollout, blocks, this.readers, profile);
  }

  /** Simulates so many updates under a profile. The same seed gives the same figures on every machine. */
  sample(profile: TrafficProfile, runs: number, seed: number): Sampled {
    const random = new Random(seed);
    const readers = [...this.readers.values()];
    const needs = {
      stable: readers.some(({ needsStable }) => needsStable),
      latency: readers.some(({ needsLatency }) => needsLatency),
      failures: readers.some(({ needsFailures }) => needsFailures),
    };
    const paths = this.pathsFor(profile, random);
    const counters = new Counters(
      profile,
      random,
      needs,
      this.longestWindow,
      profile.scrapeInterval === 0 ? this.gridOf(paths) : 1,
    );
    const steady = typeof profile.rps === 'number' ? profile.rps : undefined;
    const totals = new Totals(runs, this.names);
    let start = 0;
    let rps = steady ?? 0;
    let requests = 0;

    const flow = (from: number, to: number, share: number): void => {
      if (steady !== undefined) {
        counters.flow(from, to, share, rps);
        requests += (to - from) * share * rps;
        return;
      }
      // A new rate each minute is as fine as a profile over the day can be.
      for (let at = from; at < to; at += 60) {
        const until = Math.min(to, at + 60);
        rps = rpsAt(profile, start + at);
        counters.flow(at, until, share, rps);
        requests += (until - at) * share * rps;
      }
    };
    const sample: Sample = (metric, now) => {
      const reader = this.readers.get(metric)!;
      const phase = reader.measure(counters, now);
      totals.measured(reader.id, reader.noData());
      return phase;
    };
    const podsAre = (count: number): void => counters.canaryHas(count);

    for (let i = 0; i < runs; i++) {
      start = profile.startsAt ?? (steady === undefined ? random.uniform() * 86_400 : 0);
      if (steady === undefined) rps = rpsAt(profile, start);
      counters.reset(rps);
      requests = 0;
      const path = paths.length === 1 ? paths[0] : paths[Math.floor(random.uniform() * paths.length)];
      const ended = path.run(sample, flow, podsAre);
      totals.add(ended, counters.finish(), requests);
    }
    return totals.result();
  }
}

/** Of whole seconds; anything finer is looked at second by second. */
function commonDivisor(a: number, b: number): number {
  if (!Number.isInteger(a) || !Number.isInteger(b)) return 1;
  return b === 0 ? a : commonDivisor(b, a % b);
}

class Totals {
  private readonly counts: Record<Outcome, number> = { promoted: 0, aborted: 0, paused: 0 };
  private readonly detections: number[] = [];
  private readonly promotions: number[] = [];
  private readonly spoiled: Float64Array;
  /** By metric, then by measurement. */
  private readonly noData: { taken: number; empty: number }[][];
  /** How often each metric was measured in the update under path. */
  private readonly ordinal: Int32Array;
  private exposure = 0;
  private seconds = 0;
  private requests = 0;
  private done = 0;

  constructor(
    private readonly runs: number,
    private readonly names: readonly string[],
  ) {
    this.spoiled = new Float64Array(runs);
    this.noData = names.map(() => []);
    this.ordinal = new Int32Array(names.length);
  }

  measured(id: number, empty: boolean): void {
    const list = this.noData[id];
    const nth = this.ordinal[id]++;
    if (nth === list.length) list.push({ taken: 0, empty: 0 });
    const slot = list[nth];
    slot.taken++;
    if (empty) slot.empty++;
  }

  add({ outcome, at, exposure }: Ended, spoiled: number, requests: number): void {
    this.ordinal.fill(0);
    this.counts[outcome]++;
    (outcome === 'promoted' ? this.promotions : this.detections).push(at);
    this.spoiled[this.done++] = spoiled;
    this.exposure += exposure;
    this.seconds += at;
    this.requests += requests;
  }

  result(): Sampled {
    return {
      runs: this.runs,
      counts: this.counts,
      detections: Float64Array.from(this.detections).sort(),
      promotions: Float64Array.from(this.promotions).sort(),
      spoiled: this.spoiled.sort(),
      meanExposure: this.exposure / this.runs,
      meanSeconds: this.seconds / this.runs,
      meanRequests: this.requests / this.runs,
      noData: this.noData.map((measurements, id) => ({ metric: this.names[id], measurements })),
    };
  }
}
