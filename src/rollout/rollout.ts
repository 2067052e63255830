import { ApiObject, ApiObjectMetadataDefinition, Duration, Lazy } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as argo from '../../imports/argoproj.io';
import { dnsLabelProblem, labelValueProblem, portNameProblem, portNumberProblem, quoted } from '../formats/names';
import { PodDefaults, withoutDefaults } from './pod-defaults';
import { RolloutStrategy } from './rollout-strategy';

/**
 * What a Rollout has beside its strategy.
 */
export interface RolloutOptions extends kplus.WorkloadProps {
  /**
   * How many pods the stable version has.
   * @default - 2; whatever it is under an autoscaler; left to Argo Rollouts (1) with `PodDefaults.KUBERNETES`
   */
  readonly replicas?: number;

  /**
   * How many old versions are kept, to go back to.
   * @default - left to Argo Rollouts: 10
   */
  readonly revisionHistoryLimit?: number;

  /**
   * How long a pod must be ready before it counts as available.
   * @default - left to Argo Rollouts: none
   */
  readonly minReady?: Duration;

  /**
   * How long the rollout may make no progress before it is reported as degraded.
   * @default - left to Argo Rollouts: 10 minutes
   */
  readonly progressDeadline?: Duration;

  /**
   * What becomes of the fields of the pods that are not stated.
   * @default PodDefaults.HARDENED
   */
  readonly podDefaults?: PodDefaults;
}

/**
 * Options for a `Rollout`.
 */
export interface RolloutProps extends RolloutOptions {
  /**
   * How a new version is rolled out.
   */
  readonly strategy: RolloutStrategy;
}

/** The options with which containers were made: what a container does not tell of itself. */
const statedOptions = new WeakMap<kplus.Container, kplus.ContainerProps>();

/**
 * A Rollout of Argo Rollouts. It is a workload of cdk8s-plus: what holds for a Deployment (containers, probes, volumes,
 * scheduling, connections, Services, autoscalers) holds for it.
 *
 * Its pods have the label `app` with the Rollout's name, and it selects them by that.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 */
export class Rollout extends kplus.Workload implements kplus.IScalable {
  public readonly resourceType = 'rollouts';

  /**
   * How many pods the stable version has, unless an autoscaler decides.
   * @default - 2
   */
  public readonly replicas?: number;

  /**
   * @see IScalable.hasAutoscaler
   */
  public hasAutoscaler = false;

  /**
   * @see base.Resource.apiObject
   */
  protected readonly apiObject: ApiObject;

