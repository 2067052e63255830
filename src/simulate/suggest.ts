import { comparisons } from '../expr';
import type { AnalysisModel, MetricModel, RolloutModel, StepModel } from '../plan';
import { Simulator } from './montecarlo';
import { wholeProfile, type SimulationOptions } from './simulate';
import { share } from './statistics';
import type { TrafficProfile } from './traffic';

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
  readonly caught: number;
  readonly falseAlarm: number;
  /** From the change of the template to the promotion. */
  readonly seconds: number;
  /** What to write: by path in the manifests, the value now and the value then. */
  readonly changes: readonly { readonly path: string; readonly from: string; readonly to: string }[];
}

/** How long pauses may be, in parts of what they are; which limits of failures; how far thresholds are moved. */
const STRETCHES = [0.25, 0.5, 1, 2, 4, 8];
const LIMITS = [0, 1, 2, 3, 5, 8];
const THRESHOLDS = [1, 2, 0.5, 3, 5, 10, 0.2];
const RUNS = 4000;

/** The shortest variant of a rollout that reaches a goal, or undefined where none of those that are tried does. */
export function suggest(rollout: RolloutModel, options: SimulationOptions, goal: Goal = {}): Suggestion | undefined {
  const { power = 0.95, falseAlarms = 0.01 } = goal;
  const profile = wholeProfile(options.profile);
  const seed = options.seed ?? 1;
  let best: Suggestion | undefined;
  for (const stretch of STRETCHES) {
    for (const threshold of THRESHOLDS) {
      for (const limit of LIMITS) {
        const variant = variantOf(rollout, stretch, limit, threshold);
        if (variant === undefined) continue;
        const simulator = new Simulator(variant, options.stated);
        const tried = attempt(simulator, profile, seed, { power, falseAlarms }, best?.seconds ?? Infinity);
        if (tried) best = { rollout: variant, ...tried, changes: changesOf(rollout, variant) };
      }
    }
  }
  return best;
}

/** What a variant achieves, if it reaches the goal sooner than the best so far. */
function attempt(
  simulator: Simulator,
  profile: TrafficProfile,
  seed: number,
  { power, falseAlarms }: Required<Goal>,
  within: number,
): Pick<Suggestion, 'caught' | 'falseAlarm' | 'seconds'> | undefined {
  const healthy = { ...profile, errorRate: profile.baselineErrorRate, latency: profile.baselineLatency };
  const quick = simulator.sample(healthy, 200, seed);
  if (quick.promotions.length === 0 || quick.promotions[quick.promotions.length >> 1] >= within) return undefined;
  if (share(quick.runs - quick.counts.promoted, quick.runs).low > falseAlarms) return undefined;
  const alarm = simulator.sample(healthy, RUNS, seed + 1);
  const stopped = share(alarm.runs - alarm.counts.promoted, alarm.runs);
  if (stopped.value > falseAlarms) return undefined;
  const bad = simulator.sample(profile, RUNS, seed + 2);
  const caught = share(bad.runs - bad.counts.promoted, bad.runs);
  if (caught.low < power) return undefined;
  return { caught: caught.value, falseAlarm: stopped.value, seconds: alarm.promotions[alarm.promotions.length >> 1] };
}

/** Longer or shorter pauses, as many more or fewer measurements, and another limit. Undefined: not a rollout any more. */
function variantOf(
  rollout: RolloutModel,
  stretch: number,
  failureLimit: number,
  threshold: number,
): RolloutModel | undefined {
  let possible = true;
  const metric = (given: MetricModel): MetricModel => {
    const { count, interval } = given;
    const more =
      count !== undefined && interval !== undefined && count > 1 ? Math.max(1, Math.round(count * stretch)) : count;
    // A limit that the count cannot exceed guards nothing.
    if (more !== undefined && failureLimit >= more) possible = false;
    return {
      ...given,
      count: more,
      failureLimit,
      successCondition: moved(given.successCondition, threshold),
      failureCondition: moved(given.failureCondition, threshold),
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

/**
 * A condition whose thresholds on the measured value are moved: a limit from above by the factor, a limit from below
 * such that what may be missing to 1 grows by it.
 */
function moved(condition: string | undefined, factor: number): string | undefined {
  if (condition === undefined || factor === 1) return condition;
  let text = condition;
  const found = comparisons(condition).filter(({ subject }) => /^result(\[0\])?$/.test(subject));
  // From the end, so that the places of the others stay what they are.
  for (const { from, to, threshold } of [...found].reverse()) {
    const part = text.slice(from, to);
    const fromBelow =
      found.some(({ threshold: other }) => other > 0 && other <= 1) && threshold > 0.5 && threshold <= 1;
    const value = fromBelow ? 1 - (1 - threshold) * factor : threshold * factor;
    const changed = part.replace(/-?(\d+\.?\d*|\.\d+)$/, String(Number(value.toPrecision(6))));
    text = text.slice(0, from) + changed + text.slice(to);
  }
  return text;
}

function changesOf(before: RolloutModel, after: RolloutModel): Suggestion['changes'] {
  const changes: { path: string; from: string; to: string }[] = [];
  const say = (path: string, from: unknown, to: unknown): void => {
    if (from !== to) changes.push({ path, from: String(from), to: String(to) });
  };
  const metrics = (where: string, from: AnalysisModel | undefined, to: AnalysisModel | undefined): void => {
    from?.metrics.forEach((metric, i) => {
      const path = `${where} (${from.templates.join(', ')}), metric ${metric.name}:`;
      say(`${path} count`, metric.count, to!.metrics[i].count);
      say(`${path} failureLimit`, metric.failureLimit, to!.metrics[i].failureLimit);
      say(`${path} successCondition`, metric.successCondition, to!.metrics[i].successCondition);
      say(`${path} failureCondition`, metric.failureCondition, to!.metrics[i].failureCondition);
    });
  };
  before.steps.forEach((step, i) => {
    const now = after.steps[i];
    say(
      `spec.strategy.canary.steps[${i}].pause.duration`,
      step.pause?.seconds && `${step.pause.seconds}s`,
      now.pause?.seconds && `${now.pause.seconds}s`,
    );
    metrics(`analysis of step ${i + 1}`, step.analysis, now.analysis);
  });
  metrics('background analysis', before.background?.analysis, after.background?.analysis);
  return changes;
}
