import { Duration } from 'cdk8s';
import { positiveDurationProblem } from '../formats/duration';
import { hostProblem, quoted } from '../formats/names';
import { StringMatch } from './string-match';
import { type Found } from '../formats/option-problem';

/**
 * The SameSite attribute of a cookie: whether a browser sends it with requests from other sites.
 *
 * @see https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#samesitesamesite-value
 */
export enum SameSite {
  /** Only when the user follows a link. */
  LAX = 'Lax',
  /** Never. */
  STRICT = 'Strict',
  /** Always; needs `secure`. */
  NONE = 'None',
}

/**
 * Sticky canary: responses of the canary set a cookie, and requests with that cookie go to the canary, whatever its
 * weight. The canary's share of users is then stable, and its share of requests larger than its weight.
 *
 * Needs a Service for each version (not subsets): when a rollout is aborted, the canary Service selects the stable
 * pods, so the cookie still works. The `value` must change with every version. Otherwise users with a cookie of an
 * earlier rollout reach the next canary before its first weight.
 */
export interface StickyCanary {
  /**
   * The value of the cookie, which identifies this version, such as the tag of its image. At most 64 letters, digits,
   * `-`,
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
   * The lifetime of the cookie.
   * @default Duration.hours(1)
   */
  readonly maxAge?: Duration;

  /**
   * The name of a second cookie, which keeps users at the stable version until the end of the rollout. The canary's
   * share is then the share of new users.
   * @default - none: users of the stable version may reach the canary later
   */
  readonly stableCookie?: string;

  /**
   * The domain of the cookies.
   * @default - the host that sets them
   */
  readonly domain?: string;

  /**
   * The path of the cookies.
   * @default '/'
   */
  readonly path?: string;

  /**
   * Whether the cookies are hidden from scripts.
   * @default true
   */
  readonly httpOnly?: boolean;

  /**
   * Whether the cookies are sent over HTTPS only.
   * @default false
   */
  readonly secure?: boolean;

  /**
   * The SameSite attribute of the cookies.
   * @default SameSite.LAX
   */
  readonly sameSite?: SameSite;

  /**
   * Whether the cookies are partitioned by the embedding site. Needs `secure`.
   * @default false
   */
  readonly partitioned?: boolean;
}

/** What is wrong with it. */
export function stickyProblems(sticky: StickyCanary): Found[] {
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
  return problems;
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

/** The `Set-Cookie` header of a version's responses; undefined if the version is not sticky. */
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
