import * as argo from '../../imports/argoproj.io';
import { quoted } from '../formats/names';
import { StringMatch } from '../traffic/string-match';
import { type Found } from '../formats/option-problem';

/**
 * A match of a header route: requests by one header, as `headerName` and `headerValue`.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/#traffic-routing-based-on-a-header-values-for-canary
 * @exampleMetadata fixture=app
 * @example
 * // Testers reach the canary by a header. Nobody else does.
 * const steps = [
 *   CanaryStep.canaryScale(CanaryScale.replicas(1)),
 *   CanaryStep.setHeaderRoute('testers', [HeaderMatch.exact('x-canary', 'always')]),
 *   CanaryStep.pause(),
 * ];
 */
export class HeaderMatch {
  /**
   * Matches a header with exactly this value.
   * @param header The header's name, such as `x-canary`.
   * @param value The value.
   */
  public static exact(header: string, value: string): HeaderMatch {
    return new HeaderMatch(header, StringMatch.exact(value));
  }

  /**
   * Matches a header whose value has this prefix.
   * @param header The header's name.
   * @param value The prefix.
   */
  public static prefix(header: string, value: string): HeaderMatch {
    return new HeaderMatch(header, StringMatch.prefix(value));
  }

  /**
   * Matches a header whose whole value matches a regular expression (RE2). For a cookie: `cookie` with `(.*;
   * )?canary=yes(;.*)?`.
   * @param header The header's name.
   * @param value The expression.
   */
  public static regex(header: string, value: string): HeaderMatch {
    return new HeaderMatch(header, StringMatch.regex(value));
  }

  /** Always true. Go compares types by their members, and so tells a HeaderMatch from other values. */
  public get isHeaderMatch(): boolean {
    return true;
  }

  private constructor(
    /** @internal */
    public readonly _header: string,
    /** @internal */
    public readonly _value: StringMatch,
  ) {}

  /** @internal */
  public _problems(): Found[] {
    const name = /^[A-Za-z0-9-]+$/.test(this._header)
      ? undefined
      : `a header is called ${quoted(this._header)}, which is no header's name; use letters, digits and '-'`;
    return [name, matchProblem(`the header ${quoted(this._header)}`, this._value)].filter(
      (problem) => problem !== undefined,
    );
  }
}

/**
 * A match of a mirror route: requests that match all given fields.
 */
export interface MirrorMatch {
  /**
   * The method, such as `StringMatch.exact('GET')`. Mirror read-only requests: the canary's response is discarded, but
   * side effects happen twice.
   * @default - every method
   */
  readonly method?: StringMatch;

  /**
   * The path.
   * @default - every path
   */
  readonly path?: StringMatch;

  /**
   * Headers.
   * @default - none
   */
  readonly headers?: HeaderMatch[];
}

/**
 * Options for `CanaryStep.setMirrorRoute`.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/traffic-management/#traffic-routing-mirroring-traffic-to-canary
 */
export interface MirrorRouteOptions {
  /**
   * The requests to mirror: those that match any of these.
   */
  readonly matches: MirrorMatch[];

  /**
   * The share of them to mirror in percent, a whole number from 1 to 100.
   * @default 100
   */
  readonly percentage?: number;
}

export function headerRouteProblems(name: string, matches: readonly HeaderMatch[]): Found[] {
  const problems = [routeNameProblem('setHeaderRoute', name), ...matches.flatMap((match) => match._problems())];
  if (matches.length === 0) {
    problems.push(
      `setHeaderRoute '${name}' has no match, which would remove the route; give a match, or say removeHeaderRoute`,
    );
  }
  return problems;
}

export function mirrorRouteProblems(name: string, options: MirrorRouteOptions): Found[] {
  const { matches, percentage = 100 } = options;
  const problems: Found[] = [routeNameProblem('setMirrorRoute', name)];
  if (matches.length === 0) {
    problems.push(
      `setMirrorRoute '${name}' has no match, which would remove the route; give a match, or say removeMirrorRoute`,
    );
  }
  if (!Number.isInteger(percentage) || percentage < 1 || percentage > 100) {
    problems.push(`the percentage of setMirrorRoute '${name}' is ${percentage}; use a whole number from 1 to 100`);
  }
  for (const { method, path, headers = [] } of matches) {
    problems.push(method && matchProblem('the method', method), path && matchProblem('the path', path));
    problems.push(...headers.flatMap((header) => header._problems()));
    const names = headers.map((header) => header._header.toLowerCase());
    for (const header of new Set(names.filter((one, i) => names.indexOf(one) !== i))) {
      problems.push(
        `a match of setMirrorRoute '${name}' has the header ${quoted(header)} twice, of which only the last would count; give it once`,
      );
    }
    if (method === undefined && path === undefined && headers.length === 0) {
      problems.push(
        `a match of setMirrorRoute '${name}' says nothing; to match all requests, match the path prefix '/'`,
      );
    }
  }
  return problems;
}

export function renderHeaderRoute(name: string, matches: readonly HeaderMatch[]): argo.RolloutSpecStrategyCanarySteps {
  return {
    setHeaderRoute: {
      name,
      match: matches.map((match) => ({ headerName: match._header, headerValue: match._value._toKube() })),
    },
  };
}

export function renderMirrorRoute(name: string, options: MirrorRouteOptions): argo.RolloutSpecStrategyCanarySteps {
  return {
    setMirrorRoute: {
      name,
      percentage: options.percentage,
      match: options.matches.map(({ method, path, headers }) => ({
        method: method?._toKube(),
        path: path?._toKube(),
        headers: headers && Object.fromEntries(headers.map((one) => [one._header, one._value._toKube()])),
      })),
    },
  };
}

export function routeNameProblem(step: string, name: string): string | undefined {
  return name.trim() === '' ? `${step} has an empty name; the controller finds its route by name` : undefined;
}

/** Of a managed route, every match must say a string: presence alone is refused. */
function matchProblem(what: string, match: StringMatch): string | undefined {
  const { exact, prefix, regex } = match._toKube();
  if (exact || prefix || regex) return match._problem(what);
  return `${what} is matched by no string; Argo Rollouts needs one: exact, prefix or regex`;
}
