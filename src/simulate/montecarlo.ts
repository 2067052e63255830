import { UnsupportedExpression } from '../expr';
import { InputError } from '../formats/input-error';
import { ERROR_RETRY_SECONDS, type MetricModel, type RolloutModel, type World } from '../controller';
import {
  type Analysed,
  analysed,
  Counters,
  metricReaderOf,
  type MetricReader,
  needsOf,
  QueryNotRecognised,
  Random,
  rpsAt,
  sameLatency,
  startSecond,
  type Stated,
  TrafficDescription,
  type TrafficProfile,
  isOfRestarts,
} from '../traffic-model';
import { expectedValue } from './expected';
import { exactly, type Exact, unmeasured } from './exact';
import type { Sample } from './fast-run';
import { pathThrough, type Path } from './path';
import type { Flow, PodsAre } from './run';
import { Totals, type Sampled } from './totals';

export type { Sampled } from './totals';

/** Measurements of all updates together: as many take about a minute. */
const MOST_SAMPLES = 30_000_000;

/** So that pods of different paths start at different times. */
const MOST_PODS_OF_PATH = 100_000;

/** A rollout made ready to be simulated under changing error rates. */
export class Simulator {
  /** Assumptions and notes, one sentence each. */
  readonly assumptions: readonly string[];
  /** Seconds between two scrapes of what the queries ask for; undefined where they ask for nothing. */
  readonly scrapeInterval: number | undefined;
  /** Some query reads latencies. */
  readonly readsLatency: boolean;
  /** Some query reads what containers use of their limits. */
  readonly readsResources: boolean;
  private readonly readers = new Map<MetricModel, MetricReader & { readonly id: number }>();
  private readonly names: string[] = [];
  private readonly paths = new Map<string, Path[]>();

  /** Throws NotSimulated, QueryNotRecognised and UnsupportedExpression, all at once as one AggregateError where there are several. */
  constructor(
    readonly rollout: RolloutModel,
    private readonly stated: Stated = {},
    private readonly description: TrafficDescription = new TrafficDescription({ model: rollout }),
  ) {
    const problems = new Map<string, Error>();
    const all = analysed(rollout);
    const { catalogue, bounds } = description;
    for (const use of all) {
      const { metric } = use;
      if (use.experiment !== undefined) {
        const why = unsimulated(use, stated);
        if (why !== undefined) problems.set(`${metric.name} ${use.experiment}`, why);
        continue;
      }
      try {
        const filled = description.filled(use);
        const reader = metricReaderOf(filled, stated, catalogue, rollout.replicas, bounds);
        this.readers.set(metric, { ...reader, id: this.names.length });
        this.names.push(metric.name);
      } catch (error) {
        if (!(error instanceof UnsupportedExpression) && !(error instanceof QueryNotRecognised)) throw error;
        // The same metric in several steps is refused once.
        problems.set(`${metric.name} ${error.message}`, error);
      }
    }
    if (problems.size === 0 && all.length > 0 && all.every(({ metric }) => isElsewhere(metric, stated))) {
      for (const { metric } of all) problems.set(metric.name, notFromTraffic(metric));
    }
    const found = [...problems.values()];
    if (found.length === 1) throw found[0];
    if (found.length > 1) throw new AggregateError(found, found.map(({ message }) => message).join('\n'));
    const readers = [...this.readers.values()];
    const leaves = readers.flatMap((reader) => reader.leaves);
    this.scrapeInterval = catalogue.intervalOf(leaves);
    this.readsResources = readers.some(({ resources }) => resources.some(({ of }) => !isOfRestarts(of)));
    this.readsLatency = needsOf(readers).latency;
    this.assumptions = [
      ...new Set([...description.assumptions, ...readers.flatMap(({ notes, absent }) => [...notes, ...absent])]),
    ];
  }

  /** Whether anything is measured. */
  get measures(): boolean {
    return this.readers.size > 0;
  }

  /** Seconds that the query with the longest memory looks back. */
  get longestWindow(): number {
    return Math.max(0, ...[...this.readers.values()].map(({ reach }) => reach));
  }

  /** The same for a variant of the rollout, in the same surroundings. */
  of(variant: RolloutModel): Simulator {
    return new Simulator(variant, this.stated, this.description);
  }

