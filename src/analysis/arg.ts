import * as kplus from 'cdk8s-plus-27';

/**
 * Which version's pod-template hash an argument carries.
 */
export enum PodTemplateHash {
  /** The version being rolled out: the canary. */
  LATEST = 'Latest',
  /** The version that all traffic went to before. */
  STABLE = 'Stable',
}

/**
 * A value that a Rollout passes to the analyses it runs: `args` of an analysis step or of the background analysis.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#analysis-template-arguments
 */
export class AnalysisArg {
  /**
   * A fixed value.
   * @param name The argument's name.
   * @param value Its value.
   */
  public static value(name: string, value: string): AnalysisArg {
    return new AnalysisArg(name, { value });
  }

  /**
   * The pod-template hash of a version, which tells the canary's pods from the stable ones.
   * @param name The argument's name.
   * @param hash Whose hash.
   */
  public static podTemplateHash(name: string, hash: PodTemplateHash): AnalysisArg {
    return new AnalysisArg(name, { valueFrom: { podTemplateHashValue: hash } });
  }

  /**
   * A field of the Rollout.
   * @param name The argument's name.
   * @param fieldPath Such as `metadata.namespace` or `metadata.labels['region']`.
   */
  public static fieldRef(name: string, fieldPath: string): AnalysisArg {
    return new AnalysisArg(name, { valueFrom: { fieldRef: { fieldPath } } });
  }

  private constructor(
    /** The argument's name. */
    public readonly name: string,
    private readonly source: object,
  ) {}

  /** @internal */
  public _toKube(): { name: string; value?: string; valueFrom?: object } {
    return { name: this.name, ...this.source };
  }
}

/**
 * An argument that an AnalysisTemplate declares, and that its queries use as `{{args.name}}`.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#analysis-template-arguments
 */
export class AnalysisTemplateArg {
  /**
   * An argument that every Rollout must pass.
   * @param name The argument's name.
   */
  public static required(name: string): AnalysisTemplateArg {
    return new AnalysisTemplateArg(name, {});
  }

  /**
   * An argument that a Rollout may pass.
   * @param name The argument's name.
   * @param value What it is otherwise.
   */
  public static withDefault(name: string, value: string): AnalysisTemplateArg {
    return new AnalysisTemplateArg(name, { value });
  }

  /**
   * A value that stays in a Secret, such as a token.
   * @param name The argument's name.
   * @param value The Secret and its key, in the namespace of the Rollout.
   */
  public static fromSecret(name: string, value: kplus.SecretValue): AnalysisTemplateArg {
    return new AnalysisTemplateArg(name, { valueFrom: { secretKeyRef: { name: value.secret.name, key: value.key } } });
  }

  private constructor(
    /** The argument's name. */
    public readonly name: string,
    private readonly source: object,
  ) {}

  /** @internal */
  public _toKube(): { name: string; value?: string; valueFrom?: object } {
    return { name: this.name, ...this.source };
  }
}
