import { UnsupportedExpression, type MeasurementPhase } from '../../expr';
import {
  canaryShare,
  experimentShare,
  rpsBesideUsers,
  trafficEnd,
  type Frame,
  type MetricModel,
  type RolloutModel,
} from '../../controller';
import { assumedOfTraffic, type Outcome } from '../../simulate';
import {
  analysed,
  Counters,
  metricReaderOf,
  type MetricReader,
  needsOf,
  QueryNotRecognised,
  Random,
  rpsAt,
  startSecond,
  type Stated,
  TrafficDescription,
  isOfRestarts,
} from '../../traffic-model';
import { checkOutcome, type Exercised } from '../run/check-outcome';
import { unreachable } from '../run/measure';
import { RehearsalProblem } from '../problem';
import { unansweredOf } from '../run/notes';
import { runInWorld, worldOf } from '../run/update';
import type { Conditions } from '../world/conditions';

/** How one simulated update ended. */
export interface SimulatedUpdate {
  readonly outcome: Outcome;
  /** Seconds from its beginning. */
  readonly endedAt: number;
  readonly failedRequests: number;
}

interface SimulationOptions {
  readonly runs: number;
  readonly seed: number;
  readonly stated: Stated;
  /** Of the metrics with a stated end: those that end so because they find no data. */
  readonly withoutData?: ReadonlySet<string>;
  readonly horizon: number;
  readonly description?: TrafficDescription;
}

/** Many simulated updates of one scenario. */
export interface SimulatedUpdates {
  readonly updates: readonly SimulatedUpdate[];
  /** Outcomes of checks that came about in at least half of them. */
  readonly exercised: readonly Exercised[];
  /** Assumptions, a sentence each. */
  readonly assumptions: readonly string[];
}

/** The condition that the built-in simulation does not support, if any. */
export function notSimulated({ canary, stable }: Conditions): string | undefined {
  const crashes = canary.crashesAfter ?? stable.crashesAfter;
  return crashes === undefined ? undefined : 'pods that crash under load and count anew';
}

/**
 * The same update in the same conditions many times over, without a Prometheus: the controllers themselves over counters
 * that are drawn at random, and queries that are recognised by what they count. Throws RehearsalProblem where a query or
 * a condition is not recognised.
 */
export function simulateUpdates(
  rollout: RolloutModel,
  conditions: Conditions,
  {
    runs,
    seed,
    stated,
    withoutData = new Set(),
    horizon,
    description = new TrafficDescription({ model: rollout, profile: conditions.profile }),
  }: SimulationOptions,
): SimulatedUpdates {
  const random = new Random(seed);
  const readers = readersOf(rollout, stated, description);
  const all = [...readers.values()];
  const leaves = all.flatMap((reader) => reader.leaves);
  const needs = needsOf(all);
  const scrapeInterval = description.catalogue.intervalOf(leaves) ?? conditions.profile.scrapeInterval;
  const profile = { ...conditions.profile, scrapeInterval };
  const counters = new Counters(
    {
      ...profile,
      errorRate: conditions.canary.errorRate,
      latency: conditions.canary.latency,
      restarts: conditions.canary.restarts ?? 0,
      saturation: conditions.canary.saturation ?? profile.saturation,
    },
    random,
    needs,
    Math.max(0, ...all.map(({ reach }) => reach)),
    description.bounds,
    undefined,
    description.catalogue.capsExtrapolation,
  );
  const tally = new Tally();
  const updates = Array.from({ length: runs }, () => {
    const starts: number[] = [];
    const startSeconds = (ordinal: number): number =>
      conditions.canary.neverStarts
        ? Infinity
        : (starts[ordinal] ??= profile.podStart + profile.podStartSpread * random.uniform());
    const traffic = new Traffic(rollout, conditions, counters);
    const frames: Frame[] = [];
    const world = worldOf(
      rollout,
      {
        podReady: (version, ordinal) =>
          rollout.minReadySeconds + (version === 'new' ? startSeconds(ordinal) : profile.podStart),
        approvalAfter: conditions.approvalAfter,
        horizon,
      },
      frames,
      ({ background, stepIndex }, metric, now) => {
        const step = background ? undefined : stepIndex;
        const span = conditions.prometheusUnreachable;
        const isAsked = metric.provider === 'prometheus' && stated[metric.name] === undefined;
        if (isAsked && span !== undefined && now >= span.from && now < span.to) {
          tally.add(metric.name, step, 'Error', false);
          return unreachable(metric);
        }
        traffic.runTo(now);
        const reader = readers.get(metric)!;
        const phase = reader.measure(counters, now);
        tally.add(metric.name, step, phase, reader.noData() || withoutData.has(metric.name));
        return { phase };
      },
    );
    const { outcome, trace } = runInWorld(
      rollout,
      {
        ...world,
        observe: (frame) => {
          world.observe!(frame);
          traffic.follow(frame);
        },
      },
      frames,
    );
    traffic.runTo(Math.max(traffic.now, trafficEnd(rollout, trace.frames, trace.endedAt)));
    tally.end();
    return { outcome, endedAt: trace.endedAt, failedRequests: counters.finish() };
  });
  const { canary } = conditions;
  const assumptions = [
    ...description.assumptions,
    ...all.flatMap(({ notes, absent }) => [...notes, ...absent]),
    ...assumedOfTraffic(
      rollout,
      { ...profile, latency: canary.latency, restarts: canary.restarts ?? 0 },
      {
        readsLatency: needs.latency,
        readsResources: all.some(({ resources }) => resources.some(({ of }) => !isOfRestarts(of))),
      },
    ),
  ];
  return { updates, exercised: tally.inAtLeast(runs / 2), assumptions: [...new Set(assumptions)] };
}

