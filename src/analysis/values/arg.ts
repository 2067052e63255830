import * as kplus from 'cdk8s-plus-27';

/**
 * The version whose pod-template hash an argument has.
 */
export enum PodTemplateHash {
  /** The version being rolled out: the canary. */
  LATEST = 'Latest',
  /** The stable version. */
  STABLE = 'Stable',
}

/**
 * A value that a Rollout passes to its analyses: an entry of `args` of an analysis step or of the background analysis.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#analysis-template-arguments
 */
export class AnalysisArg {
  /**
   * A fixed value.
   * @param name The name of the argument.
   * @param value The value.
   */
  public static value(name: string, value: string): AnalysisArg {
    return new AnalysisArg(name, { value });
  }

  /**
   * The pod-template hash of a version, which distinguishes pods of the canary from stable ones: `valueFrom` with a
   * `podTemplateHashValue`.
   * @param name The name of the argument.
   * @param hash The version.
   */
  public static podTemplateHash(name: string, hash: PodTemplateHash): AnalysisArg {
    return new AnalysisArg(name, { valueFrom: { podTemplateHashValue: hash } });
  }

  /**
   * A field of the Rollout.
   * @param name The name of the argument.
   * @param fieldPath The path of the field. In `metadata`, as in the downward API: `metadata.name`,
   * `metadata.namespace`,
   * `metadata.uid`, `metadata.labels['region']`, `metadata.annotations['team']`. Elsewhere a path of names and indices,
   * such as `spec.template.metadata.labels.version` or `status.canary.weights.canary.weight`; names with a dot are not
   * supported.
   */
  public static fieldRef(name: string, fieldPath: string): AnalysisArg {
    return new AnalysisArg(name, { valueFrom: { fieldRef: { fieldPath } } }, fieldPathProblem(name, fieldPath));
  }

  private constructor(
    /** The name of the argument. */
    public readonly name: string,
    private readonly source: object,
    /** @internal */
    public readonly _problem?: string,
  ) {}

  /** @internal */
  public _toKube(): { name: string; value?: string; valueFrom?: object } {
    return { name: this.name, ...this.source };
  }
}

/** Argo Rollouts refuses other fields of the metadata, and fails at the start of the AnalysisRun on other bad paths. */
function fieldPathProblem(name: string, path: string): string | undefined {
  const readable = path.startsWith('metadata')
    ? /^metadata\.(name|namespace|uid|(labels|annotations)(\['[^']+'\])?)$/
    : /^(spec|status)([.[\]]+[\w-]+)+\]?$/;
  if (readable.test(path)) return undefined;
  const remedy = path.startsWith('metadata')
    ? "use one that the downward API knows, such as 'metadata.namespace' or \"metadata.labels['region']\""
    : "use names and indices, such as 'spec.template.metadata.labels.version'";
  return `the argument '${name}' is the field '${path}', which Argo Rollouts cannot read; ${remedy}`;
}

/**
 * An argument that an AnalysisTemplate declares and its queries use as `{{args.name}}`.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/#analysis-template-arguments
 */
export class AnalysisTemplateArg {
  /**
   * An argument that every Rollout must pass.
   * @param name The name of the argument.
   */
  public static required(name: string): AnalysisTemplateArg {
    return new AnalysisTemplateArg(name, {});
  }

  /**
   * An argument that a Rollout may pass.
   * @param name The name of the argument.
   * @param value The default.
   */
  public static withDefault(name: string, value: string): AnalysisTemplateArg {
    return new AnalysisTemplateArg(name, { value });
  }

  /**
   * A value from a Secret, such as a token: `valueFrom` with a `secretKeyRef`.
   * @param name The name of the argument.
   * @param value The Secret and its key, in the namespace of the Rollout.
   */
  public static fromSecret(name: string, value: kplus.SecretValue): AnalysisTemplateArg {
    return new AnalysisTemplateArg(name, { valueFrom: { secretKeyRef: { name: value.secret.name, key: value.key } } });
  }

  private constructor(
    /** The name of the argument. */
    public readonly name: string,
    private readonly source: { readonly value?: string; readonly valueFrom?: object },
  ) {}

  /**
   * Whether every Rollout must pass it.
   * @internal
   */
  public get _required(): boolean {
    return this.source.value === undefined && this.source.valueFrom === undefined;
  }

  /** @internal */
  public _toKube(): { name: string; value?: string; valueFrom?: object } {
    return { name: this.name, ...this.source };
  }
}
