/**
 * The number of pods of the canary, independent of its weight.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/canary/#dynamic-canary-scale-with-traffic-routing
 * @exampleMetadata fixture=app
 * @example
 * // A quarter of the pods, before the first request reaches them.
 * const steps = [CanaryStep.canaryScale(CanaryScale.weight(25)), CanaryStep.pause(), CanaryStep.setWeight(25)];
 */
export class CanaryScale {
  /**
   * A number of pods.
   * @param count A whole number of 0 or more.
   */
  public static replicas(count: number): CanaryScale {
    const whole = Number.isInteger(count) && count >= 0;
    return new CanaryScale(
      { replicas: count },
      whole ? undefined : `canaryScale has ${count} replicas; use a whole number of 0 or more`,
    );
  }

  /**
   * A percentage of the Rollout's replicas.
   * @param percent A whole number from 0 to 100.
   */
  public static weight(percent: number): CanaryScale {
    const whole = Number.isInteger(percent) && percent >= 0 && percent <= 100;
    return new CanaryScale(
      { weight: percent },
      whole ? undefined : `canaryScale has the weight ${percent}; use a whole number from 0 to 100, in percent`,
    );
  }

  /**
   * The weight decides again, as before any other scale was set.
   */
  public static matchTrafficWeight(): CanaryScale {
    return new CanaryScale({ matchTrafficWeight: true }, undefined);
  }

  /** Always true. Go compares types by their members, and so tells a CanaryScale from other values. */
  public get isCanaryScale(): boolean {
    return true;
  }

  private constructor(
    private readonly scale: { replicas?: number; weight?: number; matchTrafficWeight?: boolean },
    /** @internal */
    public readonly _problem: string | undefined,
  ) {}

  /** @internal */
  public _toKube(): { replicas?: number; weight?: number; matchTrafficWeight?: boolean } {
    return this.scale;
  }
}
