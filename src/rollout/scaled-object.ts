import { ApiObject, Duration, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { seconds, wholeSecondsProblem } from '../formats/duration';
import { dnsLabelProblem, quoted } from '../formats/names';
import { wholeProblem } from './canary-problems';

/**
 * What KEDA scales by.
 *
 * @see https://keda.sh/docs/latest/scalers/
 */
export class KedaTrigger {
  /**
   * A query to Prometheus: as many pods as its value holds thresholds.
   *
   * @param address The server's address.
   * @param query The query, one value.
   * @param threshold How much of the value one pod is to bear.
   */
  public static prometheus(address: string, query: string, threshold: number): KedaTrigger {
    return new KedaTrigger('prometheus', { serverAddress: address, query, threshold: String(threshold) });
  }

  /**
   * The CPU.
   *
   * @param utilization Of what the pods ask for, in percent.
   */
  public static cpu(utilization: number): KedaTrigger {
    return new KedaTrigger('cpu', { value: String(utilization) }, 'Utilization');
  }

  /**
   * The memory.
   *
   * @param utilization Of what the pods ask for, in percent.
   */
  public static memory(utilization: number): KedaTrigger {
    return new KedaTrigger('memory', { value: String(utilization) }, 'Utilization');
  }

  /**
   * Times of the day.
   *
   * @param timezone Such as `Europe/Berlin`.
   * @param start When it begins, as cron writes it.
   * @param end When it ends.
   * @param replicas How many pods there are between.
   */
  public static cron(timezone: string, start: string, end: string, replicas: number): KedaTrigger {
    return new KedaTrigger('cron', { timezone, start, end, desiredReplicas: String(replicas) });
  }

  /**
   * Any other scaler.
   *
   * @param type The scaler's type, such as `kafka`.
   * @param metadata What it takes; all values are texts.
   */
  public static of(type: string, metadata: { [key: string]: string }): KedaTrigger {
    return new KedaTrigger(type, metadata);
  }

  private constructor(
    /** @internal */
    public readonly _type: string,
    private readonly metadata: { [key: string]: string },
    private readonly metricType?: string,
  ) {}

  /** @internal */
  public _toKube(): object {
    return { type: this._type, metricType: this.metricType, metadata: this.metadata };
  }
}

/**
 * Options for a `ScaledObject`.
 */
export interface ScaledObjectProps extends kplus.ResourceProps {
  /**
   * What is scaled: a Rollout. It leaves the number of its pods to KEDA from then on.
   */
  readonly target: kplus.IScalable;

  /**
   * By what. At least one.
   */
  readonly triggers: KedaTrigger[];

  /**
   * How many pods there may be.
   */
  readonly maxReplicas: number;

  /**
   * How many pods there are at the least. None is no choice for a canary: without pods there is nothing to be judged.
   * @default 1
   */
  readonly minReplicas?: number;

  /**
   * Time from one look to the next, in whole seconds.
   * @default - left to KEDA: 30 seconds
   */
  readonly pollingInterval?: Duration;

  /**
   * How long it waits before it scales to none, in whole seconds.
   * @default - left to KEDA: 5 minutes
   */
  readonly cooldownPeriod?: Duration;
}

/**
 * A ScaledObject of KEDA for a Rollout.
 *
 * @see https://keda.sh/docs/latest/concepts/scaling-deployments/
 */
export class ScaledObject extends kplus.Resource {
  public readonly resourceType = 'scaledobjects';

  /**
   * @see base.Resource.apiObject
   */
  protected readonly apiObject: ApiObject;

  constructor(scope: Construct, id: string, props: ScaledObjectProps) {
    super(scope, id);
    props.target.markHasAutoscaler();
    this.apiObject = new ApiObject(this, 'Resource', {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { ...props.metadata, name: props.metadata?.name ?? id },
      spec: Lazy.any({ produce: () => render(props) }),
    });
    this.node.addValidation({ validate: () => problems(this.name, props) });
  }
}

function render(props: ScaledObjectProps): object {
  const { apiVersion, kind, name } = props.target.toScalingTarget();
  return {
    scaleTargetRef: { apiVersion, kind, name },
    minReplicaCount: props.minReplicas ?? 1,
    maxReplicaCount: props.maxReplicas,
    pollingInterval: props.pollingInterval && seconds(props.pollingInterval),
    cooldownPeriod: props.cooldownPeriod && seconds(props.cooldownPeriod),
    triggers: props.triggers.map((trigger) => trigger._toKube()),
  };
}

function problems(name: string, props: ScaledObjectProps): string[] {
  const { minReplicas = 1, maxReplicas, triggers, target } = props;
  const found: (string | undefined)[] = [
    dnsLabelProblem('the name of the ScaledObject', name),
    wholeProblem('minReplicas', minReplicas, 1),
    wholeProblem('maxReplicas', maxReplicas, 1),
    wholeSecondsProblem('pollingInterval', props.pollingInterval),
    wholeSecondsProblem('cooldownPeriod', props.cooldownPeriod),
  ];
  if (maxReplicas < minReplicas) {
    found.push(`maxReplicas is ${maxReplicas}, less than minReplicas (${minReplicas}); raise it`);
  }
  if (triggers.length === 0) found.push('triggers is empty; say by what is scaled');
  const { replicas } = target.toScalingTarget();
  if (replicas !== undefined) {
    found.push(
      `its target ${quoted(target.toScalingTarget().name)} has ${replicas} replicas of its own; leave replicas out: KEDA decides`,
    );
  }
  return found.filter((problem) => problem !== undefined);
}
