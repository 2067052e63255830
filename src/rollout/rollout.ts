import {
  ApiObject,
  ApiObjectMetadata,
  ApiObjectMetadataDefinition,
  Duration,
  Lazy,
  Size,
  SizeRoundingBehavior,
} from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import * as argo from '../../imports/argoproj.io';
import { seconds, wholeSecondsProblem } from '../formats/duration';
import { dnsLabelProblem, labelValueProblem, portNameProblem, portNumberProblem, quoted } from '../formats/names';
import { canonicalQuantities } from './canonical-quantities';
import { PodDefaults, withoutDefaults } from './pod-defaults';
import { RolloutOptions } from './rollout-options';
import { RolloutStrategy } from './rollout-strategy';
import { WorkloadRef } from './workload-ref';
import { addCheck, at, flatten, type Found } from '../formats/option-problem';

/**
 * Options for a `Rollout`.
 */
export interface RolloutProps extends RolloutOptions {
  /**
   * The strategy of a rollout.
   */
  readonly strategy: RolloutStrategy;

  /**
   * An existing Deployment whose pods the Rollout takes over. The Rollout then has no containers of its own.
   * @default - none: the Rollout has its own pods
   */
  readonly workloadRef?: WorkloadRef;
}

/** The options of containers, which a container does not expose itself. */
const statedOptions = new WeakMap<kplus.Container, kplus.ContainerProps>();

const isSamePort = (one: kplus.ContainerPort, other: kplus.ContainerPort): boolean =>
  one.number === other.number && protocolOf(one) === protocolOf(other);

const protocolOf = ({ protocol = kplus.Protocol.TCP }: kplus.ContainerPort): kplus.Protocol => protocol;

/** The ports without those that repeat one before: cdk8s-plus refuses these with an error that names no container. */
function portsOnce(ports: readonly kplus.ContainerPort[] = []): kplus.ContainerPort[] {
  return ports.filter((port, i) => ports.findIndex((other) => isSamePort(port, other)) === i);
}

/**
 * A Rollout of Argo Rollouts. It is a workload of cdk8s-plus and supports what a Deployment supports: containers,
 * probes, volumes, scheduling, connections, Services, autoscalers.
 *
 * It selects its pods by the label `app`, whose value is the name of the Rollout.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 * @exampleMetadata fixture=app
 * @example
 * new Rollout(chart, 'checkout', {
 *   replicas: 4,
 *   containers: [{ image: 'registry.example.com/checkout:1.4.2', portNumber: 8080 }],
 *   strategy: RolloutStrategy.canary({ steps: [CanaryStep.setWeight(25), CanaryStep.pause()] }),
 * });
 */
export class Rollout extends kplus.Workload implements kplus.IScalable {
  public readonly resourceType = 'rollouts';

  /**
   * The number of pods of the stable version, unless an autoscaler decides.
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
  private movedTo?: WorkloadRef;

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
    for (const subscription of props.notifications ?? []) this.metadata.addAnnotation(...subscription._annotation());
    if (props.workloadRef) {
      this.select(kplus.LabelSelector.of({ labels: props.workloadRef._podLabels() }));
    } else if (props.select ?? true) {
      this.select(kplus.LabelSelector.of({ labels: { app: this.name } }));
      this.podLabels.addLabel('app', this.name);
    }
    if (this.isolate) this.connections.isolate();
    addCheck(this, () => this.problems());
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
    const { portNumber } = container;
    const ports = portsOnce(container.ports);
    const named = ports.find((port) => portNumber !== undefined && isSamePort(port, { number: portNumber }));
    const made = super.addContainer({ ...container, ports: ports.filter((port) => port !== named) });
    // cdk8s-plus takes the main port as a number only, refuses a second port of that number, and reads its probes' port
    // from it; so the entry that it made of the number gets the rest.
    const main = made.ports.find((port) => port.number === named?.number);
    if (main) Object.assign(main, named);
    else if (named) made.addPort(named);
    statedOptions.set(made, container);
    return made;
  }

  /**
   * Adds an init container, which runs before the others.
   */
  public override addInitContainer(container: kplus.ContainerProps): kplus.Container {
    // For a main port cdk8s-plus makes a startup probe, which Kubernetes refuses of a container that runs before the others.
    const { portNumber, ports: given, ...rest } = container;
    const ports = portsOnce(given);
    const all = portNumber === undefined || ports.some(({ number }) => number === portNumber);
    const made = super.addInitContainer({ ...rest, ports: all ? ports : [{ number: portNumber }, ...ports] });
    statedOptions.set(made, container);
    return made;
  }

