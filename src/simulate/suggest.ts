import { writeSeconds } from '../formats/go-duration';
import { analysisSeconds } from '../plan';
import { type AnalysisModel, type MetricModel, type RolloutModel, type StepModel, allMetrics } from '../controller';
import { assumptionsOf } from './assumptions';
import { moved } from './limits';
import type { Simulator } from './montecarlo';
import { scheduleOf } from './schedule';
import { scrapedProfile, type SimulationOptions, simulatorOf } from './simulate';
import { type CheckAlone, checkNames, checksAlone, stoppedShare } from './family';
import type { Share } from './statistics';
import { healthyProfile, type TrafficProfile, wholeProfile } from '../traffic-model';
import { checksFor, regressionText } from './regression';
import { percentage } from '../formats/percentage';

/** What a suggestion must achieve. */
export interface Goal {
  /** The least share of bad versions that is caught; default 0.95. */
  readonly power?: number;
  /** The greatest share of healthy versions that is stopped; default 0.01. */
  readonly falseAlarms?: number;
}

/** A change of the rollout that reaches the goal, and what it achieves. */
export interface Suggestion {
  readonly rollout: RolloutModel;
  /** Share of bad versions that is caught, with its 95 % interval: of other draws than those by which it was chosen. */
  readonly caught: Share;
  /** The same of healthy versions. */
  readonly falseAlarm: Share;
  /** From the change of the template to the promotion. */
  readonly seconds: number;
  /** What to write: by path in the manifests, the value now and the value then. */
  readonly changes: readonly Change[];
  /** Each check as if it were the only one: the levels that add up to the total at most. */
  readonly alone: readonly CheckAlone[];
  /** Metrics that the regression does not change: their limits stay as they are. */
  readonly kept: readonly string[];
  /** What was assumed, a sentence each. */
  readonly assumptions: readonly string[];
}

/** A field that is to be another. */
export interface Change {
  readonly path: string;
  readonly from: string;
  readonly to: string;
}

/** How long pauses may be, in parts of what they are. */
const STRETCHES = [0.1, 0.25, 0.5, 1, 2, 4, 8];
/** How many measurements an analysis takes that takes one now; others have theirs stretched as the pauses are. */
const COUNTS = [1, 2, 3, 5, 8];
const LIMITS = [0, 1, 2, 3, 5, 8];
/** How far thresholds are moved. */
const THRESHOLDS = [1, 2, 0.5, 1.5, 3, 0.7, 5, 10, 0.2];
const RUNS_OF_LEVELS = 1500;
const RUNS = 4000;
const RUNS_OF_PROOF = 20_000;

/** A regression that no metric reads cannot be caught by any limit. */
export class NothingConcerned extends Error {
  constructor(rollout: RolloutModel, names: readonly string[], profile: TrafficProfile) {
    super(
      `no check of '${rollout.name}' sees a version that ${regressionText(profile)} (it has ${[...new Set(names)].join(', ') || 'none'}); add one that does: ${checksFor(profile).join(', ')}; or state another regression (--error-rate, --latency-p99, --latency-factor, --restarts, --saturation)`,
    );
    this.name = 'NothingConcerned';
  }
}

/** Checks whose limits stay as they are stop more healthy versions than all together may. */
export class KeptChecksStopTooOften extends Error {
  constructor(rollout: RolloutModel, kept: readonly CheckAlone[], allowed: number) {
    const worst = kept.map(({ check, falseAlarm }) => `${check} ${percentage(falseAlarm.value)}`).join(', ');
    super(
      `checks of '${rollout.name}' that this regression does not concern stop more than ${percentage(allowed)} of healthy versions by themselves (${worst}); loosen them, or state the regression that they are there for`,
    );
    this.name = 'KeptChecksStopTooOften';
  }
}

/** What of a rollout is varied. */
interface Variation {
  readonly stretch: number;
  readonly count: number;
  /** Undefined: as each check has it. */
  readonly failureLimit?: number;
  /** By check. */
  readonly threshold: (check: string) => number;
}

/**
 * The shortest variant of a rollout that reaches a goal, or undefined where none of those that are tried does. With 95 %
 * confidence, not on average: the whole interval of the power lies above what is asked, that of the false alarms below.
 * Throws NothingConcerned where no metric can tell the versions apart.
 */
