import { ApiObject, Duration, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { seconds, wholeSecondsProblem } from '../formats/duration';
import { dnsLabelProblem, quoted } from '../formats/names';
import { wholeProblem } from './canary-problems';
import { addCheck, at, dependent, type Found } from '../formats/option-problem';

/**
 * Additional options of a `KedaTrigger`.
 *
 * @see https://keda.sh/docs/latest/concepts/scaling-deployments/
 */
export interface KedaTriggerOptions {
  /**
   * The name of the trigger, by which `scalingModifiers` refer to it.
   * @default - none
   */
  readonly name?: string;

  /**
   * The type of the metric's target: `AverageValue`, `Value`, or with cpu and memory `Utilization`.
   * @default - left to KEDA: AverageValue
   */
  readonly metricType?: string;

  /**
   * The name of the TriggerAuthentication with the credentials of the scaler.
   * @default - none
   */
  readonly authentication?: string;

  /**
   * Whether the authentication is a ClusterTriggerAuthentication.
   * @default false
   */
  readonly clusterAuthentication?: boolean;

  /**
   * Whether the value of the last reading is used between two readings.
   * @default false
   */
  readonly useCachedMetrics?: boolean;
}

/**
 * The number of pods if KEDA cannot read its triggers.
 *
 * @see https://keda.sh/docs/latest/reference/scaledobject-spec/#fallback
 */
export interface KedaFallback {
  /**
   * The number of failed readings in a row after which the fallback is used.
   */
  readonly failureThreshold: number;

  /**
   * The number of pods.
   */
  readonly replicas: number;

  /**
   * How the number applies: `static`, `currentReplicas`, `currentReplicasIfHigher` or `currentReplicasIfLower`.
   * @default - left to KEDA: static
   */
  readonly behavior?: string;
}

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
   * @param options Authentication, and how the value is used.
   */
  public static prometheus(
    address: string,
    query: string,
    threshold: number,
    options: KedaTriggerOptions = {},
  ): KedaTrigger {
    return new KedaTrigger('prometheus', { serverAddress: address, query, threshold: String(threshold) }, options);
  }

  /**
   * Scales by CPU.
   *
   * @param utilization The target utilization of the requested amount, in percent.
   */
  public static cpu(utilization: number): KedaTrigger {
    return new KedaTrigger('cpu', { value: String(utilization) }, { metricType: 'Utilization' });
  }

  /**
   * Scales by memory.
   *
   * @param utilization The target utilization of the requested amount, in percent.
   */
  public static memory(utilization: number): KedaTrigger {
    return new KedaTrigger('memory', { value: String(utilization) }, { metricType: 'Utilization' });
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
   * @param options Authentication, and how the value is used.
   */
  public static of(type: string, metadata: { [key: string]: string }, options: KedaTriggerOptions = {}): KedaTrigger {
    return new KedaTrigger(type, metadata, options);
  }

  /** Always true. Go compares types by their members, and so tells a KedaTrigger from other values. */
  public get isKedaTrigger(): boolean {
    return true;
  }

  private constructor(
    /** @internal */
    public readonly _type: string,
    private readonly metadata: { [key: string]: string },
    private readonly options: KedaTriggerOptions = {},
  ) {}

  /** @internal */
  public get _problems(): Found[] {
    const { metricType, authentication, clusterAuthentication } = this.options;
    return [
      metricType === undefined || METRIC_TYPES.includes(metricType)
        ? undefined
        : at('metricType', `metricType is ${quoted(metricType)}; use one of ${METRIC_TYPES.join(', ')}`),
      clusterAuthentication === true && authentication === undefined
        ? at('clusterAuthentication', 'clusterAuthentication is given without authentication; name the authentication')
        : undefined,
    ];
  }

  /** @internal */
  public _toKube(): object {
    const { name, metricType, authentication, clusterAuthentication, useCachedMetrics } = this.options;
    const kind = clusterAuthentication ? 'ClusterTriggerAuthentication' : undefined;
    return {
      type: this._type,
      name,
      metricType,
      useCachedMetrics,
      metadata: this.metadata,
      authenticationRef: authentication === undefined ? undefined : { name: authentication, kind },
    };
  }
}

const METRIC_TYPES = ['AverageValue', 'Value', 'Utilization'];
/** Triggers whose values a fallback cannot replace, because the autoscaler of Kubernetes reads them. */
const READ_BY_KUBERNETES = ['cpu', 'memory'];
const FALLBACK_BEHAVIORS = ['static', 'currentReplicas', 'currentReplicasIfHigher', 'currentReplicasIfLower'];

/**
 * How KEDA scales, in addition to triggers and bounds.
 *
 * @see https://keda.sh/docs/latest/reference/scaledobject-spec/
 */
export interface KedaOptions {
  /**
   * The interval between two readings of the triggers, in whole seconds.
   * @default - 30 seconds (the default of KEDA)
   */
  readonly pollingInterval?: Duration;

  /**
   * The time without activity before KEDA scales to `idleReplicas`, in whole seconds.
   * @default - 5 minutes (the default of KEDA)
   */
  readonly cooldownPeriod?: Duration;

  /**
   * The time after the creation of the ScaledObject before the `cooldownPeriod` begins, in whole seconds.
   * @default - none
   */
  readonly initialCooldownPeriod?: Duration;

  /**
   * The number of pods without activity: 0, the only number that KEDA supports. A rollout that starts then has no requests
   * to analyse.
   * Becomes `idleReplicaCount`.
   * @default - none: `minReplicas`
   */
  readonly idleReplicas?: number;

  /**
   * The number of pods if the triggers cannot be read. Needs a trigger other than cpu and memory.
   * @default - none: the number of pods stays
   */
  readonly fallback?: KedaFallback;

  /**
   * How fast it scales, in the form of `spec.behavior` of a HorizontalPodAutoscaler.
   * Becomes `advanced.horizontalPodAutoscalerConfig.behavior`.
   * @default - left to Kubernetes
   */
  readonly behavior?: unknown;

  /**
   * Additional fields of `spec.advanced`: `scalingModifiers`, `restoreToOriginalReplicaCount`.
   * @default - none
   */
  readonly advanced?: unknown;
}

/**
 * Options for a `ScaledObject`.
 */
export interface ScaledObjectProps extends KedaOptions, kplus.ResourceProps {
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
    idleReplicaCount: props.idleReplicas,
    pollingInterval: props.pollingInterval && seconds(props.pollingInterval),
    cooldownPeriod: props.cooldownPeriod && seconds(props.cooldownPeriod),
    initialCooldownPeriod: props.initialCooldownPeriod && seconds(props.initialCooldownPeriod),
    fallback: props.fallback,
    advanced: advancedOf(props),
    triggers: props.triggers.map((trigger) => trigger._toKube()),
  };
}

