import { Duration } from 'cdk8s';
import * as istio from '../../imports/networking.istio.io';
import { positiveDurationProblem, writeDuration } from '../formats/duration';
import { CorsPolicy, corsProblems, renderCors } from './cors-policy';
import { Destination } from './destination';
import { HeaderOperations, headerOperationsProblems, renderHeaderOperations } from './header-operations';
import { faultProblems, HttpFault, percentageProblem, renderFault } from './http-fault';
import { HttpMatch } from './http-match';
import {
  directResponseProblems,
  HttpDirectResponse,
  HttpRedirect,
  redirectProblems,
  renderDirectResponse,
  renderRedirect,
} from './http-redirect';
import { HttpRetries, renderRetries, retriesProblems } from './http-retries';
import { HttpRewrite } from './http-rewrite';
import { cookieMatch, keptBy, setCookie, StickyCanary } from './sticky-canary';
import { at, type Found } from '../formats/option-problem';

/**
 * A mirror: copies of requests, whose responses are discarded.
 */
export interface HttpMirror {
  /**
   * The destination of the copies.
   */
  readonly destination: Destination;

  /**
   * The share of requests to copy, in percent.
   * @default 100
   */
  readonly percentage?: number;
}

/**
 * Options for every `HttpRoute`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute
 */
export interface HttpAnswerOptions {
  /**
   * The requests that the route takes: those that match any of these.
   * Becomes `match`.
   * @default - all requests that no earlier route takes
   */
  readonly matches?: HttpMatch[];

  /**
   * The CORS policy.
   * Becomes `corsPolicy`.
   * @default - decided by the application
   */
  readonly cors?: CorsPolicy;

  /**
   * Changes of the response headers.
   * Becomes `headers.response`.
   * @default - none
   */
  readonly responseHeaders?: HeaderOperations;
}

/**
 * Options for an `HttpRoute` with a Service as its destination.
 */
export interface HttpRouteOptions extends HttpAnswerOptions {
  /**
   * Changes of the request headers.
   * Becomes `headers.request`.
   * @default - none
   */
  readonly requestHeaders?: HeaderOperations;

  /**
   * The rewrite.
   * @default - none
   */
  readonly rewrite?: HttpRewrite;

  /**
   * The timeout of a request, including all attempts.
   * @default - none (the default of Istio)
   */
  readonly timeout?: Duration;

  /**
   * The retries of failed requests.
   * @default - two retries if the request did not reach the pod (the default of Istio)
   */
  readonly retries?: HttpRetries;

  /**
   * Injected faults.
   * @default - none
   */
  readonly fault?: HttpFault;

  /**
   * The destinations of permanent copies of the requests. To mirror to the canary during a rollout, use a mirror step.
   * @default - none
   */
  readonly mirrors?: HttpMirror[];
}

/**
 * A destination of a split route, and its weight between rollouts.
 */
export interface WeightedDestination {
  /**
   * The destination.
   */
  readonly destination: Destination;

  /**
   * The share of the requests, in percent.
   */
  readonly weight: number;
}

/**
 * Changes of the headers of the requests and responses of one version.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#Headers
 */
export interface VersionHeaders {
  /**
   * Changes of its request headers.
   * @default - none
   */
  readonly request?: HeaderOperations;

  /**
   * Changes of its response headers.
   * @default - none
   */
  readonly response?: HeaderOperations;
}

/**
 * Options for an `HttpRoute` that is split.
 */
export interface HttpSplitRouteOptions extends HttpRouteOptions {
  /**
   * Changes of headers for the canary: for example, a response header that identifies it to testers.
   * @default - none
   */
  readonly canaryHeaders?: VersionHeaders;

  /**
   * Changes of headers for the stable version.
   * @default - none
   */
  readonly stableHeaders?: VersionHeaders;
}

/** What a route does with its requests. */
interface Action {
  readonly kind: 'split' | 'to' | 'answer';
  readonly destination?: Destination;
  readonly problems?: (what: string) => Found[];
  readonly render?: () => Partial<istio.VirtualServiceSpecHttp>;
  readonly redirect?: HttpRedirect;
}

