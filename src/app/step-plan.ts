import { Duration } from 'cdk8s';
import { CanaryPlan, CanaryPlanOptions } from '../rollout/canary-plan';
import { CanaryStep } from '../rollout/canary-step';

/**
 * A predefined sequence of steps, as an option of a `CanaryApp`. The sequences are those of `CanaryPlan`.
 */
export class StepPlan {
  /**
   * Equal increments at equal intervals: 10 %, 20 %, … 90 %.
   *
   * @param percent The share by which each step grows, a whole number from 1 to 99.
   * @param every How long each weight is held.
   * @param options Analyses, a manual approval, time to bake.
   */
  public static linear(percent: number, every: Duration, options?: CanaryPlanOptions): StepPlan {
    return new StepPlan('linear', CanaryPlan.linear(percent, every, options));
  }

  /**
   * One weight for some time, then all requests.
   *
   * @param percent The share, a whole number from 1 to 99.
   * @param hold How long the weight is held.
   * @param options Analyses, a manual approval, time to bake.
   */
  public static canary(percent: number, hold: Duration, options?: CanaryPlanOptions): StepPlan {
    return new StepPlan('canary', CanaryPlan.canary(percent, hold, options));
  }

  /**
   * Each weight is a multiple of the previous one: 1 %, 2 %, 4 %, … 64 %.
   *
   * @param first The first share, a whole number from 1 to 99.
   * @param factor The factor from one share to the next: more than 1.
   * @param every How long each weight is held.
   * @param options Analyses, a manual approval, time to bake.
   */
  public static exponential(first: number, factor: number, every: Duration, options?: CanaryPlanOptions): StepPlan {
    return new StepPlan('exponential', CanaryPlan.exponential(first, factor, every, options));
  }

  /**
   * The given weights.
   *
   * @param weights In percent, whole numbers from 1 to 99, each above the previous one.
   * @param every How long each weight is held.
   * @param options Analyses, a manual approval, time to bake.
   */
  public static weights(weights: number[], every: Duration, options?: CanaryPlanOptions): StepPlan {
    return new StepPlan('weights', CanaryPlan.weights(weights, every, options));
  }

  private constructor(
    /** The name of the plan: `linear`, `canary`, `exponential` or `weights`. */
    public readonly name: string,
    /** The steps. */
    public readonly steps: CanaryStep[],
  ) {}
}