export function suggest(rollout: RolloutModel, options: SimulationOptions, goal: Goal = {}): Suggestion | undefined {
  const stated = wholeProfile(options.profile);
  const given = stated.pods === undefined ? rollout : { ...rollout, replicas: stated.pods };
  const seed = options.seed ?? 1;
  const wanted = { power: goal.power ?? 0.95, falseAlarms: goal.falseAlarms ?? 0.01 };
  const simulator = simulatorOf(given, options);
  const profile = scrapedProfile(stated, simulator);
  const concerned = new Set(allMetrics(given).filter((metric) => simulator.isConcerned(metric, profile)));
  if (concerned.size === 0) {
    throw new NothingConcerned(
      given,
      allMetrics(given).map(({ name }) => name),
      profile,
    );
  }
  const kept = [...new Set(allMetrics(given).flatMap((metric) => (concerned.has(metric) ? [] : metric.name)))];
  const taken = stoppedByKept(simulator, profile, kept, wanted.falseAlarms, seed);
  const rest = wanted.falseAlarms - taken;
  // One factor for all limits may make one check idle because another catches the version.
  const levelled = withLevels(given, simulator, profile, concerned, rest, seed);
  for (const { variant, seconds } of chain(levelled, () => candidates(given, simulator, profile, concerned))) {
    const trial = simulator.of(variant);
    if (!reaches(trial, profile, wanted, RUNS, seed)) continue;
    if (!reaches(trial, profile, wanted, RUNS_OF_PROOF, seed + 10_000)) continue;
    // The figures that are promised are of draws by which nothing was chosen.
    const proof = reaches(trial, profile, wanted, RUNS_OF_PROOF, seed + 20_000);
    if (proof === undefined) continue;
    return {
      rollout: variant,
      ...proof,
      seconds,
      changes: changesOf(given, variant),
      alone: checkNames(trial).length > 1 ? checksAlone(trial, profile, RUNS, seed + 30_000) : [],
      kept,
      assumptions: assumptionsOf(given, options, simulator),
    };
  }
  return undefined;
}

/** A variant to try. */
interface Candidate {
  readonly variant: RolloutModel;
  readonly seconds: number;
}

/** First these, then others that are made only when they are needed. */
function* chain<T>(first: Iterable<T>, others: () => Iterable<T>): Iterable<T> {
  yield* first;
  yield* others();
}

/** The share of healthy versions that the checks stop whose limits stay. Throws KeptChecksStopTooOften. */
function stoppedByKept(
  simulator: Simulator,
  profile: TrafficProfile,
  kept: readonly string[],
  allowed: number,
  seed: number,
): number {
  if (kept.length === 0) return 0;
  const { value, low } = stoppedShare(simulator.only(kept), healthyProfile(profile), RUNS, seed + 40_000);
  if (low > allowed) {
    const alone = checksAlone(simulator, profile, RUNS, seed + 40_000);
    throw new KeptChecksStopTooOften(
      simulator.rollout,
      alone.filter(({ check }) => kept.includes(check)),
      allowed,
    );
  }
  return value;
}

/**
 * Variants in which each check has a limit of its own: the tightest with which it alone stops no more healthy versions
 * than its part of what all may stop together.
 */
function* withLevels(
  rollout: RolloutModel,
  simulator: Simulator,
  profile: TrafficProfile,
  concerned: ReadonlySet<MetricModel>,
  allowed: number,
  seed: number,
): Iterable<Candidate> {
  const names = [...new Set([...concerned].map(({ name }) => name))];
  if (names.length < 2 || allowed <= 0) return;
  const healthy = healthyProfile(profile);
  const tightest = [...THRESHOLDS].sort((a, b) => a - b);
  const once = allMetrics(rollout).some(({ count }) => count === 1);
  for (const stretch of STRETCHES) {
    for (const count of once ? COUNTS : [1]) {
      const made = (threshold: (check: string) => number): RolloutModel | undefined =>
        variantOf(rollout, { stretch, count, threshold }, simulator.longestWindow, concerned);
      if (made(() => 1) === undefined) continue;
      const chosen = new Map<string, number>();
      for (const name of names) {
        const factor = tightest.find((one) => {
          const alone = simulator.of(made((check) => (check === name ? one : 1))!).alone(name);
          return stoppedShare(alone, healthy, RUNS_OF_LEVELS, seed + 50_000).value <= allowed / names.length;
        });
        if (factor !== undefined) chosen.set(name, factor);
      }
      if (chosen.size < names.length) continue;
      const variant = made((check) => chosen.get(check) ?? 1)!;
      yield { variant, seconds: secondsOf(variant, profile) };
    }
  }
}

/** All variants, the shortest first; of those that are as long, the one that changes least. */
function candidates(
  rollout: RolloutModel,
  { longestWindow }: Simulator,
  profile: TrafficProfile,
  concerned: ReadonlySet<MetricModel>,
): { variant: RolloutModel; seconds: number }[] {
  const once = allMetrics(rollout).some(({ count }) => count === 1);
  const found = new Map<string, { variant: RolloutModel; seconds: number; changes: number }>();
  for (const stretch of STRETCHES) {
    for (const count of once ? COUNTS : [1]) {
      // Limits and thresholds do not alter how long a healthy version takes.
      let seconds: number | undefined;
      for (const failureLimit of LIMITS) {
        for (const threshold of THRESHOLDS) {
          const variant = variantOf(
            rollout,
            { stretch, count, failureLimit, threshold: () => threshold },
            longestWindow,
            concerned,
          );
          if (variant === undefined) continue;
          seconds ??= secondsOf(variant, profile);
          const changes = changesOf(rollout, variant);
          const key = JSON.stringify(changes);
          if (!found.has(key)) found.set(key, { variant, seconds, changes: changes.length });
        }
      }
    }
  }
  return [...found.values()].sort((a, b) => a.seconds - b.seconds || a.changes - b.changes);
}

