import { Duration } from 'cdk8s';
import { positiveDurationProblem } from '../formats/duration';
import { hostProblem, quoted } from '../formats/names';
import { StringMatch } from './string-match';

/**
 * Whether a browser sends a cookie with requests from other sites.
 *
 * @see https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#samesitesamesite-value
 */
export enum SameSite {
  /** With links from other sites, not with what they embed. */
  LAX = 'Lax',
  /** Not at all. */
  STRICT = 'Strict',
  /** Always; needs `secure`. */
  NONE = 'None',
}

/**
 * Whoever once met the canary meets it again: the canary's answers set a cookie, and requests with that cookie go to
 * the
 * canary, whatever its weight. It makes the canary's share of users stable, and its share of requests larger than its
 * weight.
 *
 * Needs Services of each version (not subsets): when a rollout is aborted, Argo Rollouts lets the canary Service select
 * the stable pods, so that the cookie leads nowhere wrong. The `value` must change with every version; with one from an
 * earlier rollout, its users would meet the next canary before its first weight.
 */
export interface StickyCanary {
  /**
   * The value of the cookie: what names this version, such as the tag of its image. At most 64 letters, digits, `-`,
   * `_`
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

  /**
   * The name of a second cookie, which keeps whoever met the stable version there until the rollout has ended. Then the
   * canary's share is that of new users alone.
   * @default - none: users of the stable version may meet the canary later
   */
  readonly stableCookie?: string;

  /**
   * The domain for which a browser sends the cookies.
   * @default - the host that set them
   */
  readonly domain?: string;

  /**
   * The path below which a browser sends them.
   * @default '/'
   */
  readonly path?: string;

  /**
   * Whether scripts may not read them.
   * @default true
   */
  readonly httpOnly?: boolean;

  /**
   * Whether a browser sends them by HTTPS only.
   * @default false
   */
  readonly secure?: boolean;

  /**
   * Whether a browser sends them with requests from other sites.
   * @default SameSite.LAX
   */
  readonly sameSite?: SameSite;

  /**
   * Whether a browser keeps them apart by the site in which the app is embedded. Needs `secure`.
   * @default false
   */
  readonly partitioned?: boolean;
}

/** What is wrong with it. */
export function stickyProblems(sticky: StickyCanary): string[] {
  const { cookie = 'canary', stableCookie, value, maxAge, domain, path = '/', secure, sameSite, partitioned } = sticky;
  const problems = [positiveDurationProblem('stickyCanary: maxAge', maxAge)];
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(value)) {
    problems.push(
      `stickyCanary: value is ${quoted(value)}, which is no value for a cookie here; use 1 to 64 letters, digits, '-', '_' and '.'`,
    );
  }
  for (const [field, name] of Object.entries({ cookie, stableCookie })) {
    if (name === undefined || /^[A-Za-z0-9_-]{1,64}$/.test(name)) continue;
    problems.push(
      `stickyCanary: ${field} is ${quoted(name)}, which is no cookie name here; use 1 to 64 letters, digits, '-' and '_'`,
    );
  }
  if (cookie === stableCookie) {
    problems.push(`stickyCanary: cookie and stableCookie are both ${quoted(cookie)}; give each its own name`);
  }
  if (domain !== undefined) problems.push(hostProblem('stickyCanary: domain', domain.replace(/^\./, '')));
  if (!/^\/[^;\s]*$/.test(path)) {
    problems.push(`stickyCanary: path is ${quoted(path)}, which is no path; begin with '/'`);
  }
  if (!secure && (sameSite === SameSite.NONE || partitioned)) {
    const what = partitioned ? 'partitioned' : 'sameSite is NONE';
    problems.push(`stickyCanary: ${what} without secure, which browsers refuse; say secure: true`);
  }
  return problems.filter((problem) => problem !== undefined);
}

/** The version that a cookie keeps its user at. */
type Kept = 'canary' | 'stable';

function nameOf({ cookie = 'canary', stableCookie }: StickyCanary, kept: Kept): string | undefined {
  return kept === 'canary' ? cookie : stableCookie;
}

/** The versions that users are kept at, each by a route of its own. */
export function keptBy(sticky: StickyCanary): Kept[] {
  return sticky.stableCookie === undefined ? ['canary'] : ['canary', 'stable'];
}

/** The `Cookie` header of a request that carries the cookie among others. */
export function cookieMatch(sticky: StickyCanary, kept: Kept): StringMatch {
  return StringMatch.regex(`^(.*;\\s*)?${nameOf(sticky, kept)}=${sticky.value.replace(/\./g, '\\.')}(;.*)?$`);
}

/** The `Set-Cookie` header of a version's answers; undefined where it keeps nobody. */
export function setCookie(sticky: StickyCanary, kept: Kept): string | undefined {
  const { value, maxAge = Duration.hours(1), domain, path = '/', httpOnly = true, secure, partitioned } = sticky;
  const name = nameOf(sticky, kept);
  if (name === undefined) return undefined;
  return [
    `${name}=${value}`,
    `Max-Age=${maxAge.toSeconds()}`,
    ...(domain === undefined ? [] : [`Domain=${domain}`]),
    // In a header's value, Envoy takes a percent sign for the beginning of a variable, unless it is there twice.
    `Path=${path.replaceAll('%', '%%')}`,
    ...(httpOnly ? ['HttpOnly'] : []),
    ...(secure ? ['Secure'] : []),
    `SameSite=${sticky.sameSite ?? SameSite.LAX}`,
    ...(partitioned ? ['Partitioned'] : []),
  ].join('; ');
}