  /**
   * The selector of the pods, for Services, network policies and affinities.
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
   * Creates a Service for the pods, as a Deployment of cdk8s-plus does.
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
    return { ...this.withoutPods(), ...(this.props.workloadRef || this.movedTo ? {} : this._ownPods()) };
  }

  private withoutPods(): Omit<argo.RolloutSpec, 'selector' | 'template'> {
    const { props } = this;
    const bare = props.podDefaults === PodDefaults.KUBERNETES;
    const byDefault = bare ? undefined : 2;
    const { successfulRunHistoryLimit, unsuccessfulRunHistoryLimit, rollbackWindow } = props;
    const keepsRuns = successfulRunHistoryLimit !== undefined || unsuccessfulRunHistoryLimit !== undefined;
    return {
      replicas: this.hasAutoscaler ? undefined : (this.replicas ?? byDefault),
      revisionHistoryLimit: props.revisionHistoryLimit,
      minReadySeconds: props.minReady && seconds(props.minReady),
      progressDeadlineSeconds: props.progressDeadline && seconds(props.progressDeadline),
      progressDeadlineAbort: props.progressDeadlineAbort,
      paused: props.paused,
      restartAt: props.restartAt === undefined ? undefined : new Date(props.restartAt),
      rollbackWindow: rollbackWindow === undefined ? undefined : { revisions: rollbackWindow },
      analysis: keepsRuns ? { successfulRunHistoryLimit, unsuccessfulRunHistoryLimit } : undefined,
      strategy: props.strategy._toKube(),
      workloadRef: (props.workloadRef ?? this.movedTo)?._toKube(),
    };
  }

  /**
   * The pods are rendered elsewhere, from `_ownPods`, and the Rollout refers to them.
   * @internal
   */
  public _movePodsTo(workload: WorkloadRef): void {
    this.movedTo = workload;
  }

