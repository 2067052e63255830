import * as kplus from 'cdk8s-plus-27';
import { hostProblem, portNumberProblem, quoted } from '../formats/names';

/**
 * Options for a `Destination`.
 */
export interface DestinationOptions {
  /**
   * The Service's port. Needed where the Service has more than one.
   * @default - the Service's only port
   */
  readonly port?: number;
}

/**
 * Where a route sends its requests: a Service.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination
 */
export class Destination {
  /**
   * A Service of this app.
   *
   * @param service The Service.
   * @param options The port, where there are several.
   */
  public static service(service: kplus.Service, options: DestinationOptions = {}): Destination {
    return new Destination(service.name, options.port);
  }

  /**
   * A Service by its host: a name in the namespace of the route, or a full name such as `reviews.prod.svc.cluster.local`.
   *
   * @param host The host.
   * @param options The port, where there are several.
   */
  public static host(host: string, options: DestinationOptions = {}): Destination {
    return new Destination(host, options.port);
  }

  private constructor(
    /** The host as the route writes it. */
    public readonly hostName: string,
    private readonly port?: number,
  ) {}

  /**
   * The name of the Service: the host's first part.
   */
  public get serviceName(): string {
    return this.hostName.split('.')[0];
  }

  /** @internal */
  public _problems(what: string): string[] {
    const problems = [hostProblem(`${what}'s host`, this.hostName)];
    if (this.hostName.includes('*'))
      problems.push(`${what}'s host is ${quoted(this.hostName)}; name one Service, no wildcard`);
    if (this.port !== undefined) problems.push(portNumberProblem(`${what}'s port`, this.port));
    return problems.filter((problem) => problem !== undefined);
  }

  /** @internal */
  public _toKube(): { host: string; port?: { number: number } } {
    return { host: this.hostName, port: this.port === undefined ? undefined : { number: this.port } };
  }
}
