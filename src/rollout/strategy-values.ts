/**
 * Labels and annotations that pods have in a role: canary or stable, preview or active.
 */
export interface RoleMetadata {
  /**
   * The labels. They must not include a label that a Service selects by.
   * @default - none
   */
  readonly labels?: { [key: string]: string };

  /**
   * The annotations.
   * @default - none
   */
  readonly annotations?: { [key: string]: string };
}

/**
 * An anti-affinity between pods of the new version and pods of the old one.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/anti-affinity/anti-affinity/
 */
export class AntiAffinity {
  /**
   * Prefers other nodes.
   * @param weight The weight among other preferences: a whole number from 1 to 100. Default: 1.
   */
  public static preferred(weight = 1): AntiAffinity {
    const right = Number.isInteger(weight) && weight >= 1 && weight <= 100;
    return new AntiAffinity(
      { preferredDuringSchedulingIgnoredDuringExecution: { weight } },
      right ? undefined : `the weight of antiAffinity is ${weight}; use a whole number from 1 to 100`,
    );
  }

  /**
   * Requires other nodes.
   */
  public static required(): AntiAffinity {
    return new AntiAffinity({ requiredDuringSchedulingIgnoredDuringExecution: {} }, undefined);
  }

  /** Always true. Go compares types by their members, and so tells a AntiAffinity from other values. */
  public get isAntiAffinity(): boolean {
    return true;
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
 * The share of pods that must be available for a step to continue.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 */
export class ReplicaProgressThreshold {
  /**
   * A percentage of the desired pods.
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
   * A number of pods.
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

  /** Always true. Go compares types by their members, and so tells a ReplicaProgressThreshold from other values. */
  public get isReplicaProgressThreshold(): boolean {
    return true;
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
