import { isMaglevSize, localityFaults } from '../formats/istio-values';
import { Duration } from 'cdk8s';
import * as istio from '../../imports/networking.istio.io';
import { positiveDurationProblem, writeDuration } from '../formats/duration';
import { headerNameProblem } from './header-operations';
import { isBetween } from './http-redirect';
import { at, prefixed, type Found } from '../formats/option-problem';

/**
 * The algorithm that a proxy uses to select a pod.
 */
export enum LoadBalancerAlgorithm {
  /** The one of two random pods with fewer active requests, the default of Istio. */
  LEAST_REQUEST = 'LEAST_REQUEST',
  /** Round robin. */
  ROUND_ROBIN = 'ROUND_ROBIN',
  /** At random. */
  RANDOM = 'RANDOM',
  /** None: the address that the caller requested. */
  PASSTHROUGH = 'PASSTHROUGH',
}

/**
 * The layout of a consistent hash. More entries distribute requests more evenly, and take more memory.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-ConsistentHashLB
 */
export interface ConsistentHashOptions {
  /**
   * The minimum number of entries of the ring. Not together with `maglevTableSize`.
   * Becomes `consistentHash.ringHash.minimumRingSize`.
   * @default - 1024 (the default of Istio)
   */
  readonly minimumRingSize?: number;

  /**
   * The size of a Maglev table, a prime number, instead of a ring. It is faster, and moves a few more requests when
   * pods change.
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
   * The lifetime of the cookie.
   * @default - the session of the browser
   */
  readonly ttl?: Duration;

  /**
   * The path of the cookie.
   * @default - the path of the request that set it
   */
  readonly path?: string;

  /**
   * Additional attributes of the cookie: names and values, such as `SameSite: 'Lax'`; an empty value for those that
   * have
   * none, such as `HttpOnly`.
   * @default - none
   */
  readonly attributes?: { [name: string]: string };
}

/**
 * The load balancing among the pods of a version. The weights choose the version before: a consistent hash keeps a
 * client at one pod of a version, but not at one version. For that, see `StickyCanary`.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings
 */
export class LoadBalancer {
  /**
   * Selects pods by a simple algorithm.
   * @param algorithm The algorithm.
   */
  public static simple(algorithm: LoadBalancerAlgorithm): LoadBalancer {
    const simple = algorithm as unknown as istio.DestinationRuleSpecTrafficPolicyLoadBalancerSimple;
    return new LoadBalancer({ simple });
  }

  /**
   * Selects pods by the hash of a cookie, which the proxy sets if it is missing: `consistentHash` with an `httpCookie`.
   * @param name The name of the cookie.
   * @param options Lifetime and path of the cookie, and the layout of the hash.
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
   * Selects pods by the hash of a header: `consistentHash` with an `httpHeaderName`.
   * @param name The name of the header.
   * @param options The layout of the hash.
   */
  public static consistentHashHeader(name: string, options: ConsistentHashOptions = {}): LoadBalancer {
    return LoadBalancer.hashed({ httpHeaderName: name }, options, headerNameProblem('the header', name));
  }

  /**
   * Selects pods by the hash of a query parameter: `consistentHash` with an `httpQueryParameterName`.
   * @param name The name of the parameter.
   * @param options The layout of the hash.
   */
  public static consistentHashQueryParameter(name: string, options: ConsistentHashOptions = {}): LoadBalancer {
    const problem = name === '' ? 'the query parameter has an empty name; give it one' : undefined;
    return LoadBalancer.hashed({ httpQueryParameterName: name }, options, problem);
  }

  /**
   * Selects pods by the hash of the caller's address: `consistentHash` with `useSourceIp`.
   * @param options The layout of the hash.
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
      maglevTableSize === undefined || isMaglevSize(maglevTableSize)
        ? undefined
        : `maglevTableSize is ${maglevTableSize}; use a prime number below 5000011, such as 65537`,
    ];
    return new LoadBalancer(
      { consistentHash: { ...by, ...layout } },
      problems.filter((one) => one !== undefined),
    );
  }

  /** Always true. Go compares types by their members, and so tells a LoadBalancer from other values. */
  public get isLoadBalancer(): boolean {
    return true;
  }

  private constructor(
    private readonly settings: istio.DestinationRuleSpecTrafficPolicyLoadBalancer,
    private readonly problems: string[] = [],
  ) {}

  /** @internal */
  public _problems(what: string): Found[] {
    return prefixed(`${what}: `, this.problems);
  }

  /** @internal */
  public _toKube(): istio.DestinationRuleSpecTrafficPolicyLoadBalancer {
    return this.settings;
  }
}

/**
 * The distribution of requests from one locality.
 */
export interface LocalityDistribution {
  /**
   * The locality of the caller: `region/zone/sub-zone`, such as `eu-west/zone-a/*`.
   */
  readonly from: string;

  /**
   * The shares of the localities in percent, with a sum of 100.
   */
  readonly to: { [locality: string]: number };
}

/**
 * A failover from one region to another.
 */
export interface LocalityFailover {
  /**
   * The region without healthy pods.
   */
  readonly from: string;

  /**
   * The region that receives its requests.
   */
  readonly to: string;
}

/**
 * Locality-aware routing. `distribute` cannot be combined with a failover.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting
 */
export interface Locality {
  /**
   * Whether locality-aware routing is enabled.
   * @default - the setting of the mesh
   */
  readonly enabled?: boolean;

  /**
   * The distribution of requests over localities.
   * @default - none
   */
  readonly distribute?: LocalityDistribution[];

  /**
   * The failover of regions. Needs outlier detection, which detects a failing region.
   * @default - none
   */
  readonly failover?: LocalityFailover[];

  /**
   * The labels of caller and pod that are compared, in order of priority. Needs outlier detection.
   * @default - none
   */
  readonly failoverPriority?: string[];
}

/**
 * The warm-up of new pods, whose share of requests grows gradually.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings
 */
export interface Warmup {
  /**
   * The duration.
   */
  readonly duration: Duration;

  /**
   * The initial share in percent.
   * @default - 10 (the default of Istio)
   */
  readonly minimumPercent?: number;

  /**
   * The growth of the share: 1 is linear, more is faster at the beginning. Above 0.
   * @default - 1 (the default of Istio)
   */
  readonly aggression?: number;
}

/** What Istio refuses about places. */
export function localityProblems(what: string, locality: Locality, hasOutlierDetection: boolean): Found[] {
  const { distribute = [], failover = [], failoverPriority = [] } = locality;
  const faults = localityFaults({ distribute, failover, failoverPriority, hasOutlierDetection });
  return faults.map((fault) => at(fault.in, `${what}: ${fault.message}`));
}

/** What Istio refuses about a warm-up. */
export function warmupProblems(what: string, { duration, minimumPercent = 10, aggression = 1 }: Warmup): Found[] {
  const problems: Found[] = [positiveDurationProblem(`${what}: the warm-up's duration`, duration)];
  if (!isBetween(minimumPercent, 0, 100)) {
    problems.push(
      at('minimumPercent', `${what}: minimumPercent is ${minimumPercent}; use a whole number from 0 to 100`),
    );
  }
  if (!(aggression > 0)) problems.push(at('aggression', `${what}: aggression is ${aggression}; use a number above 0`));
  return problems;
}
