import { Duration } from 'cdk8s';
import * as istio from '../../imports/networking.istio.io';
import { positiveDurationProblem, writeDuration } from '../formats/duration';
import { quoted } from '../formats/names';
import { headerNameProblem } from './header-operations';
import { isBetween } from './http-redirect';

/**
 * By what a proxy chooses among the pods of a version.
 */
export enum LoadBalancerAlgorithm {
  /** Of two chosen at random, the one with fewer requests under way: Istio's default. */
  LEAST_REQUEST = 'LEAST_REQUEST',
  /** One after the other. */
  ROUND_ROBIN = 'ROUND_ROBIN',
  /** At random. */
  RANDOM = 'RANDOM',
  /** None: the address that the caller asked for. */
  PASSTHROUGH = 'PASSTHROUGH',
}

/**
 * How a consistent hash is laid out. The more places, the more evenly pods share the requests, and the more memory it
 * takes.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-ConsistentHashLB
 */
export interface ConsistentHashOptions {
  /**
   * The least number of places on the ring. Not beside `maglevTableSize`.
   * Becomes `consistentHash.ringHash.minimumRingSize`.
   * @default - a ring of 1024 places (the default of Istio)
   */
  readonly minimumRingSize?: number;

  /**
   * The number of places in a table of Maglev instead of a ring: a prime. It is quicker, and moves a few more requests
   * when pods come and go.
   * Becomes `consistentHash.maglev.tableSize`.
   * @default - none: a ring
   */
  readonly maglevTableSize?: number;
}

/**
 * Options for `LoadBalancer.consistentHashCookie`.
 */
export interface ConsistentHashCookieOptions extends ConsistentHashOptions {
  /**
   * How long a browser keeps it.
   * @default - until it is closed
   */
  readonly ttl?: Duration;

  /**
   * The paths for which a browser sends it.
   * @default - that of the request that it was set by
   */
  readonly path?: string;

  /**
   * Further attributes of the cookie: names and values, such as `SameSite: 'Lax'`; an empty value for those that have
   * none, such as `HttpOnly`.
   * @default - none
   */
  readonly attributes?: { [name: string]: string };
}

/**
 * How a proxy chooses a pod of a version. The version is chosen before, by the weights: a consistent hash keeps a
 * client
 * at one pod of a version, but not at one version. See `StickyCanary` for that.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings
 */
export class LoadBalancer {
  /**
   * By a simple rule.
   * @param algorithm Which.
   */
  public static simple(algorithm: LoadBalancerAlgorithm): LoadBalancer {
    const simple = algorithm as unknown as istio.DestinationRuleSpecTrafficPolicyLoadBalancerSimple;
    return new LoadBalancer({ simple });
  }

  /**
   * By the hash of a cookie, which the proxy sets where there is none: `consistentHash` with an `httpCookie`.
   * @param name The cookie's name.
   * @param options How long it is kept, for what, and how the hash is laid out.
   */
  public static consistentHashCookie(name: string, options: ConsistentHashCookieOptions = {}): LoadBalancer {
    const { ttl, path, attributes } = options;
    const unnamed = attributes !== undefined && '' in attributes;
    const problem =
      name === ''
        ? 'the cookie has an empty name; give it one'
        : unnamed
          ? "an attribute of the cookie has an empty name; give it one, such as 'SameSite'"
          : undefined;
    const httpCookie = {
      name,
      ttl: ttl ? writeDuration(ttl) : '0s',
      path,
      attributes:
        attributes && Object.entries(attributes).map(([key, value]) => ({ name: key, value: value || undefined })),
    };
    return LoadBalancer.hashed({ httpCookie }, options, problem);
  }

  /**
   * By the hash of a header: `consistentHash` with an `httpHeaderName`.
   * @param name The header's name.
   * @param options How the hash is laid out.
   */
  public static consistentHashHeader(name: string, options: ConsistentHashOptions = {}): LoadBalancer {
    return LoadBalancer.hashed({ httpHeaderName: name }, options, headerNameProblem('the header', name));
  }

  /**
   * By the hash of a query parameter: `consistentHash` with an `httpQueryParameterName`.
   * @param name The parameter's name.
   * @param options How the hash is laid out.
   */
  public static consistentHashQueryParameter(name: string, options: ConsistentHashOptions = {}): LoadBalancer {
    const problem = name === '' ? 'the query parameter has an empty name; give it one' : undefined;
    return LoadBalancer.hashed({ httpQueryParameterName: name }, options, problem);
  }

  /**
   * By the hash of the caller's address: `consistentHash` with `useSourceIp`.
   * @param options How the hash is laid out.
   */
  public static consistentHashSourceIp(options: ConsistentHashOptions = {}): LoadBalancer {
    return LoadBalancer.hashed({ useSourceIp: true }, options, undefined);
  }