/** Counts in how many updates each outcome of a check came about. */
class Tally {
  private readonly updates = new Map<string, { readonly exercised: Exercised; count: number }>();
  private readonly now = new Map<string, Exercised>();

  add(metric: string, step: number | undefined, phase: MeasurementPhase, noData: boolean): void {
    const outcome = checkOutcome(phase, noData);
    if (outcome !== undefined) this.now.set(`${metric} ${step} ${outcome}`, { metric, step, outcome });
  }

  /** The update is over. */
  end(): void {
    for (const [key, exercised] of this.now) {
      const known = this.updates.get(key);
      if (known) known.count++;
      else this.updates.set(key, { exercised, count: 1 });
    }
    this.now.clear();
  }

  inAtLeast(updates: number): Exercised[] {
    return [...this.updates.values()].filter(({ count }) => count >= updates).map(({ exercised }) => exercised);
  }
}

/** Lets requests come in while the controllers move the canary's share. */
class Traffic {
  now = 0;
  private share = 0;
  private frame: Frame | undefined;
  private ended = false;

  constructor(
    private readonly rollout: RolloutModel,
    private readonly conditions: Conditions,
    private readonly counters: Counters,
  ) {
    counters.reset(rpsAt(conditions.profile, startSecond(conditions.profile)));
  }

  follow(frame: Frame): void {
    if (this.ended) return;
    const { time, canary, selects, promoted, aborted } = frame;
    this.runTo(time);
    this.counters.canaryHas(canary.available + (frame.experiment?.canary.available ?? 0));
    if (this.rollout.blueGreen && selects.stable === 'new') this.counters.activeIsNew();
    const share = canaryShare(this.rollout, frame, this.conditions.profile.headerShare);
    // After an abort requests go on until the weight is 0.
    this.ended = promoted || (aborted && share === 0);
    if (!promoted) this.share = share;
    this.frame = frame;
  }

  runTo(to: number): void {
    const { profile, trafficStopsAt = Infinity } = this.conditions;
    while (this.now < to) {
      const minute = typeof profile.rps === 'number' ? Infinity : (Math.floor(this.now / 60) + 1) * 60;
      const stop = trafficStopsAt > this.now ? trafficStopsAt : Infinity;
      const next = Math.min(to, minute, stop);
      const rps = this.now >= trafficStopsAt ? 0 : rpsAt(profile, startSecond(profile) + this.now);
      const frame = this.ended ? undefined : this.frame;
      const beside = frame ? rpsBesideUsers(this.rollout, frame, rps, profile) : 0;
      const experiment = frame ? experimentShare(this.rollout, frame, profile.headerShare) : 0;
      this.counters.flow(this.now, next, this.share, rps, beside, experiment);
      this.now = next;
    }
  }
}

function readersOf(
  rollout: RolloutModel,
  stated: Stated,
  description: TrafficDescription,
): Map<MetricModel, MetricReader> {
  const readers = new Map<MetricModel, MetricReader>();
  const problems = new Set<string>();
  const { catalogue, bounds } = description;
  for (const use of analysed(rollout)) {
    const { metric } = use;
    try {
      const filled = description.filled(use);
      const open = unansweredOf({ ...use, metric: filled });
      if (open !== undefined && stated[metric.name] === undefined) problems.add(`metric '${metric.name}': ${open}`);
      readers.set(metric, metricReaderOf(filled, stated, catalogue, rollout.replicas, bounds));
    } catch (error) {
      if (!(error instanceof QueryNotRecognised) && !(error instanceof UnsupportedExpression)) throw error;
      problems.add(`metric '${metric.name}': ${error.message}`);
    }
  }
  if (problems.size > 0) throw new RehearsalProblem([...problems].join('\n'));
  return readers;
}
