/**
 * Labels and annotations that pods have while they play a part: canary or stable, preview or active.
 */
export interface RoleMetadata {
  /**
   * Labels. A label that a Service selects by must not be among them.
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * Annotations.
   * @default - none
   */
  readonly annotations?: { [key: string]: string };
}

/**
 * How pods of the new version keep away from those of the old one.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/anti-affinity/anti-affinity/
 */
export class AntiAffinity {
  /**
   * On other nodes where there are some.
   * @param weight How much that weighs beside other preferences: a whole number from 1 to 100. Default: 1.
   */
  public static preferred(weight = 1): AntiAffinity {
    const right = Number.isInteger(weight) && weight >= 1 && weight <= 100;
    return new AntiAffinity(
      { preferredDuringSchedulingIgnoredDuringExecution: { weight } },
      right ? undefined : `the weight of antiAffinity is ${weight}; use a whole number from 1 to 100`,
    );
  }

  /**
   * On other nodes or not at all.
   */
  public static required(): AntiAffinity {
    return new AntiAffinity({ requiredDuringSchedulingIgnoredDuringExecution: {} }, undefined);
  }

  private constructor(
    private readonly rule: object,
    /** @internal */
    public readonly _problem: string | undefined,
  ) {}

  /** @internal */
  public _toKube(): object {
    return this.rule;
  }
}

/**
 * When enough of the pods are there for a step to go on, short of all of them.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 */
export class ReplicaProgressThreshold {
  /**
   * So many of the pods that there should be.
   * @param value In percent, a whole number from 1 to 100.
   */
  public static percent(value: number): ReplicaProgressThreshold {
    const right = Number.isInteger(value) && value >= 1 && value <= 100;
    return new ReplicaProgressThreshold(
      'Percent',
      value,
      right ? undefined : `replicaProgressThreshold is ${value} %; use a whole number from 1 to 100`,
    );
  }

  /**
   * So many pods.
   * @param value A whole number of 1 or more.
   */
  public static pods(value: number): ReplicaProgressThreshold {
    const right = Number.isInteger(value) && value >= 1;
    return new ReplicaProgressThreshold(
      'Pods',
      value,
      right ? undefined : `replicaProgressThreshold is ${value} pods; use a whole number of 1 or more`,
    );
  }

  private constructor(
    private readonly type: string,
    private readonly value: number,
    /** @internal */
    public readonly _problem: string | undefined,
  ) {}

  /** @internal */
  public _toKube(): { type: string; value: number } {
    return { type: this.type, value: this.value };
  }
}