function secondsOf(rollout: RolloutModel, { podStart, podStartSpread, approvalAfter }: TrafficProfile): number {
  const ready = podStart + podStartSpread / 2 + rollout.minReadySeconds;
  const blocks = scheduleOf(rollout, (version) => (version === 'new' ? ready : 0), approvalAfter);
  let seconds = 0;
  for (const block of blocks) seconds += block.analysis ? analysisSeconds(block.analysis) : block.seconds;
  return seconds;
}

/** What a variant achieves, if it reaches the goal. */
function reaches(
  simulator: Simulator,
  profile: TrafficProfile,
  { power, falseAlarms }: Required<Goal>,
  runs: number,
  seed: number,
): Pick<Suggestion, 'caught' | 'falseAlarm'> | undefined {
  const healthy = healthyProfile(profile);
  // Most variants are far off, which a few draws tell.
  for (const many of [60, runs]) {
    const falseAlarm = stoppedShare(simulator, healthy, many, seed + 1);
    if (many === runs ? falseAlarm.high > falseAlarms : falseAlarm.low > falseAlarms) return undefined;
    const caught = stoppedShare(simulator, profile, many, seed + 2);
    if (many === runs ? caught.low < power : caught.high < power) return undefined;
    if (many === runs) return { caught, falseAlarm };
  }
  return undefined;
}

/** Longer or shorter pauses, more or fewer measurements, and another limit. Undefined: not a valid rollout. */
function variantOf(
  rollout: RolloutModel,
  { stretch, count, failureLimit: limit, threshold: factorOf }: Variation,
  longestWindow: number,
  concerned: ReadonlySet<MetricModel>,
): RolloutModel | undefined {
  let possible = true;
  const metric = (given: MetricModel): MetricModel => {
    // What the regression does not change is judged as before.
    if (!concerned.has(given)) return given;
    const failureLimit = limit ?? given.failureLimit;
    const threshold = factorOf(given.name);
    const more =
      given.count === undefined
        ? undefined
        : given.count === 1
          ? count
          : Math.max(1, Math.round(given.count * stretch));
    // A limit that the count cannot exceed guards nothing.
    if (more !== undefined && failureLimit >= more) possible = false;
    // Windows that do not overlap count no failure twice.
    const interval = given.interval ?? (more !== undefined && more > 1 ? Math.max(60, longestWindow) : undefined);
    return {
      ...given,
      count: more,
      interval,
      failureLimit,
      inconclusiveLimit: more === undefined ? given.inconclusiveLimit : Math.min(given.inconclusiveLimit, more),
      successCondition: moved(given.successCondition, threshold, '>'),
      failureCondition: moved(given.failureCondition, threshold, '<'),
    };
  };
  const analysis = (given: AnalysisModel): AnalysisModel => ({ ...given, metrics: given.metrics.map(metric) });
  const step = (given: StepModel): StepModel => ({
    ...given,
    pause:
      given.pause?.seconds === undefined
        ? given.pause
        : { seconds: Math.max(1, Math.round(given.pause.seconds * stretch)) },
    analysis: given.analysis && analysis(given.analysis),
  });
  const { background } = rollout;
  const variant = {
    ...rollout,
    steps: rollout.steps.map(step),
    background: background && { ...background, analysis: analysis(background.analysis) },
  };
  return possible ? variant : undefined;
}

const inSeconds = (seconds: number | undefined): string => (seconds === undefined ? 'none' : writeSeconds(seconds));

function changesOf(before: RolloutModel, after: RolloutModel): Change[] {
  const changes: Change[] = [];
  const say = (path: string, from: unknown, to: unknown): void => {
    if (from === to || changes.some((change) => change.path === path)) return;
    changes.push({ path, from: String(from), to: String(to) });
  };
  const metrics = (from: AnalysisModel | undefined, to: AnalysisModel | undefined): void => {
    from?.metrics.forEach((metric, i) => {
      const path = `template ${from.templates.join(', ')}, metric ${metric.name}:`;
      say(`${path} count`, metric.count, to!.metrics[i].count);
      say(`${path} interval`, inSeconds(metric.interval), inSeconds(to!.metrics[i].interval));
      say(`${path} failureLimit`, metric.failureLimit, to!.metrics[i].failureLimit);
      say(`${path} successCondition`, metric.successCondition, to!.metrics[i].successCondition);
      say(`${path} failureCondition`, metric.failureCondition, to!.metrics[i].failureCondition);
    });
  };
  before.steps.forEach((step, i) => {
    const now = after.steps[i];
    say(
      `spec.strategy.canary.steps[${i}].pause.duration`,
      inSeconds(step.pause?.seconds),
      inSeconds(now.pause?.seconds),
    );
    metrics(step.analysis, now.analysis);
  });
  metrics(before.background?.analysis, after.background?.analysis);
  return changes;
}