function advancedOf({ advanced, behavior }: KedaOptions): unknown {
  if (behavior === undefined) return advanced;
  const { horizontalPodAutoscalerConfig, ...others } = (advanced ?? {}) as { horizontalPodAutoscalerConfig?: object };
  return { ...others, horizontalPodAutoscalerConfig: { ...horizontalPodAutoscalerConfig, behavior } };
}

function problems(name: string, props: ScaledObjectProps): Found[] {
  const { minReplicas = 1, maxReplicas, triggers, target } = props;
  const found: Found[] = [
    dnsLabelProblem('the name of the ScaledObject', name),
    at('minReplicas', wholeProblem('minReplicas', minReplicas, 1)),
    at('maxReplicas', wholeProblem('maxReplicas', maxReplicas, 1)),
    ...(['pollingInterval', 'cooldownPeriod', 'initialCooldownPeriod'] as const).map((field) =>
      at(field, wholeSecondsProblem(field, props[field])),
    ),
    triggers.map((trigger, i) => at(`triggers[${i}]`, trigger._problems)),
    ...kedaProblems(props),
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

/** Refusals of the webhook of KEDA. */
function kedaProblems({ idleReplicas, fallback, triggers, advanced, behavior }: ScaledObjectProps): Found[] {
  const found: Found[] = [];
  if (idleReplicas !== undefined && idleReplicas !== 0) {
    found.push(at('idleReplicas', `idleReplicas is ${idleReplicas}; KEDA supports only 0, or leave it out`));
  }
  if (fallback !== undefined) {
    const { failureThreshold, replicas, behavior: how } = fallback;
    found.push(
      at(
        'fallback',
        at('failureThreshold', wholeProblem('fallback.failureThreshold', failureThreshold, 0)),
        at('replicas', wholeProblem('fallback.replicas', replicas, 0)),
        how === undefined || FALLBACK_BEHAVIORS.includes(how)
          ? undefined
          : at('behavior', `fallback.behavior is ${quoted(how)}; use one of ${FALLBACK_BEHAVIORS.join(', ')}`),
      ),
    );
    if (triggers.length > 0 && triggers.every(({ _type }) => READ_BY_KUBERNETES.includes(_type))) {
      const types = [...new Set(triggers.map(({ _type }) => _type))].join(' and ');
      found.push(
        dependent(
          'fallback',
          ['triggers'],
          `fallback is given, but all triggers are ${types}, whose values KEDA cannot replace, and which it refuses; leave fallback out, or add another trigger`,
        ),
      );
    }
  }
  const config = (advanced as { horizontalPodAutoscalerConfig?: { behavior?: unknown } } | undefined)
    ?.horizontalPodAutoscalerConfig;
  if (behavior !== undefined && config?.behavior !== undefined) {
    found.push(
      dependent(
        'behavior',
        ['advanced'],
        'behavior and advanced.horizontalPodAutoscalerConfig.behavior contradict each other: both decide how fast it scales; leave one of them out',
      ),
    );
  }
  return found;
}
