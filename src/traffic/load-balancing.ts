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
 * How a proxy chooses a pod of a version. The version is chosen before, by the weights: a consistent hash keeps a client
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
   * By the hash of a cookie, which the proxy sets where there is none.
   * @param name The cookie's name.
   * @param ttl How long a browser keeps it. Default: until it is closed.
   */
  public static consistentHashCookie(name: string, ttl?: Duration): LoadBalancer {
    const problem = name === '' ? 'the cookie has an empty name; give it one' : undefined;
    const httpCookie = { name, ttl: ttl ? writeDuration(ttl) : '0s' };
    return new LoadBalancer({ consistentHash: { httpCookie } }, problem);
  }

  /**
   * By the hash of a header.
   * @param name The header's name.
   */
  public static consistentHashHeader(name: string): LoadBalancer {
    return new LoadBalancer({ consistentHash: { httpHeaderName: name } }, headerNameProblem('the header', name));
  }

  /**
   * By the hash of a query parameter.
   * @param name The parameter's name.
   */
  public static consistentHashQueryParameter(name: string): LoadBalancer {
    const problem = name === '' ? 'the query parameter has an empty name; give it one' : undefined;
    return new LoadBalancer({ consistentHash: { httpQueryParameterName: name } }, problem);
  }

  /**
   * By the hash of the caller's address.
   */
  public static consistentHashSourceIp(): LoadBalancer {
    return new LoadBalancer({ consistentHash: { useSourceIp: true } });
  }

  private constructor(
    private readonly settings: istio.DestinationRuleSpecTrafficPolicyLoadBalancer,
    private readonly problem?: string,
  ) {}

  /** @internal */
  public _problems(what: string): string[] {
    return this.problem === undefined ? [] : [`${what}: ${this.problem}`];
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
 */
export interface Warmup {
  /**
   * How long it takes.
   */
  readonly duration: Duration;

  /**
   * The share with which it begins, in percent.
   * @default - left to Istio: 10
   */
  readonly minimumPercent?: number;
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
  for (const { from, to } of failover) {
    if (from === to) problems.push(`${what}: ${quoted(from)} fails over to itself; name another region`);
  }
  if (failover.length + failoverPriority.length > 0 && !hasOutlierDetection) {
    problems.push(`${what}: failover without outlierDetection never happens, as nothing is known to fail; give both`);
  }
  return problems;
}

/** What Istio refuses about a warm-up. */
export function warmupProblems(what: string, { duration, minimumPercent = 10 }: Warmup): string[] {
  const problems = [positiveDurationProblem(`${what}: the warm-up's duration`, duration)];
  if (!isBetween(minimumPercent, 0, 100)) {
    problems.push(`${what}: minimumPercent is ${minimumPercent}; use a whole number from 0 to 100`);
  }
  return problems.filter((problem) => problem !== undefined);
}