  /** The same where only one check may say no: all others succeed, at their own pace. */
  alone(check: string): Simulator {
    return this.only([check]);
  }

  /** The same where only some checks may say no. */
  only(checks: readonly string[]): Simulator {
    const others = [...this.readers.keys()].flatMap(({ name }) => (checks.includes(name) ? [] : [[name, 'success']]));
    const stated = { ...this.stated, ...(Object.fromEntries(others) as Stated) };
    return new Simulator(this.rollout, stated, this.description);
  }

  /** Whether a metric reads what the new version does differently from the old one. */
  isConcerned(metric: MetricModel, profile: TrafficProfile): boolean {
    const { errorRate, baselineErrorRate, latency, baselineLatency } = profile;
    const reader = this.readers.get(metric);
    const changed = reader?.resources.some(({ side, of }) => {
      if (side === 'stable' || of.endsWith('-limit')) return false;
      if (of === 'restarts') return profile.restarts > 0;
      if (isOfRestarts(of)) return profile.restarts > 0 && of === `last-terminated-${profile.restartReason}`;
      return of !== 'cpu-periods' && profile.saturation !== profile.baselineSaturation;
    });
    if (changed || (reader?.resources.length ?? 0) > 0) return changed ?? false;
    const cells = reader?.leaves.flatMap((leaf) => leaf.cells) ?? [];
    const slower = !sameLatency(latency, baselineLatency);
    const reads = cells.some(
      ({ outcome, part }) =>
        (errorRate !== baselineErrorRate && outcome !== 'any' && part === 'count') || (slower && part !== 'count'),
    );
    if (reader === undefined) return false;
    // A sum over all outcomes is the same, however many of them fail.
    const healthy = { ...profile, errorRate: baselineErrorRate, latency: baselineLatency };
    const [now, before] = [profile, healthy].map((one) => expectedValue(reader, one));
    if (now === undefined || before === undefined) return reads;
    return Math.abs(now - before) > 1e-9 * Math.max(1, Math.abs(before));
  }

  /** Paths through a few draws of pods' start times; one where they do not vary. */
  private pathsFor(profile: TrafficProfile, random: Random): Path[] {
    const key = `${profile.podStart}/${profile.podStartSpread}/${profile.approvalAfter}/${profile.headerShare}/${profile.mirrorShare}/${profile.previewRps}`;
    const known = this.paths.get(key);
    if (known) return known;
    const variants = profile.podStartSpread > 0 ? 64 : 1;
    const ready = profile.podStart + this.rollout.minReadySeconds;
    const made = Array.from({ length: variants }, (_, variant) => {
      const starts = startsOfPods(ready, profile.podStartSpread, random, variant);
      const path = pathThrough(this.rollout, starts.of, profile.approvalAfter, profile);
      starts.settle();
      return path;
    });
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
      ...[...this.readers.values()].flatMap(({ leaves, reach }) => [reach, ...leaves.map(({ window }) => window)]),
    ];
    return times.reduce((grid: number, time) => (time === undefined ? grid : commonDivisor(grid, time)), 0);
  }

  /** The outcome of an update under a profile, computed. Undefined if it can only be drawn. */
  exactly(profile: TrafficProfile): Exact | undefined {
    const paths = this.pathsFor(profile, new Random(1));
    // Where nothing is measured, requests decide nothing.
    if (!this.measures) return unmeasured(paths);
    if (profile.scrapeInterval !== 0) return undefined;
    const [{ blocks }] = paths;
    return blocks && exactly(this.rollout, blocks, this.readers, profile);
  }

  /** Simulates so many updates under a profile. The same seed gives the same figures on every machine. */
  sample(profile: TrafficProfile, runs: number, seed: number): Sampled {
    const random = new Random(seed);
    const readers = [...this.readers.values()];
    const paths = this.pathsFor(profile, random);
    const counters = new Counters(
      profile,
      random,
      needsOf(readers),
      this.longestWindow,
      this.description.bounds,
      profile.scrapeInterval === 0 ? this.gridOf(paths) : 1,
      this.description.catalogue.capsExtrapolation,
    );
    const steady = typeof profile.rps === 'number' ? profile.rps : undefined;
    const totals = new Totals(runs, this.names);
    let start = 0;
    let rps = steady ?? 0;
    let requests = 0;

    const flow: Flow = (from, to, share, beside, experiment) => {
      if (steady !== undefined) {
        counters.flow(from, to, share, rps, beside?.(rps), experiment);
        requests += (to - from) * share * rps;
        return;
      }
      // A new rate each minute is as fine as a profile over the day can be.
      for (let at = from; at < to; at += 60) {
        const until = Math.min(to, at + 60);
        rps = rpsAt(profile, start + at);
        counters.flow(at, until, share, rps, beside?.(rps), experiment);
        requests += (until - at) * share * rps;
      }
    };
    let samples = 0;
    const sample: Sample = (metric, now) => {
      if (++samples > MOST_SAMPLES) {
        throw new InputError(
          `${this.rollout.name}: ${runs} updates take more than ${MOST_SAMPLES} measurements; give fewer --runs, or measure less often`,
        );
      }
      const reader = this.readers.get(metric)!;
      const phase = reader.measure(counters, now);
      totals.measured(reader.id, reader.noData(), reader.value());
      return phase;
    };
    const podsAre: PodsAre = (count, active) => {
      counters.canaryHas(count);
      if (active) counters.activeIsNew();
    };

    for (let i = 0; i < runs; i++) {
      start = startSecond(profile, () => random.uniform());
      if (steady === undefined) rps = rpsAt(profile, start);
      counters.reset(rps);
      requests = 0;
      const path = paths.length === 1 ? paths[0] : paths[Math.floor(random.uniform() * paths.length)];
      const ended = path.run(sample, flow, podsAre);
      const by = ended.decidedBy && this.readers.get(ended.decidedBy);
      totals.add(ended, by?.id, counters.finish(), requests);
    }
    return totals.result();
  }
}

