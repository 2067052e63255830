import { ApiObject, Duration, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { seconds, wholeSecondsProblem } from '../formats/duration';
import { dnsLabelProblem, quoted } from '../formats/names';
import { wholeProblem } from './canary-problems';
import { addCheck, at, type Found } from '../formats/option-problem';

/**
 * A trigger of KEDA.
 *
 * @see https://keda.sh/docs/latest/scalers/
 */
export class KedaTrigger {
  /**
   * Scales by a Prometheus query: the number of pods is its value divided by the threshold.
   *
   * @param address The address of the server.
   * @param query The query, which must return one value.
   * @param threshold The value per pod.
   */
  public static prometheus(address: string, query: string, threshold: number): KedaTrigger {
    return new KedaTrigger('prometheus', { serverAddress: address, query, threshold: String(threshold) });
  }

  /**
   * Scales by CPU.
   *
   * @param utilization The target utilization of the requested amount, in percent.
   */
  public static cpu(utilization: number): KedaTrigger {
    return new KedaTrigger('cpu', { value: String(utilization) }, 'Utilization');
  }

  /**
   * Scales by memory.
   *
   * @param utilization The target utilization of the requested amount, in percent.
   */
  public static memory(utilization: number): KedaTrigger {
    return new KedaTrigger('memory', { value: String(utilization) }, 'Utilization');
  }

  /**
   * Scales by the time of day.
   *
   * @param timezone The time zone, such as `Europe/Berlin`.
   * @param start The start, as a cron expression.
   * @param end The end, as a cron expression.
   * @param replicas The number of pods between start and end.
   */
  public static cron(timezone: string, start: string, end: string, replicas: number): KedaTrigger {
    return new KedaTrigger('cron', { timezone, start, end, desiredReplicas: String(replicas) });
  }

  /**
   * Scales by any other scaler.
   *
   * @param type The scaler's type, such as `kafka`.
   * @param metadata The metadata of the scaler; all values are strings.
   */
  public static of(type: string, metadata: { [key: string]: string }): KedaTrigger {
    return new KedaTrigger(type, metadata);
  }

  /** Always true. Go compares types by their members, and so tells a KedaTrigger from other values. */
  public get isKedaTrigger(): boolean {
    return true;
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
   * The Rollout to scale. KEDA decides the number of its pods from then on.
   */
  readonly target: kplus.IScalable;

  /**
   * The triggers. At least one.
   */
  readonly triggers: KedaTrigger[];

  /**
   * The maximum number of pods.
   */
  readonly maxReplicas: number;

  /**
   * The minimum number of pods. Zero does not suit a canary: without pods there is nothing to analyse.
   * @default 1
   */
  readonly minReplicas?: number;

  /**
   * The interval between two measurements, in whole seconds.
   * @default - 30 seconds (the default of KEDA)
   */
  readonly pollingInterval?: Duration;

  /**
   * The time without activity before KEDA scales to zero, in whole seconds.
   * @default - 5 minutes (the default of KEDA)
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
    addCheck(this, () => problems(this.name, props));
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

function problems(name: string, props: ScaledObjectProps): Found[] {
  const { minReplicas = 1, maxReplicas, triggers, target } = props;
  const found: Found[] = [
    dnsLabelProblem('the name of the ScaledObject', name),
    at('minReplicas', wholeProblem('minReplicas', minReplicas, 1)),
    at('maxReplicas', wholeProblem('maxReplicas', maxReplicas, 1)),
    at('pollingInterval', wholeSecondsProblem('pollingInterval', props.pollingInterval)),
    at('cooldownPeriod', wholeSecondsProblem('cooldownPeriod', props.cooldownPeriod)),
  ];
  if (maxReplicas < minReplicas) {
    found.push(at('maxReplicas', `maxReplicas is ${maxReplicas}, less than minReplicas (${minReplicas}); raise it`));
  }
  if (triggers.length === 0) found.push(at('triggers', 'triggers is empty; say by what is scaled'));
  const { replicas } = target.toScalingTarget();
  if (replicas !== undefined) {
    found.push(
      `its target ${quoted(target.toScalingTarget().name)} has ${replicas} replicas of its own; leave replicas out: KEDA decides`,
    );
  }
  return found;
}