/**
 * A route of a VirtualService. Routes are tried in order; the first match takes the request. Each has a name, because
 * the Rollout finds its routes by name, and the controller multiplies routes without one.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRoute
 */
export class HttpRoute {
  /**
   * A route whose requests are split between stable and canary.
   *
   * @param name The name of the route, unique in the VirtualService.
   * @param options The requests, and their changes.
   */
  public static split(name: string, options: HttpSplitRouteOptions = {}): HttpRoute {
    return new HttpRoute(name, { kind: 'split' }, options);
  }

  /**
   * A route whose requests all go to one Service, independent of the rollout.
   *
   * @param name The name of the route, unique in the VirtualService.
   * @param destination The destination.
   * @param options The requests, and their changes.
   */
  public static to(name: string, destination: Destination, options: HttpRouteOptions = {}): HttpRoute {
    return new HttpRoute(name, { kind: 'to', destination }, options);
  }

  /**
   * A route that redirects clients.
   *
   * @param name The name of the route, unique in the VirtualService.
   * @param redirect The redirect.
   * @param options The requests.
   */
  public static redirect(name: string, redirect: HttpRedirect, options: HttpAnswerOptions = {}): HttpRoute {
    const problems = (what: string) => redirectProblems(what, redirect);
    return new HttpRoute(
      name,
      { kind: 'answer', problems, render: () => ({ redirect: renderRedirect(redirect) }), redirect },
      options,
    );
  }

  /**
   * A route that the proxy answers itself: a `directResponse`.
   *
   * @param name The name of the route, unique in the VirtualService.
   * @param response The response.
   * @param options The requests.
   */
  public static respond(name: string, response: HttpDirectResponse, options: HttpAnswerOptions = {}): HttpRoute {
    const problems = (what: string) => directResponseProblems(what, response);
    const render = () => ({ directResponse: renderDirectResponse(response) });
    return new HttpRoute(name, { kind: 'answer', problems, render }, options);
  }

  private constructor(
    /** The name of the route. */
    public readonly name: string,
    private readonly action: Action,
    /** @internal */
    public readonly _options: HttpSplitRouteOptions,
  ) {}

  /**
   * Whether the route is split between stable and canary.
   */
  public get isSplit(): boolean {
    return this.action.kind === 'split';
  }

  /** Where it leads, unless it is split or an answer. @internal */
  public get _destination(): Destination | undefined {
    return this.action.destination;
  }

  /** Where clients are sent, if it is a redirect. @internal */
  public get _redirect(): HttpRedirect | undefined {
    return this.action.redirect;
  }

  /** Whether it takes every request that reaches it. @internal */
  public get _takesAll(): boolean {
    return (this._options.matches ?? []).length === 0;
  }

  /** The Gateways that its matches name. @internal */
  public get _gateways(): string[] {
    return (this._options.matches ?? []).flatMap((match) => match._gateways);
  }

  /** @internal */
  public _problems(sticky: boolean): Found[] {
    const what = `route '${this.name}'`;
    const { matches = [], cors, requestHeaders, responseHeaders, rewrite, timeout, retries, fault } = this._options;
    const problems: Found[] = [
      this.name.trim() === '' ? 'a route has an empty name; the Rollout finds its routes by name' : undefined,
      matches.map((match, i) => at(`matches[${i}]`, match._problems(what))),
      at('destination', this.action.destination?._problems(what)),
      ...(this.action.problems?.(what) ?? []),
      cors && at('cors', corsProblems(what, cors)),
      at('requestHeaders', headerOperationsProblems(`requestHeaders of ${what}`, requestHeaders)),
      at('responseHeaders', headerOperationsProblems(`responseHeaders of ${what}`, responseHeaders)),
      (['canaryHeaders', 'stableHeaders'] as const).map((version) =>
        at(version, versionHeadersProblems(`${version} of ${what}`, this._options[version])),
      ),
      at('rewrite', rewrite?._problems(what)),
      at('timeout', positiveDurationProblem(`${what}: timeout`, timeout)),
      retries && at('retries', retriesProblems(what, retries)),
      fault && at('fault', faultProblems(what, fault)),
      (this._options.mirrors ?? []).map(({ destination, percentage }, i) =>
        at(
          `mirrors[${i}]`,
          at('destination', destination._problems(`the mirror of ${what}`)),
          at('percentage', percentageProblem(`${what}: the mirror's percentage`, percentage)),
        ),
      ),
    ];
    if (sticky && this.isSplit && matches.some((match) => match._asksForCookie)) {
      problems.push(`${what} matches a cookie header, which stickyCanary needs for its own; match another header`);
    }
    return problems;
  }