/**
 * The seconds that each pod takes to start. What follows an early end of an update is run later, with the same pods; those that
 * a healthy update does not create do not change the stream of random numbers.
 */
function startsOfPods(
  ready: number,
  spread: number,
  random: Random,
  variant: number,
): { readonly of: World['podReady']; readonly settle: () => void } {
  const known = new Map<string, number>();
  let settled = false;
  return {
    of: (version, ordinal) => {
      const pod = `${version} ${ordinal}`;
      if (!known.has(pod)) {
        const own = new Random((variant * MOST_PODS_OF_PATH + ordinal) * 2 + (version === 'new' ? 1 : 0));
        known.set(pod, ready + spread * (settled ? own : random).uniform());
      }
      return known.get(pod)!;
    },
    settle: () => {
      settled = true;
    },
  };
}

/** Of whole seconds; anything finer is looked at second by second. */
function commonDivisor(a: number, b: number): number {
  if (!Number.isInteger(a) || !Number.isInteger(b)) return 1;
  return b === 0 ? a : commonDivisor(b, a % b);
}

const isElsewhere = ({ name, provider }: MetricModel, stated: Stated): boolean =>
  provider !== 'prometheus' && stated[name] === undefined;

/** Why an update is not simulated whose experiment measures this metric. Undefined where it succeeds, or does not matter. */
function unsimulated({ metric, stepIndex = 0, experiment }: Analysed, stated: Stated): NotSimulated | undefined {
  const { name, provider, dryRun } = metric;
  const outcome = stated[name];
  if (dryRun || outcome === 'success' || (outcome === undefined && provider !== 'prometheus')) return undefined;
  return new NotSimulated(
    `metric '${name}' of analysis '${experiment}' in the experiment of step ${stepIndex + 1} decides the update, and simulate only follows experiments that succeed; rehearse measures it, and --assume ${name}=success states that it succeeds`,
  );
}

/** Something of a rollout that only a rehearsal can judge. */
export class NotSimulated extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NotSimulated';
  }
}

function notFromTraffic({ name, provider, query }: MetricModel): QueryNotRecognised {
  return new QueryNotRecognised(
    query ?? `(metric ${name})`,
    `a ${provider} metric cannot be simulated from traffic; state what it is, such as ${name}=success`,
  );
}