  private readonly podLabels: ApiObjectMetadataDefinition;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: RolloutProps,
  ) {
    super(scope, id, { ...props, select: false });
    this.replicas = props.replicas;
    this.apiObject = new ApiObject(this, 'Resource', {
      ...argo.Rollout.GVK,
      metadata: { ...props.metadata, name: props.metadata?.name ?? id },
      spec: Lazy.any({ produce: () => argo.toJson_RolloutSpec(this._toKube()) }),
    });
    this.podLabels = new ApiObjectMetadataDefinition({ ...props.podMetadata, apiObject: this.apiObject });
    if (props.select ?? true) {
      this.select(kplus.LabelSelector.of({ labels: { app: this.name } }));
      this.podLabels.addLabel('app', this.name);
    }
    if (this.isolate) this.connections.isolate();
    this.node.addValidation({ validate: () => this.problems() });
  }

  /**
   * The metadata of the pods.
   */
  public override get podMetadata(): ApiObjectMetadataDefinition {
    return this.podLabels;
  }

  /**
   * Adds a container. Its main port (`portNumber`) may be named: by an entry of `ports` with the same number.
   */
  public override addContainer(container: kplus.ContainerProps): kplus.Container {
    const named = container.ports?.find((port) => port.number === container.portNumber);
    const made = super.addContainer({ ...container, ports: container.ports?.filter((port) => port !== named) });
    // cdk8s-plus takes the main port as a number only, refuses a second port of that number, and reads its probes' port
    // from it; so the entry that it made of the number gets the rest.
    const main = made.ports.find((port) => port.number === named?.number);
    if (main) Object.assign(main, named);
    else if (named) made.addPort(named);
    statedOptions.set(made, container);
    return made;
  }

  /**
   * Adds a container that runs before the others.
   */
  public override addInitContainer(container: kplus.ContainerProps): kplus.Container {
    const made = super.addInitContainer(container);
    statedOptions.set(made, container);
    return made;
  }

  /**
   * The selector by which Services, network policies and other pods find the pods.
   *
   * @see IPodSelector.toPodSelectorConfig()
   */
  public override toPodSelectorConfig(): kplus.PodSelectorConfig {
    return {
      labelSelector: kplus.LabelSelector.of({ labels: this.matchLabels }),
      namespaces: this.metadata.namespace ? { names: [this.metadata.namespace] } : undefined,
    };
  }

  /**
   * Exposes the pods by a Service, as a Deployment of cdk8s-plus does.
   *
   * @param options Ports, name and type of the Service. Default: all ports of the containers.
   */
  public exposeViaService(options: kplus.DeploymentExposeViaServiceOptions = {}): kplus.Service {
    const ports =
      options.ports ??
      this.containers
        .flatMap((container) => container.ports)
        .map((port) => ({ port: port.number, targetPort: port.number, protocol: port.protocol, name: port.name }));
    if (ports.length === 0) {
      throw new Error(`${this.node.path}: no container has a port to expose; pass 'ports', or give a container one`);
    }
    return new kplus.Service(this, `${options.name ?? ''}Service`, {
      selector: this,
      ports,
      metadata: { namespace: this.metadata.namespace, name: options.name },
      type: options.serviceType,
    });
  }

  /**
   * @see IScalable.markHasAutoscaler()
   */
  public markHasAutoscaler(): void {
    this.hasAutoscaler = true;
  }

  /**
   * @see IScalable.toScalingTarget()
   */
  public toScalingTarget(): kplus.ScalingTarget {
    return {
      kind: this.kind,
      apiVersion: this.apiVersion,
      name: this.name,
      containers: this.containers,
      replicas: this.replicas,
    };
  }

  /** @internal */
  public _toKube(): argo.RolloutSpec {
    const bare = this.props.podDefaults === PodDefaults.KUBERNETES;
    const byDefault = bare ? undefined : 2;
    return {
      replicas: this.hasAutoscaler ? undefined : (this.replicas ?? byDefault),
      revisionHistoryLimit: this.props.revisionHistoryLimit,
      minReadySeconds: this.props.minReady?.toSeconds(),
      progressDeadlineSeconds: this.props.progressDeadline?.toSeconds(),
      strategy: this.props.strategy._toKube(),
      selector: kplus.k8s.toJson_LabelSelector(this._toLabelSelector()) as argo.RolloutSpecSelector,
      template: {
        metadata: this.podLabels.toJson(),
        spec: kplus.k8s.toJson_PodSpec(bare ? this.barePod() : this._toPodSpec()),
      },
    };
  }

  private barePod(): kplus.k8s.PodSpec {
    const all = [...this.containers, ...this.initContainers];
    return withoutDefaults(this._toPodSpec(), this.props, (name) => {
      const container = all.find((one) => one.name === name);
      return container && statedOptions.get(container);
    });
  }

  private problems(): string[] {
    const { replicas, revisionHistoryLimit } = this.props;
    const problems: (string | undefined)[] = [
      dnsLabelProblem('the name of the Rollout', this.name),
      wholeNumberProblem('replicas', replicas),
      wholeNumberProblem('revisionHistoryLimit', revisionHistoryLimit),
      ...Object.entries(this.podLabels.toJson().labels ?? {}).map(([key, value]) =>
        labelValueProblem(`the pods' label '${key}'`, value as string),
      ),
      ...this.containers.flatMap(containerProblems),
      ...this.props.strategy._problems(),
    ];
    if (this.containers.length === 0) problems.push('it has no container; give at least one');
    const deadline = (this.props.progressDeadline ?? Duration.minutes(10)).toSeconds();
    const ready = this.props.minReady?.toSeconds() ?? 0;
    if (deadline <= ready) {
      problems.push(`progressDeadline (${deadline} s) must be longer than minReady (${ready} s); raise it`);
    }
    return problems.filter((problem) => problem !== undefined);
  }
}

function containerProblems(container: kplus.Container): string[] {
  const what = `container '${container.name}'`;
  const problems: (string | undefined)[] = [
    dnsLabelProblem(`the name of a container`, container.name),
    imageProblem(what, container.image),
    ...container.ports.flatMap((port) => [
      portNumberProblem(`a port of ${what}`, port.number),
      port.name === undefined ? undefined : portNameProblem(`a port of ${what}`, port.name),
    ]),
  ];
  return problems.filter((problem) => problem !== undefined);
}

function imageProblem(what: string, image: string): string | undefined {
  if (image.trim() === '') return `${what} has an empty image; name one, such as 'registry.example.com/app:1.0.0'`;
  if (/\s/.test(image))
    return `${what} has the image ${quoted(image)}, which has a space in it; give a reference such as 'registry.example.com/app:1.0.0'`;
  return undefined;
}

function wholeNumberProblem(name: string, value: number | undefined): string | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= 0)) return undefined;
  return `${name} is ${value}; use a whole number of 0 or more`;
}