  private static hashed(
    by: istio.DestinationRuleSpecTrafficPolicyLoadBalancerConsistentHash,
    { minimumRingSize, maglevTableSize }: ConsistentHashOptions,
    problem: string | undefined,
  ): LoadBalancer {
    const layout = {
      ringHash: minimumRingSize === undefined ? undefined : { minimumRingSize },
      maglev: maglevTableSize === undefined ? undefined : { tableSize: maglevTableSize },
    };
    const problems = [
      problem,
      layout.ringHash && layout.maglev
        ? 'minimumRingSize is given together with maglevTableSize; use one of the two'
        : undefined,
      minimumRingSize === undefined || isBetween(minimumRingSize, 1, Number.MAX_SAFE_INTEGER)
        ? undefined
        : `minimumRingSize is ${minimumRingSize}; use a whole number of 1 or more`,
      maglevTableSize === undefined || isPrime(maglevTableSize)
        ? undefined
        : `maglevTableSize is ${maglevTableSize}; use a prime number below 5000011, such as 65537`,
    ];
    return new LoadBalancer(
      { consistentHash: { ...by, ...layout } },
      problems.filter((one) => one !== undefined),
    );
  }

  private constructor(
    private readonly settings: istio.DestinationRuleSpecTrafficPolicyLoadBalancer,
    private readonly problems: string[] = [],
  ) {}

  /** @internal */
  public _problems(what: string): string[] {
    return this.problems.map((problem) => `${what}: ${problem}`);
  }

  /** @internal */
  public _toKube(): istio.DestinationRuleSpecTrafficPolicyLoadBalancer {
    return this.settings;
  }
}

/**
 * How the requests from one place are spread over others.
 */
export interface LocalityDistribution {
  /**
   * Where they come from: `region/zone/sub-zone`, such as `eu-west/zone-a/*`.
   */
  readonly from: string;

  /**
   * Where they go, in percent: together 100.
   */
  readonly to: { [locality: string]: number };
}

/**
 * Where requests go when a region has no healthy pods.
 */
export interface LocalityFailover {
  /**
   * The region that fails.
   */
  readonly from: string;

  /**
   * The region that takes over.
   */
  readonly to: string;
}

/**
 * What part the places of caller and pod play. `distribute` cannot go together with a failover.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting
 */
export interface Locality {
  /**
   * Whether places play a part at all.
   * @default - as the mesh does
   */
  readonly enabled?: boolean;

  /**
   * How requests are spread over places.
   * @default - none
   */
  readonly distribute?: LocalityDistribution[];

  /**
   * Which region takes over for which. Needs outlier detection, by which a failing region is known.
   * @default - none
   */
  readonly failover?: LocalityFailover[];

  /**
   * The labels of caller and pod that are compared, the most important first. Needs outlier detection.
   * @default - none
   */
  readonly failoverPriority?: string[];
}

/**
 * How a new pod gets its share of the requests little by little.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings
 */
export interface Warmup {
  /**
   * How long it takes.
   */
  readonly duration: Duration;

  /**
   * The share with which it begins, in percent.
   * @default - 10 (the default of Istio)
   */
  readonly minimumPercent?: number;

  /**
   * How the share grows: 1 is evenly, more is fast at the beginning. Above 0.
   * @default - 1 (the default of Istio)
   */
  readonly aggression?: number;
}

function isPrime(size: number): boolean {
  if (!isBetween(size, 2, 5_000_010)) return false;
  for (let divisor = 2; divisor * divisor <= size; divisor++) if (size % divisor === 0) return false;
  return true;
}

/** What Istio refuses about places. */
export function localityProblems(what: string, locality: Locality, hasOutlierDetection: boolean): string[] {
  const { distribute = [], failover = [], failoverPriority = [] } = locality;
  const problems: string[] = [];
  if (distribute.length > 0 && failover.length + failoverPriority.length > 0) {
    problems.push(`${what}: distribute is given together with failover; use one of them`);
  }
  for (const { from, to } of distribute) {
    const weights = Object.values(to);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    if (sum !== 100 || !weights.every((weight) => isBetween(weight, 1, 100))) {
      problems.push(
        `${what}: the requests from ${quoted(from)} are spread as ${weights.join(' + ')} = ${sum} %; make whole numbers of at least 1 that are 100 together`,
      );
    }
  }
  if (failover.length > 0 && failoverPriority.some((label) => label.startsWith('topology.kubernetes.io/region'))) {
    problems.push(
      `${what}: failover is given together with the region in failoverPriority, which Istio refuses: both say which region is next; leave one of them out`,
    );
  }
  for (const { from, to } of failover) {
    if (from === to) problems.push(`${what}: ${quoted(from)} fails over to itself; name another region`);
  }
  if (failover.length + failoverPriority.length > 0 && !hasOutlierDetection) {
    problems.push(`${what}: failover without outlierDetection never happens, as nothing is known to fail; give both`);
  }
  return problems;
}

/** What Istio refuses about a warm-up. */
export function warmupProblems(what: string, { duration, minimumPercent = 10, aggression = 1 }: Warmup): string[] {
  const problems = [positiveDurationProblem(`${what}: the warm-up's duration`, duration)];
  if (!isBetween(minimumPercent, 0, 100)) {
    problems.push(`${what}: minimumPercent is ${minimumPercent}; use a whole number from 0 to 100`);
  }
  if (!(aggression > 0)) problems.push(`${what}: aggression is ${aggression}; use a number above 0`);
  return problems.filter((problem) => problem !== undefined);
}
