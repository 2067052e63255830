import { UnsupportedExpression } from '../expr';
import type { AnalysisModel, MetricModel, RolloutModel, RunPhase } from '../plan';
import { Counters } from './counters';
import { FastRun, type Sample } from './fast-run';
import { Random } from './random';
import { scheduleOf, type Block } from './schedule';
import { rpsAt, type TrafficProfile } from './traffic';
import { gaugeOf, type Gauge, type Stated } from './verdict';

export type Outcome = 'promoted' | 'aborted' | 'paused';

/** How one simulated update ended. */
export interface Ended {
  readonly outcome: Outcome;
  /** Seconds from the change of the template. */
  readonly at: number;
  /** Seconds of the whole service's traffic that the canary got. */
  readonly exposure: number;
  /** The step at which it ended; undefined behind the last. */
  readonly step?: number;
}

/**
 * Walks one update through its blocks, with measurements taken by `sample`. `flow` is told which share the canary has
 * from when to when.
 */
export function walkBlocks(
  rollout: RolloutModel,
  blocks: readonly Block[],
  sample: Sample,
  flow: (from: number, to: number, share: number) => void,
  appears: () => void,
): Ended {
  const { background } = rollout;
  let now = 0;
  let exposure = 0;
  let running: FastRun | undefined;

  for (const block of blocks) {
    const begin = now;
    let change = 0;
    let appeared = block.canaryAt === undefined;
    const pass = (to: number): void => {
      while (now < to) {
        const { share } = block.shares[change];
        let next = to;
        const changeAt = change + 1 < block.shares.length ? begin + block.shares[change + 1].at : Infinity;
        if (changeAt < next) next = changeAt;
        if (!appeared && begin + block.canaryAt! < next) next = Math.max(now, begin + block.canaryAt!);
        if (next > now) flow(now, next, share);
        exposure += (next - now) * share;
        now = next;
        if (now >= changeAt) change++;
        if (!appeared && now >= begin + block.canaryAt!) {
          appeared = true;
          appears();
        }
      }
    };
    const ended = (outcome: Outcome): Ended => {
      const after = outcome === 'aborted' ? block.afterAbort : 0;
      if (after > 0) flow(now, now + after, 1);
      return { outcome, at: now, exposure: exposure + after, step: block.step };
    };
    if (!appeared && block.canaryAt === 0) {
      appeared = true;
      appears();
    }
    if (
      background &&
      running === undefined &&
      (block.step === undefined ? blocks.length === 1 : block.step >= (background.startingStep ?? 0))
    ) {
      running = new FastRun(background.analysis, now);
    }
    const inline = block.analysis && new FastRun(block.analysis, now);
    const end = inline ? Infinity : begin + block.seconds;
    for (;;) {
      const nextBackground = running?.phase === 'Running' ? running.next(now) : Infinity;
      const nextInline = inline ? inline.next(now) : Infinity;
      const next = Math.min(nextBackground, nextInline);
      if (next > end || next === Infinity) break;
      pass(next);
      let verdict: RunPhase = 'Running';
      if (nextBackground <= next) verdict = running!.measure(now, sample);
      if (nextInline <= next) inline!.measure(now, sample);
      const worst = inline && nextInline <= next ? inline.phase : 'Running';
      if (verdict === 'Failed' || verdict === 'Error' || worst === 'Failed' || worst === 'Error')
        return ended('aborted');
      if (verdict === 'Inconclusive' || worst === 'Inconclusive') return ended('paused');
      if (worst === 'Successful') break;
    }
    if (!inline) pass(end);
    // An inline analysis without an end: nothing is due any more, and the step never completes.
    else if (inline.phase === 'Running') return ended('paused');
  }
  return { outcome: 'promoted', at: now, exposure };
}

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
  private readonly gauges = new Map<MetricModel, Gauge & { readonly id: number }>();
  private readonly names: string[] = [];
  private readonly schedules = new Map<string, Block[][]>();

  /** Throws QueryNotRecognised and UnsupportedExpression, all at once as one AggregateError where there are several. */
  constructor(
    readonly rollout: RolloutModel,
    stated: Stated = {},
  ) {
    const problems: Error[] = [];
    for (const metric of allMetrics(rollout)) {
      if (this.gauges.has(metric)) continue;
      try {
        this.gauges.set(metric, { ...gaugeOf(metric, stated, rollout.services), id: this.names.length });
        this.names.push(metric.name);
      } catch (error) {
        if (!(error instanceof UnsupportedExpression) && (error as Error).name !== 'QueryNotRecognised') throw error;
        problems.push(error as Error);
      }
    }
    if (problems.length === 1) throw problems[0];
    if (problems.length > 1) throw new AggregateError(problems, problems.map(({ message }) => message).join('\n'));
  }

  /** Blocks for a few draws of pods' start times; one where they do not vary. */
  private blocksFor(profile: TrafficProfile, random: Random): Block[][] {
    const key = `${profile.podStart}/${profile.podStartSpread}/${profile.personAfter}`;
    const known = this.schedules.get(key);
    if (known) return known;
    const variants = profile.podStartSpread > 0 ? 64 : 1;
    const ready = profile.podStart + this.rollout.minReadySeconds;
    const made = Array.from({ length: variants }, () =>
      scheduleOf(
        this.rollout,
        (version) => (version === 'old' ? 0 : ready + profile.podStartSpread * random.uniform()),
        profile.personAfter,
      ),
    );
    this.schedules.set(key, made);
    return made;
  }

  /** Simulates so many updates under a profile. The same seed gives the same figures on every machine. */
  sample(profile: TrafficProfile, runs: number, seed: number): Sampled {
    const random = new Random(seed);
    const gauges = [...this.gauges.values()];
    const needs = {
      stable: gauges.some(({ needsStable }) => needsStable),
      latency: gauges.some(({ needsLatency }) => needsLatency),
    };
    const counters = new Counters(
      profile,
      random,
      needs,
      Math.max(0, ...gauges.map(({ longestWindow }) => longestWindow)),
    );
    const schedules = this.blocksFor(profile, random);
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
      const gauge = this.gauges.get(metric)!;
      const phase = gauge.measure(counters, now);
      totals.measured(gauge.id, gauge.noData());
      return phase;
    };
    const appears = (): void => counters.canaryAppears();

    for (let i = 0; i < runs; i++) {
      start = profile.startsAt ?? (steady === undefined ? random.uniform() * 86_400 : 0);
      if (steady === undefined) rps = rpsAt(profile, start);
      counters.reset(rps);
      requests = 0;
      const blocks = schedules.length === 1 ? schedules[0] : schedules[Math.floor(random.uniform() * schedules.length)];
      const ended = walkBlocks(this.rollout, blocks, sample, flow, appears);
      totals.add(ended, counters.finish(), requests);
    }
    return totals.result();
  }
}

/** Every metric of a rollout's analyses, in the order of the steps. */
export function allMetrics(rollout: RolloutModel): MetricModel[] {
  const analyses: (AnalysisModel | undefined)[] = [
    ...rollout.steps.map(({ analysis }) => analysis),
    rollout.background?.analysis,
  ];
  return analyses.flatMap((analysis) => analysis?.metrics ?? []);
}

class Totals {
  private readonly counts: Record<Outcome, number> = { promoted: 0, aborted: 0, paused: 0 };
  private readonly detections: number[] = [];
  private readonly promotions: number[] = [];
  private readonly spoiled: Float64Array;
  /** By metric, then by measurement. */
  private readonly noData: { taken: number; empty: number }[][];
  /** How often each metric was measured in the update under way. */
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
