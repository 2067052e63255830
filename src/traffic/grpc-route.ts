import * as gateway from '../../imports/gateway.networking.k8s.io';
import { quoted } from '../formats/names';
import { Destination } from './destination';
import { headerNameProblem } from './header-operations';
import { StringMatch } from './string-match';

/**
 * Which calls a `GrpcRoute` takes: all that is given must hold.
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
   * The headers, by their names: exact values or regular expressions.
   * @default - any
   */
  readonly headers?: { [name: string]: StringMatch };
}

/**
 * A rule of a GRPCRoute. Each has a name of its own.
 *
 * @see https://gateway-api.sigs.k8s.io/api-types/grpcroute/
 */
export class GrpcRoute {
  /**
   * A rule whose calls are split between stable and canary.
   * @param name The rule's name.
   * @param matches Which calls it takes: those that match any. Default: all.
   */
  public static split(name: string, matches: GrpcMatch[] = []): GrpcRoute {
    return new GrpcRoute(name, undefined, matches);
  }

  /**
   * A rule whose calls all go to one Service.
   * @param name The rule's name.
   * @param destination Where they go.
   * @param matches Which calls it takes: those that match any. Default: all.
   */
  public static to(name: string, destination: Destination, matches: GrpcMatch[] = []): GrpcRoute {
    return new GrpcRoute(name, destination, matches);
  }

  private constructor(
    /** The rule's name. */
    public readonly name: string,
    /** @internal */
    public readonly _destination: Destination | undefined,
    private readonly matches: GrpcMatch[],
  ) {}

  /**
   * Whether it is split between stable and canary.
   */
  public get isSplit(): boolean {
    return this._destination === undefined;
  }

  /** @internal */
  public _problems(): string[] {
    const what = `route '${this.name}'`;
    const problems = this.matches.flatMap(({ service, method, headers = {} }) => [
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
    return problems.filter((problem) => problem !== undefined);
  }

  /** @internal */
  public _toMatches(): gateway.GrpcRouteSpecRulesMatches[] | undefined {
    if (this.matches.length === 0) return undefined;
    return this.matches.map(({ service, method, headers }) => ({
      method:
        service === undefined && method === undefined
          ? undefined
          : { type: gateway.GrpcRouteSpecRulesMatchesMethodType.EXACT, service, method },
      headers: headers && (renderHeaderMatches(headers) as gateway.GrpcRouteSpecRulesMatchesHeaders[]),
    }));
  }
}

/** The Gateway API compares as a whole, or by regular expression. */
export function headerMatchProblem(what: string, match: StringMatch): string | undefined {
  const { exact, regex } = match._toKube();
  if (exact !== undefined || regex !== undefined) return match._problem(what);
  return `${what} is matched by prefix or presence, which the Gateway API cannot; use StringMatch.exact or StringMatch.regex`;
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