  /** @internal */
  public _ownPods(): Pick<argo.RolloutSpec, 'selector' | 'template'> {
    const bare = this.props.podDefaults === PodDefaults.KUBERNETES;
    return {
      selector: kplus.k8s.toJson_LabelSelector(this._toLabelSelector()) as argo.RolloutSpecSelector,
      template: {
        metadata: this.podLabels.toJson(),
        spec: canonicalQuantities(kplus.k8s.toJson_PodSpec(bare ? this.barePod() : this._toPodSpec())),
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

  private problems(): Found[] {
    const { replicas, revisionHistoryLimit } = this.props;
    const problems: Found[] = [
      dnsLabelProblem('the name of the Rollout', this.name),
      at('replicas', wholeNumberProblem('replicas', replicas)),
      at('revisionHistoryLimit', wholeNumberProblem('revisionHistoryLimit', revisionHistoryLimit)),
      ...Object.entries(this.podLabels.toJson()?.labels ?? {}).map(([key, value]) =>
        labelValueProblem(`the pods' label '${key}'`, value as string),
      ),
      this.containers.map((container, i) => at(`containers[${i}]`, containerProblems(container))),
      ...this.mountedVolumes().map(volumeProblem),
      ...unheardMetadata('podMetadata', this.props.podMetadata),
      at('rollbackWindow', wholeNumberProblem('rollbackWindow', this.props.rollbackWindow)),
      at(
        'successfulRunHistoryLimit',
        wholeNumberProblem('successfulRunHistoryLimit', this.props.successfulRunHistoryLimit),
      ),
      at(
        'unsuccessfulRunHistoryLimit',
        wholeNumberProblem('unsuccessfulRunHistoryLimit', this.props.unsuccessfulRunHistoryLimit),
      ),
      at('minReady', wholeSecondsProblem('minReady', this.props.minReady)),
      at('progressDeadline', wholeSecondsProblem('progressDeadline', this.props.progressDeadline)),
      (this.props.notifications ?? []).map((one, i, all) =>
        at(`notifications[${i}]`, one._problems(), one._twiceProblem(all.slice(0, i))),
      ),
      ...this.props.strategy._problems(revisionHistoryLimit),
    ];
    problems.push(...this.podProblems());
    const deadline = seconds(this.props.progressDeadline ?? Duration.minutes(10));
    const ready = this.props.minReady ? seconds(this.props.minReady) : 0;
    if (deadline <= ready) {
      problems.push(`progressDeadline (${deadline} s) must be longer than minReady (${ready} s); raise it`);
    }
    const { restartAt } = this.props;
    if (restartAt !== undefined && (!/^\d{4}-\d\d-\d\dT/.test(restartAt) || Number.isNaN(Date.parse(restartAt)))) {
      problems.push(
        at('restartAt', `restartAt is ${quoted(restartAt)}, which is no time; write it as '2026-01-31T12:00:00Z'`),
      );
    }
    const found = flatten(problems);
    return found.length > 0 ? found : this.renderedProblems();
  }

  /** Problems that only the rendered spec shows. */
  private renderedProblems(): Found[] {
    const { replicas = 1, strategy = {}, workloadRef } = this.withoutPods();
    const problems: Found[] = [];
    const least = strategy.canary?.minPodsPerReplicaSet ?? 0;
    if (!this.hasAutoscaler && least > replicas) {
      problems.push(
        at(
          'minPodsPerReplicaSet',
          `minPodsPerReplicaSet is ${least}, more than the ${replicas} ${replicas === 1 ? 'replica' : 'replicas'}: Argo Rollouts makes more pods than that, and then waits forever for ${replicas}; raise replicas, or lower minPodsPerReplicaSet`,
        ),
      );
    }
    const [path] = workloadRef ? (/spec\.template\.[^"]*/.exec(JSON.stringify(strategy)) ?? []) : [];
    if (path !== undefined) {
      problems.push(
        `an argument of an analysis is taken from ${path}, which a Rollout with a workloadRef does not have, not even when it is resolved; give its value, or tell versions apart by the pod-template hash`,
      );
    }
    return problems;
  }

  /** The volumes of the pods, and those that only a container mounts. */
  private mountedVolumes(): kplus.Volume[] {
    const mounts = [...this.containers, ...this.initContainers].flatMap((container) => container.mounts);
    return [...new Set([...this.volumes, ...mounts.map((mount) => mount.volume)])];
  }

  /** Either pods of its own, which it selects, or those of a workload that exists. */
  private podProblems(): Found[] {
    const { workloadRef } = this.props;
    if (workloadRef) {
      const selected = workloadRef._podLabels();
      const values = Object.values(selected);
      if (values.length > 0 && values.every((value) => value === '')) {
        return [
          `it selects pods by labels whose values are all empty (${Object.keys(selected).join(', ')}), which cdk8s-plus leaves out of selectors; select by one that has a value`,
        ];
      }
      const found = this.containers.length + this.initContainers.length;
      if (found === 0) return [];
      return [
        `it has ${found} containers of its own in addition to workloadRef '${workloadRef.name}'; leave one of the two out: the pods are those of the workload`,
      ];
    }
    const problems = this.containers.length === 0 ? ['it has no container; give at least one'] : [];
    const { restartPolicy = kplus.RestartPolicy.ALWAYS } = this.props;
    if (restartPolicy !== kplus.RestartPolicy.ALWAYS) {
      problems.push(`restartPolicy is ${restartPolicy}, and pods of a Rollout are always restarted; leave it out`);
    }
    const labels = (this.podLabels.toJson()?.labels ?? {}) as { [key: string]: string };
    const selected = Object.entries(this.matchLabels);
    if (selected.length === 0 && this.matchExpressions.length === 0) {
      problems.push("it selects no pods; leave select to be true, or select(…) by labels of the pods' own");
    }
    for (const [key, value] of selected.filter(([key, value]) => labels[key] !== value)) {
      problems.push(
        `it selects pods by the label '${key}: ${value}', but its pods have ${labels[key] === undefined ? 'none' : `'${labels[key]}'`}; give podMetadata that label`,
      );
    }
    return problems;
  }
}

function containerProblems(container: kplus.Container): Found[] {
  const what = `container '${container.name}'`;
  const problems: Found[] = [
    dnsLabelProblem(`the name of a container`, container.name),
    imageProblem(what, container.image),
    ...container.ports.flatMap((port, i) => [
      at(`ports[${i}].number`, portNumberProblem(`a port of ${what}`, port.number)),
      port.name === undefined ? undefined : at(`ports[${i}].name`, portNameProblem(`a port of ${what}`, port.name)),
    ]),
  ];
  problems.push(
    ...container.mounts.map((mount) => mountProblem(what, container, mount)),
    ...sizeProblems(what, container),
  );
  problems.push(...repeatedPorts(what, statedOptions.get(container)?.ports));
  const names = container.ports.flatMap((port) => port.name ?? []);
  for (const twice of new Set(names.filter((name, i) => names.indexOf(name) !== i))) {
    problems.push(`${what} has two ports called ${quoted(twice)}; give each its own name`);
  }
  return problems;
}

function repeatedPorts(what: string, ports: readonly kplus.ContainerPort[] = []): Found[] {
  return ports.map((port, i) => {
    const first = ports.findIndex((other) => isSamePort(port, other));
    if (first === i) return undefined;
    const message = `${what} has the ${protocolOf(port)} port ${port.number} twice; leave one of them out`;
    return at(`ports[${i}].number`, message);
  });
}

/** Argo Rollouts refuses this even to privileged containers before 1.10.1, which the linter knows. */
function mountProblem(
  what: string,
  { securityContext }: kplus.Container,
  { path, propagation }: kplus.VolumeMount,
): string | undefined {
  if (propagation !== kplus.MountPropagation.BIDIRECTIONAL || securityContext.privileged) return undefined;
  return `${what} mounts ${quoted(path)} with bidirectional propagation, which only a privileged container may; propagate from the host to the container only, or mount it in a DaemonSet`;
}

/** cdk8s-plus writes memory in mebibytes and storage in gibibytes, and throws where that leaves a rest. */
function sizeProblems(what: string, { resources }: kplus.Container): (string | undefined)[] {
  const problem = (name: string, size: Size | undefined, unit: string, inUnits: (size: Size) => number) =>
    size === undefined || Number.isInteger(inUnits(size))
      ? undefined
      : `${what} has a ${name} of ${size.asString()}, which cdk8s-plus cannot write; give it in whole ${unit}`;
  const rounding = SizeRoundingBehavior.NONE;
  return (['request', 'limit'] as const).flatMap((which) => [
    problem(`memory ${which}`, resources?.memory?.[which], 'mebibytes', (size) => size.toMebibytes({ rounding })),
    problem(`storage ${which}`, resources?.ephemeralStorage?.[which], 'gibibytes', (size) =>
      size.toGibibytes({ rounding }),
    ),
  ]);
}

/** The controller reads a pod's spec into Kubernetes' internal types, where this field has another name. */
function volumeProblem(volume: kplus.Volume): string | undefined {
  if (!('azureDisk' in volume._toKube())) return undefined;
  return `volume ${quoted(volume.name)} is an Azure disk, whose diskURI Argo Rollouts loses and then misses; claim the disk by a PersistentVolumeClaim, or use a CSI volume`;
}

/** Of the metadata in a template, pods get labels and annotations. */
function unheardMetadata(what: string, metadata: ApiObjectMetadata = {}): string[] {
  const heard = ['labels', 'annotations'];
  const rest = Object.entries(metadata).filter(([name, value]) => value !== undefined && !heard.includes(name));
  if (rest.length === 0) return [];
  const names = rest.map(([name]) => name).join(', ');
  return [`${what} has ${names}, which pods do not get from a template; give labels and annotations alone`];
}

/** Programs without types can leave the image out. */
function imageProblem(what: string, image: string | undefined): string | undefined {
  if (!image?.trim()) return `${what} has an empty image; name one, such as 'registry.example.com/app:1.0.0'`;
  if (/\s/.test(image))
    return `${what} has the image ${quoted(image)}, which has a space in it; give a reference such as 'registry.example.com/app:1.0.0'`;
  return undefined;
}

function wholeNumberProblem(name: string, value: number | undefined): string | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= 0)) return undefined;
  return `${name} is ${value}; use a whole number of 0 or more`;
}