  /**
   * As Istio spells it: one route, or two where clients stick to the canary. The weights are those between rollouts:
   * any
   * others in Git would reset live traffic at each sync.
   * @internal
   */
  public _toKube(split: WeightedDestination[], stable: Destination, canary: Destination, sticky?: StickyCanary) {
    const rest = this.rest();
    const { matches = [] } = this._options;
    if (this.action.render) return [{ name: this.name, match: match(matches), ...this.action.render(), ...rest }];
    if (this.action.destination) {
      const route = [{ destination: this.action.destination._toKube() }];
      return [{ name: this.name, match: match(matches), route, ...rest }];
    }
    const route = split.map(({ destination, weight }) => ({
      destination: destination._toKube(),
      weight,
      headers: this.versionHeaders(destination, stable, canary, sticky),
    }));
    const itself = { name: this.name, match: match(matches), route, ...rest };
    if (sticky === undefined) return [itself];
    const kept = keptBy(sticky).map((version, i) => {
      const pair = cookieMatch(sticky, version);
      const withCookie = matches.map((one) => one._withCookie(pair));
      const destination = version === 'canary' ? canary : stable;
      return {
        name: stickyNames(this.name, sticky)[i],
        match: match(withCookie.length ? withCookie : [HttpMatch.request({ headers: { cookie: pair } })]),
        route: [
          {
            destination: destination._toKube(),
            headers: this.versionHeaders(destination, stable, canary, undefined),
          },
        ],
        ...rest,
      };
    });
    return [...kept, itself];
  }

  private versionHeaders(
    destination: Destination,
    stable: Destination,
    canary: Destination,
    sticky: StickyCanary | undefined,
  ) {
    if (destination !== stable && destination !== canary) return undefined;
    const version = destination === stable ? 'stable' : 'canary';
    const { request, response } = this._options[`${version}Headers`] ?? {};
    const cookie = sticky && setCookie(sticky, version);
    if (cookie === undefined) return renderHeaderOperations(request, response);
    return renderHeaderOperations(request, { ...response, add: { ...response?.add, 'set-cookie': cookie } });
  }

  private rest(): Partial<istio.VirtualServiceSpecHttp> {
    const { cors, rewrite, timeout, retries, fault, mirrors, requestHeaders, responseHeaders } = this._options;
    return {
      rewrite: rewrite?._toKube(),
      timeout: timeout && writeDuration(timeout),
      retries: retries && renderRetries(retries),
      fault: fault && renderFault(fault),
      corsPolicy: cors && renderCors(cors),
      headers: renderHeaderOperations(requestHeaders, responseHeaders),
      mirrors: mirrors?.length
        ? mirrors.map(({ destination, percentage }) => ({
            destination: destination._toKube(),
            percentage: { value: percentage ?? 100 },
          }))
        : undefined,
    };
  }
}

function versionHeadersProblems(what: string, headers: VersionHeaders | undefined): Found[] {
  if (headers === undefined) return [];
  if (!headers.request && !headers.response) return [`${what} is empty; leave it out, or give request or response`];
  return [
    ...headerOperationsProblems(`request of ${what}`, headers.request),
    ...headerOperationsProblems(`response of ${what}`, headers.response),
  ];
}

/** The names of the routes that keep clients of a split route at a version. */
export function stickyNames(route: string, sticky: StickyCanary): string[] {
  return keptBy(sticky).map((version) => (version === 'canary' ? `${route}-sticky` : `${route}-sticky-${version}`));
}

function match(matches: HttpMatch[]) {
  return matches.length ? matches.map((one) => one._toKube()) : undefined;
}
