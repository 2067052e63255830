import { dnsLabelProblem, portNumberProblem } from '../formats/names';
import { type Found } from '../formats/option-problem';

/**
 * Options for `GatewayParent.gateway`.
 */
export interface GatewayParentOptions {
  /**
   * The namespace of the Gateway.
   * @default - that of the route
   */
  readonly namespace?: string;

  /**
   * The listener of the Gateway, by name.
   * @default - all that accept the route
   */
  readonly sectionName?: string;

  /**
   * The port of the Gateway or of the Service.
   * @default - all
   */
  readonly port?: number;
}

/**
 * A parent of a Gateway API route.
 *
 * @see https://gateway-api.sigs.k8s.io/reference/spec/#parentreference
 */
export class GatewayParent {
  /**
   * A Gateway, for requests from outside.
   * @param name The name.
   * @param options Its namespace and listeners.
   */
  public static gateway(name: string, options: GatewayParentOptions = {}): GatewayParent {
    return new GatewayParent('gateway.networking.k8s.io', 'Gateway', name, options);
  }

  /**
   * A Service, for requests from inside a mesh to its name.
   * @param name The name.
   * @param options The port.
   */
  public static service(name: string, options: GatewayParentOptions = {}): GatewayParent {
    return new GatewayParent('', 'Service', name, options);
  }

  /** Always true. Go compares types by their members, and so tells a GatewayParent from other values. */
  public get isGatewayParent(): boolean {
    return true;
  }

  private constructor(
    private readonly group: string,
    private readonly kind: string,
    private readonly name: string,
    private readonly options: GatewayParentOptions,
  ) {}

  /** @internal */
  public _problems(): Found[] {
    const { namespace, sectionName, port } = this.options;
    return [
      dnsLabelProblem(`the name of the parent ${this.kind}`, this.name),
      namespace === undefined ? undefined : dnsLabelProblem(`the namespace of ${this.kind} '${this.name}'`, namespace),
      sectionName === undefined ? undefined : dnsLabelProblem(`sectionName of '${this.name}'`, sectionName),
      port === undefined ? undefined : portNumberProblem(`the port of ${this.kind} '${this.name}'`, port),
    ].filter((problem) => problem !== undefined);
  }

  /** What it means, whichever of its listeners. @internal */
  public get _object(): string {
    return [this.kind, this.options.namespace, this.name].filter((part) => part !== undefined).join(' ');
  }

  /** @internal */
  public get _sectionName(): string | undefined {
    return this.options.sectionName;
  }

  /** With what the API server would add, since Argo CD would take that for a difference. @internal */
  public _toKube() {
    return { group: this.group, kind: this.kind, name: this.name, ...this.options };
  }
}
