import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { dnsLabelProblem, portNameProblem, portNumberProblem } from '../formats/names';
import { addCheck, at } from '../formats/option-problem';
import { refuseLazyOptions } from '../formats/lazy-options';

/**
 * Options for `CanaryServices`.
 */
export interface CanaryServicesProps {
  /**
   * The pods of both versions. The controller adds the pod-template hash to the selectors of stable and canary.
   */
  readonly pods: kplus.IPodSelector;

  /**
   * The prefix of the Services' names.
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The port that callers use.
   * @default 80
   */
  readonly port?: number;

  /**
   * The name of the Services' port and of the container port behind it. Istio reads the protocol from it:
   * `http`, `http2`, `grpc`, or one of these with a suffix, such as `http-web`.
   * @default 'http'
   */
  readonly portName?: string;

  /**
   * The name of the stable Service.
   * @default - `<name>-stable`
   */
  readonly stableName?: string;

  /**
   * The name of the canary Service.
   * @default - `<name>-canary`
   */
  readonly canaryName?: string;

  /**
   * Whether to add a third Service, `<name>`, for the pods of both versions. Callers in the mesh use its name, and
   * Prometheus finds each pod once through it.
   * @default true
   */
  readonly root?: boolean;

  /**
   * Whether there are Services of the versions. Without them there is the one of all pods alone.
   * @default true
   */
  readonly versions?: boolean;

  /**
   * Additional ports of the Services, each with the name of its target port in the container.
   * @default - none
   */
  readonly furtherPorts?: ServicePortName[];
}

/**
 * An additional port of the Services of a canary.
 */
export interface ServicePortName {
  /**
   * The name of the port, and of the container's port that it leads to.
   */
  readonly name: string;

  /**
   * The number of the port.
   */
  readonly port: number;
}

/**
 * The Services of a canary: one for the pods of the stable version, one for those of the canary, and one for all pods.
 * Each has the label `app` with its own name, so that a ServiceMonitor can select it.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/istio/#host-level-traffic-splitting
 * @exampleMetadata fixture=app
 * @example
 * const pods = kplus.Pods.select(chart, 'pods', { labels: { app: 'checkout' } });
 * const services = new CanaryServices(chart, 'checkout', { pods });
 */
export class CanaryServices extends Construct {
  /** The Service of the canary's pods; that of all pods where there are none of the versions. */
  public readonly canary: kplus.Service;

  /** The Service of the stable version's pods; that of all pods where there are none of the versions. */
  public readonly stable: kplus.Service;

  /**
   * The Service of all pods.
   * @default - none if `root` is false
   */
  public readonly root?: kplus.Service;

  /** The name of the Services' port. */
  public readonly portName: string;

  constructor(scope: Construct, id: string, props: CanaryServicesProps) {
    super(scope, id);
    refuseLazyOptions(this, props);
    const name = props.name ?? id;
    const port = props.port ?? 80;
    this.portName = props.portName ?? 'http';
    const service = (part: string, serviceName: string) =>
      new NamedPortService(this, part, {
        metadata: { name: serviceName, labels: { app: serviceName } },
        selector: props.pods,
        ports: [{ port, name: this.portName }, ...(props.furtherPorts ?? [])].map((one) => ({
          ...one,
          protocol: kplus.Protocol.TCP,
        })),
      });
    if (props.versions ?? true) {
      this.canary = service('Canary', props.canaryName ?? `${name}-canary`);
      this.stable = service('Stable', props.stableName ?? `${name}-stable`);
      if (props.root ?? true) this.root = service('Root', name);
    } else {
      this.root = service('Root', name);
      this.canary = this.root;
      this.stable = this.root;
    }
    const made = [...new Set([this.canary, this.stable, this.root])].filter((one) => one !== undefined);
    addCheck(this, () =>
      [
        ...made.map((one) => dnsLabelProblem('the name of the Service', one.name)),
        at('port', portNumberProblem('port', port)),
        at('portName', portNameProblem('portName', this.portName)),
        ...(props.furtherPorts ?? []).flatMap(({ name: portName, port: number }, i) => [
          portNameProblem(`furtherPorts[${i}].name`, portName),
          portNumberProblem(`furtherPorts[${i}].port`, number),
        ]),
        targetProblem(this.portName, props.pods),
        sameNameProblem(made.map((one) => one.name)),
      ].filter((problem) => problem !== undefined),
    );
  }
}

function sameNameProblem(names: string[]): string | undefined {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  return twice === undefined ? undefined : `two Services are called '${twice}'; give each its own name`;
}

/** A Service whose port leads to the container's port of the same name would go nowhere without that port. */
function targetProblem(portName: string, pods: kplus.IPodSelector): string | undefined {
  if (!(pods instanceof kplus.AbstractPod)) return undefined;
  const ports = pods.containers.flatMap((container) => container.ports);
  // Pods of a workload that exists elsewhere are not known here.
  if (pods.containers.length === 0) return undefined;
  if (ports.some((port) => port.name === portName)) return undefined;
  const names = ports.map((port) => (port.name ? `'${port.name}'` : `unnamed ${port.number}`));
  const found =
    names.length > 0 ? `the containers of ${pods.name} have ${names.join(', ')}` : `${pods.name} has no port`;
  return `portName is '${portName}', but ${found}; give a container a port of that name`;
}

/**
 * A Service of cdk8s-plus that leads to a port by its name, so that the container's number is written in one place, and
 * that leaves out what was not said (`externalIPs: []`, `type: ClusterIP`).
 */
class NamedPortService extends kplus.Service {
  /** @internal */
  public override _toKube(): kplus.k8s.ServiceSpec {
    const { ports, externalIPs: _none, type, ...rest } = super._toKube();
    return {
      ...rest,
      type: type === kplus.ServiceType.CLUSTER_IP ? undefined : type,
      ports: ports?.map((port) => ({
        ...port,
        targetPort: port.targetPort ?? kplus.k8s.IntOrString.fromString(port.name!),
      })),
    };
  }
}
