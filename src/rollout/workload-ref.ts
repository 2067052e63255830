import * as kplus from 'cdk8s-plus-27';

/**
 * What becomes of the Deployment's own pods when the Rollout has taken over.
 */
export enum WorkloadScaleDown {
  /** They keep running, in addition to those of the Rollout, until the Deployment is scaled down manually. */
  NEVER = 'never',
  /** They go when the Rollout's are all there. */
  ON_SUCCESS = 'onsuccess',
  /** They go as the Rollout's come, and come back when it fails. */
  PROGRESSIVELY = 'progressively',
}

/**
 * Options for a `WorkloadRef`.
 */
export interface WorkloadRefOptions {
  /**
   * What becomes of the Deployment's own pods, at the first rollout.
   * @default WorkloadScaleDown.PROGRESSIVELY
   */
  readonly scaleDown?: WorkloadScaleDown;
}

/**
 * A workload that exists already, whose pods a Rollout takes over: its pod template stays where it is.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/migrating/#reference-deployment-from-rollout
 */
export class WorkloadRef {
  /**
   * A Deployment of cdk8s-plus.
   *
   * @param deployment The Deployment.
   * @param options What becomes of its pods.
   */
  public static deployment(deployment: kplus.Deployment, options: WorkloadRefOptions = {}): WorkloadRef {
    const { scaleDown } = options;
    return new WorkloadRef('apps/v1', 'Deployment', deployment.name, () => deployment.matchLabels, scaleDown);
  }

  /**
   * A Deployment by its name, in the namespace of the Rollout.
   *
   * @param name The name of the Deployment.
   * @param podLabels The labels of its selector. The Services of the versions use them too.
   * @param options What becomes of its pods.
   */
  public static deploymentNamed(
    name: string,
    podLabels: { [key: string]: string },
    options: WorkloadRefOptions = {},
  ): WorkloadRef {
    return new WorkloadRef('apps/v1', 'Deployment', name, () => podLabels, options.scaleDown);
  }

  private constructor(
    private readonly apiVersion: string,
    private readonly kind: string,
    /** The workload's name. */
    public readonly name: string,
    /** @internal */
    public readonly _podLabels: () => { [key: string]: string },
    private readonly scaleDown: WorkloadScaleDown = WorkloadScaleDown.PROGRESSIVELY,
  ) {}

  /** @internal */
  public _toKube(): { apiVersion: string; kind: string; name: string; scaleDown: string } {
    return { apiVersion: this.apiVersion, kind: this.kind, name: this.name, scaleDown: this.scaleDown };
  }
}
