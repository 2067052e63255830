import { Duration } from 'cdk8s';
import { CanaryStep } from './canary-step';
import { RolloutAnalysis } from './rollout-analysis';

/**
 * What a plan has beside its weights and times.
 */
export interface CanaryPlanOptions {
  /**
   * Whether the app's analyses run at every weight, when its time is over.
   * @default false - time alone decides; let an analysis in the background watch, or a canary is not judged at all
   */
  readonly analyzeEachStep?: boolean;

  /**
   * The analyses that run at every weight, where they are not the app's own.
   * @default - the app's own where `analyzeEachStep` is true; none otherwise
   */
  readonly analysis?: RolloutAnalysis;

  /**
   * How long the new version has all requests while the old one's pods still stand by. An abort in this time goes back
   * at once. With the analyses of each step, one ends it.
   * @default - none: the old version goes when the last step is done
   */
  readonly bake?: Duration;

  /**
   * The weight at which a person must promote before the plan goes on: one of the plan's own weights.
   * @default - none: nobody is waited for
   */
  readonly manualGateAt?: number;
}

/**
 * Ready-made sequences of steps, by the names under which AWS CodeDeploy has them.
 *
 * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
 */
export class CanaryPlan {
  /**
   * Equal shares at equal times: `linear(10, Duration.minutes(1))` goes to 10 %, 20 %, … 90 %, a minute each.
   *
   * @param percent The share by which each step grows, a whole number from 1 to 99.
   * @param every How long each weight is held.
   * @param options Analyses, a gate, time to bake.
   */
  public static linear(percent: number, every: Duration, options: CanaryPlanOptions = {}): CanaryStep[] {
    if (!isShare(percent)) return [refusedShare('linear', percent)];
    const weights = [];
    for (let weight = percent; weight < 100; weight += percent) weights.push(weight);
    return planned(weights, every, options);
  }

  /**
   * One share for a time, then everything: `canary(10, Duration.minutes(5))`.
   *
   * @param percent The share, a whole number from 1 to 99.
   * @param hold How long it is held.
   * @param options Analyses, a gate, time to bake.
   */
  public static canary(percent: number, hold: Duration, options: CanaryPlanOptions = {}): CanaryStep[] {
    return isShare(percent) ? planned([percent], hold, options) : [refusedShare('canary', percent)];
  }

  /**
   * Each share a multiple of the one before: `exponential(1, 2, Duration.minutes(5))` goes to 1 %, 2 %, 4 %, … 64 %. So a
   * bad version is found while few see it, and a good one is not kept waiting.
   *
   * @param first The first share, a whole number from 1 to 99.
   * @param factor By how much each is larger than the one before: more than 1.
   * @param every How long each weight is held.
   * @param options Analyses, a gate, time to bake.
   */
  public static exponential(
    first: number,
    factor: number,
    every: Duration,
    options: CanaryPlanOptions = {},
  ): CanaryStep[] {
    if (!isShare(first)) return [refusedShare('exponential', first)];
    if (!(factor > 1)) return [CanaryStep._refused(`exponential grows by ${factor}; use a factor of more than 1`)];
    const weights: number[] = [];
    for (let share = first; Math.round(share) < 100; share *= factor) {
      if (Math.round(share) !== weights[weights.length - 1]) weights.push(Math.round(share));
    }
    return planned(weights, every, options);
  }

  /**
   * Weights of one's own: `weights([5, 25, 50], Duration.minutes(10))`.
   *
   * @param weights In percent, whole numbers from 1 to 99, each more than the one before.
   * @param every How long each is held.
   * @param options Analyses, a gate, time to bake.
   */
  public static weights(weights: number[], every: Duration, options: CanaryPlanOptions = {}): CanaryStep[] {
    const wrong = weights.find((weight, i) => !isShare(weight) || weight <= (weights[i - 1] ?? 0));
    if (wrong !== undefined || weights.length === 0) {
      const found = weights.length === 0 ? 'no weights' : `the weights ${weights.join(', ')}`;
      return [
        CanaryStep._refused(`a plan has ${found}; use whole numbers from 1 to 99, each more than the one before`),
      ];
    }
    return planned(weights, every, options);
  }

  private constructor() {
    // Only its factories are of use.
  }
}

function planned(weights: number[], every: Duration, options: CanaryPlanOptions): CanaryStep[] {
  const { bake, manualGateAt: gate } = options;
  const judged = options.analyzeEachStep === true || options.analysis !== undefined;
  const judge = judged ? [CanaryStep.analysis(options.analysis)] : [];
  const steps = weights.flatMap((weight) => [
    CanaryStep.setWeight(weight),
    CanaryStep.pause(every),
    ...judge,
    ...(weight === gate ? [CanaryStep.pause()] : []),
  ]);
  if (gate !== undefined && !weights.includes(gate)) {
    const message = `manualGateAt is ${gate}, which is none of the plan's weights; use one of ${weights.join(', ')}`;
    steps.push(CanaryStep._refused(message));
  }
  if (bake !== undefined) steps.push(CanaryStep.setWeight(100), CanaryStep.pause(bake), ...judge);
  return steps;
}

function isShare(percent: number): boolean {
  return Number.isInteger(percent) && percent >= 1 && percent <= 99;
}

function refusedShare(plan: string, percent: number): CanaryStep {
  return CanaryStep._refused(`the share of ${plan} is ${percent}; use a whole number from 1 to 99, in percent`);
}
