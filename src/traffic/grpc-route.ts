import * as gateway from '../../imports/gateway.networking.k8s.io';
import { quoted } from '../formats/names';
import { Destination } from './destination';
import { headerFilters, mirrorFilters, mirrorProblems } from './gateway-api-filters';
import { headerNameProblem, HeaderOperations, headerOperationsProblems } from './header-operations';
import { percentageProblem } from './http-fault';
import type { HttpMirror } from './http-route';
import { StringMatch } from './string-match';
import { type Found } from '../formats/option-problem';

/**
 * A match of a `GrpcRoute`: calls that match all given fields.
 */
export interface GrpcMatch {
  /**
   * The service, such as `shop.v1.Checkout`.
   * @default - any
   */
  readonly service?: string;

  /**
   * The method.
   * @default - any
   */
  readonly method?: string;

  /**
   * The headers by name: exact values or regular expressions.
   * @default - any
   */
  readonly headers?: { [name: string]: StringMatch };
}

/**
 * Options for a `GrpcRoute`.
 */
export interface GrpcRouteOptions {
  /**
   * The calls that the route takes: those that match any of these.
   * @default - all
   */
  readonly matches?: GrpcMatch[];

  /**
   * Changes of the request headers.
   * @default - none
   */
  readonly requestHeaders?: HeaderOperations;

  /**
   * Changes of the response headers.
   * @default - none
   */
  readonly responseHeaders?: HeaderOperations;

  /**
   * The destination of permanent copies of the calls.
   * @default - none
   */
  readonly mirrors?: HttpMirror[];
}

/**
 * A rule of a GRPCRoute, with a unique name.
 *
 * @see https://gateway-api.sigs.k8s.io/api-types/grpcroute/
 */
export class GrpcRoute {
  /**
   * A rule whose calls are split between stable and canary.
   * @param name The name of the rule.
   * @param options The calls, and their changes.
   */
  public static split(name: string, options: GrpcRouteOptions = {}): GrpcRoute {
    return new GrpcRoute(name, undefined, options);
  }

  /**
   * A rule whose calls all go to one Service.
   * @param name The name of the rule.
   * @param destination The destination.
   * @param options The calls, and their changes.
   */
  public static to(name: string, destination: Destination, options: GrpcRouteOptions = {}): GrpcRoute {
    return new GrpcRoute(name, destination, options);
  }

  private constructor(
    /** The name of the rule. */
    public readonly name: string,
    /** @internal */
    public readonly _destination: Destination | undefined,
    private readonly options: GrpcRouteOptions,
  ) {}

  /**
   * Whether it is split between stable and canary.
   */
  public get isSplit(): boolean {
    return this._destination === undefined;
  }

  /** @internal */
  public _problems(): Found[] {
    const what = `route '${this.name}'`;
    const { matches = [], requestHeaders, responseHeaders, mirrors = [] } = this.options;
    const problems: Found[] = matches.flatMap(({ service, method, headers = {} }) => [
      ...[service, method]
        .filter((name) => name !== undefined && !/^[A-Za-z_][A-Za-z0-9_.]*$/.test(name))
        .map(
          (name) => `${what} matches ${quoted(name!)}, which is no name of gRPC; use one such as 'shop.v1.Checkout'`,
        ),
      ...Object.entries(headers).flatMap(([name, match]) => [
        headerNameProblem(`${what}: a header`, name),
        headerMatchProblem(`${what}: the header '${name}'`, match),
      ]),
      (service ?? method ?? Object.keys(headers)[0]) ? undefined : `${what} has an empty match; say what it matches`,
    ]);
    problems.push(
      ...headerOperationsProblems(`requestHeaders of ${what}`, requestHeaders),
      ...headerOperationsProblems(`responseHeaders of ${what}`, responseHeaders),
      ...mirrors.flatMap(({ destination, percentage }) => [
        ...destination._problems(`the mirror of ${what}`),
        percentageProblem(`${what}: the mirror's percentage`, percentage),
      ]),
      ...mirrorProblems(what, mirrors),
    );
    return problems;
  }

  /** @internal */
  public _toMatches(): gateway.GrpcRouteSpecRulesMatches[] | undefined {
    const { matches = [] } = this.options;
    if (matches.length === 0) return undefined;
    return matches.map(({ service, method, headers }) => ({
      method:
        service === undefined && method === undefined
          ? undefined
          : { type: gateway.GrpcRouteSpecRulesMatchesMethodType.EXACT, service, method },
      headers: headers && (renderHeaderMatches(headers) as gateway.GrpcRouteSpecRulesMatchesHeaders[]),
    }));
  }

  /** @internal */
  public _toFilters(): gateway.GrpcRouteSpecRulesFilters[] | undefined {
    const filters = [...headerFilters(this.options), ...mirrorFilters(this.options.mirrors)];
    return filters.length > 0 ? (filters as unknown as gateway.GrpcRouteSpecRulesFilters[]) : undefined;
  }
}

/** The Gateway API compares as a whole, or by regular expression. */
export function headerMatchProblem(what: string, match: StringMatch): string | undefined {
  const { exact, regex } = match._toKube();
  if (exact !== undefined || regex !== undefined) return match._problem(what);
  return `${what} is matched by prefix or presence, which the Gateway API cannot; use an exact match or a regex`;
}

/** Headers or query parameters, as the Gateway API lists them. */
export function renderHeaderMatches(matches: { [name: string]: StringMatch }) {
  return Object.entries(matches).map(([name, match]) => {
    const { exact, regex } = match._toKube();
    return exact === undefined
      ? { type: 'RegularExpression', name, value: regex ?? '.*' }
      : { type: 'Exact', name, value: exact };
  });
}
