import { Duration } from 'cdk8s';
import { positiveDurationProblem } from '../formats/duration';
import { quoted } from '../formats/names';
import { StringMatch } from './string-match';

/**
 * Whoever once met the canary meets it again: the canary's answers set a cookie, and requests with that cookie go to the
 * canary, whatever its weight. It makes the canary's share of users stable, and its share of requests larger than its
 * weight.
 *
 * Needs Services of each version (not subsets): when a rollout is aborted, Argo Rollouts lets the canary Service select
 * the stable pods, so that the cookie leads nowhere wrong. The `value` must change with every version; with one from an
 * earlier rollout, its users would meet the next canary before its first weight.
 */
export interface StickyCanary {
  /**
   * The value of the cookie: what names this version, such as the tag of its image. At most 64 letters, digits, `-`, `_`
   * and `.`.
   */
  readonly value: string;

  /**
   * The name of the cookie.
   * @default 'canary'
   */
  readonly cookie?: string;

  /**
   * How long a browser keeps it.
   * @default Duration.hours(1)
   */
  readonly maxAge?: Duration;
}

/** What is wrong with it. */
export function stickyProblems({ cookie, value, maxAge }: StickyCanary): string[] {
  const problems = [positiveDurationProblem('stickyCanary: maxAge', maxAge)];
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(value)) {
    problems.push(
      `stickyCanary: value is ${quoted(value)}, which is no value for a cookie here; use 1 to 64 letters, digits, '-', '_' and '.'`,
    );
  }
  if (cookie !== undefined && !/^[A-Za-z0-9_-]{1,64}$/.test(cookie)) {
    problems.push(
      `stickyCanary: cookie is ${quoted(cookie)}, which is no cookie name here; use 1 to 64 letters, digits, '-' and '_'`,
    );
  }
  return problems.filter((problem) => problem !== undefined);
}

/** The `Cookie` header of a request that carries the cookie among others. */
export function cookieMatch({ cookie = 'canary', value }: StickyCanary): StringMatch {
  return StringMatch.regex(`^(.*;\\s*)?${cookie}=${value.replace(/\./g, '\\.')}(;.*)?$`);
}

/** The `Set-Cookie` header of the canary's answers. */
export function setCookie({ cookie = 'canary', value, maxAge = Duration.hours(1) }: StickyCanary): string {
  return `${cookie}=${value}; Max-Age=${maxAge.toSeconds()}; Path=/; HttpOnly; SameSite=Lax`;
}
