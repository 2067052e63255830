import * as kplus from 'cdk8s-plus-27';
import { dnsLabelProblem, hostProblem, portNumberProblem, quoted } from '../formats/names';
import { type Found } from '../formats/option-problem';

/**
 * Options for a `Destination`.
 */
export interface DestinationOptions {
  /**
   * The port of the Service. Required if the Service has several.
   * @default - the only port of the Service
   */
  readonly port?: number;

  /**
   * The name of a subset, which a DestinationRule of this host defines.
   * @default - all pods
   */
  readonly subset?: string;
}

/**
 * A destination of a route: a Service, or a subset of its pods.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination
 */
export class Destination {
  /**
   * A Service of this app.
   *
   * @param service The Service.
   * @param options The port and the subset.
   */
  public static service(service: kplus.Service, options: DestinationOptions = {}): Destination {
    return new Destination(service.name, options);
  }

  /**
   * A Service, by its host: a name in the namespace of the route, or a full name such as
   * `reviews.prod.svc.cluster.local`.
   *
   * @param host The host.
   * @param options The port and the subset.
   */
  public static host(host: string, options: DestinationOptions = {}): Destination {
    return new Destination(host, options);
  }

  private constructor(
    /** The host, as the route contains it. */
    public readonly hostName: string,
    private readonly options: DestinationOptions,
  ) {}

  /**
   * The name of the Service: the host's first part.
   */
  public get serviceName(): string {
    return this.hostName.split('.')[0];
  }

  /**
   * The subset.
   * @default - none
   */
  public get subset(): string | undefined {
    return this.options.subset;
  }

  /** The same port, of another host or subset. @internal */
  public _at(hostName: string, subset = this.subset): Destination {
    return new Destination(hostName, { ...this.options, subset });
  }

  /** @internal */
  public _problems(what: string): Found[] {
    const { port, subset } = this.options;
    const problems: Found[] = [
      hostProblem(`${what}'s host`, this.hostName),
      port === undefined ? undefined : portNumberProblem(`${what}'s port`, port),
      subset === undefined ? undefined : dnsLabelProblem(`${what}'s subset`, subset),
    ];
    if (this.hostName.includes('*')) {
      problems.push(`${what}'s host is ${quoted(this.hostName)}; name one Service, no wildcard`);
    }
    return problems;
  }

  /** @internal */
  public _toKube(): { host: string; subset?: string; port?: { number: number } } {
    const { port, subset } = this.options;
    return { host: this.hostName, subset, port: port === undefined ? undefined : { number: port } };
  }
}
