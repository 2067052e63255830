import * as istio from '../../imports/networking.istio.io';
import { quoted } from '../formats/names';
import { Destination } from './destination';

/**
 * Which requests a route takes, by their path.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest
 */
export class HttpMatch {
  /**
   * Exactly this path.
   * @param path Such as `/err`.
   */
  public static exact(path: string): HttpMatch {
    return new HttpMatch({ exact: path }, path);
  }

  /**
   * Every path that begins so.
   * @param path Such as `/api`.
   */
  public static prefix(path: string): HttpMatch {
    return new HttpMatch({ prefix: path }, path);
  }

  /**
   * Every path that matches as a whole.
   * @param regex In RE2 syntax, such as `/users/[0-9]+`.
   */
  public static regex(regex: string): HttpMatch {
    return new HttpMatch({ regex }, undefined);
  }

  private constructor(
    private readonly uri: istio.VirtualServiceSpecHttpMatchUri,
    private readonly path: string | undefined,
  ) {}

  /** @internal */
  public _problem(what: string): string | undefined {
    if (this.path === undefined ? this.uri.regex !== '' : this.path.startsWith('/')) return undefined;
    return `${what} matches ${quoted(this.path ?? '')}, which is no path; begin with '/'`;
  }

  /** @internal */
  public _toKube(): istio.VirtualServiceSpecHttpMatch {
    return { uri: this.uri };
  }
}

/**
 * Options for an `HttpRoute`.
 */
export interface HttpRouteOptions {
  /**
   * Which requests the route takes: those that match any of these.
   * @default - every request that no earlier route took
   */
  readonly matches?: HttpMatch[];
}

/**
 * A route of the VirtualService. Routes are tried in their order; the first that matches takes the request. Each has a
 * name, because the Rollout finds its routes by name, and the controller multiplies routes that have none.
 */
export class HttpRoute {
  /**
   * A route whose requests are split between stable and canary.
   *
   * @param name The route's name, unique in the VirtualService.
   * @param options Which requests it takes.
   */
  public static split(name: string, options: HttpRouteOptions = {}): HttpRoute {
    return new HttpRoute(name, undefined, options);
  }

  /**
   * A route whose requests all go to one Service, whatever the rollout does.
   *
   * @param name The route's name, unique in the VirtualService.
   * @param destination Where they go.
   * @param options Which requests it takes.
   */
  public static to(name: string, destination: Destination, options: HttpRouteOptions = {}): HttpRoute {
    return new HttpRoute(name, destination, options);
  }

  private constructor(
    /** The route's name. */
    public readonly name: string,
    private readonly destination: Destination | undefined,
    private readonly options: HttpRouteOptions,
  ) {}

  /**
   * Whether the route is split between stable and canary.
   */
  public get isSplit(): boolean {
    return this.destination === undefined;
  }

  /** @internal */
  public _problems(): string[] {
    const what = `route '${this.name}'`;
    const problems: (string | undefined)[] = [
      this.name.trim() === '' ? 'a route has an empty name; the Rollout finds its routes by name' : undefined,
      ...(this.options.matches ?? []).map((match) => match._problem(what)),
      ...(this.destination?._problems(what) ?? []),
    ];
    return problems.filter((problem) => problem !== undefined);
  }

  /**
   * The weights are those between rollouts: any others in Git would reset live traffic at each sync.
   * @internal
   */
  public _toKube(stable: Destination, canary: Destination): istio.VirtualServiceSpecHttp {
    const route = this.destination
      ? [{ destination: this.destination._toKube() }]
      : [
          { destination: stable._toKube(), weight: 100 },
          { destination: canary._toKube(), weight: 0 },
        ];
    const matches = this.options.matches ?? [];
    return { name: this.name, match: matches.length ? matches.map((match) => match._toKube()) : undefined, route };
  }
}
