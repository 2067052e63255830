import { Duration } from 'cdk8s';
import { CanaryStep } from './canary-step';
import { RolloutAnalysis } from './rollout-analysis';

/**
 * Options for a `CanaryPlan`, in addition to its weights and times.
 */
export interface CanaryPlanOptions {
  /**
   * Whether the analyses of the app run at the end of every weight.
   * @default false - only time decides; add a background analysis, or the canary is not analysed
   */
  readonly analyzeEachStep?: boolean;

  /**
   * The analyses that run at every weight, instead of those of the app.
   * @default - those of the app if `analyzeEachStep` is true; none otherwise
   */
  readonly analysis?: RolloutAnalysis;

  /**
   * The time for which the new version receives all requests while the pods of the old version still run. An abort in
   * this time takes effect at once. If each step has analyses, one runs at the end of it.
   * @default - none: the old version is removed after the last step
   */
  readonly bake?: Duration;

  /**
   * The weight at which the plan waits for manual approval: one of the weights of the plan.
   * @default - none: no manual approval
   */
  readonly manualGateAt?: number;
}

/**
 * Predefined sequences of steps, named as in AWS CodeDeploy.
 *
 * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
 * @exampleMetadata fixture=app
 * @example
 * // 20, 40, 60 and 80 %, ten minutes each, and an analysis at each weight.
 * const steps = CanaryPlan.linear(20, Duration.minutes(10), { analyzeEachStep: true });
 */
export class CanaryPlan {
  /**
   * Equal steps at equal intervals: `linear(10, Duration.minutes(1))` sets 10 %, 20 %, … 90 %, one minute each.
   *
   * @param percent The increase per step in percent, a whole number from 1 to 99.
   * @param every The duration of each weight.
   * @param options Analyses, manual approval, bake time.
   */
  public static linear(percent: number, every: Duration, options: CanaryPlanOptions = {}): CanaryStep[] {
    if (!isShare(percent)) return [refusedShare('linear', percent)];
    const weights = [];
    for (let weight = percent; weight < 100; weight += percent) weights.push(weight);
    return planned(weights, every, options);
  }

  /**
   * One weight for some time, then all traffic: `canary(10, Duration.minutes(5))`.
   *
   * @param percent The weight in percent, a whole number from 1 to 99.
   * @param hold The duration of this weight.
   * @param options Analyses, manual approval, bake time.
   */
  public static canary(percent: number, hold: Duration, options: CanaryPlanOptions = {}): CanaryStep[] {
    return isShare(percent) ? planned([percent], hold, options) : [refusedShare('canary', percent)];
  }

  /**
   * Weights that grow by a factor: `exponential(1, 2, Duration.minutes(5))` sets 1 %, 2 %, 4 %, … 64 %. A bad version
   * is detected while few users see it, and a good one does not take long.
   *
   * @param first The first weight in percent, a whole number from 1 to 99.
   * @param factor The ratio of each weight to the one before: more than 1.
   * @param every The duration of each weight.
   * @param options Analyses, manual approval, bake time.
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
   * Custom weights: `weights([5, 25, 50], Duration.minutes(10))`.
   *
   * @param weights The weights in percent, ascending whole numbers from 1 to 99.
   * @param every The duration of each weight.
   * @param options Analyses, manual approval, bake time.
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

  /** Always true. Go compares types by their members, and so tells a CanaryPlan from other values. */
  public get isCanaryPlan(): boolean {
    return true;
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
  if (options.analyzeEachStep === false && options.analysis !== undefined) {
    steps.push(
      CanaryStep._refused(
        'analyzeEachStep is false, but analysis is given, which runs at each step; leave one of them out',
      ),
    );
  }
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
