import { Duration } from 'cdk8s';
import * as istio from '../../imports/networking.istio.io';
import { positiveDurationProblem, writeDuration } from '../formats/duration';

/**
 * How many connections and requests a caller's proxy may have under way to a version. What is beyond is answered with
 * 503 by the proxy itself.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings
 */
export interface ConnectionPool {
  /**
   * Connections at a time.
   * @default - left to Istio: no limit
   */
  readonly maxConnections?: number;

  /**
   * How long a connection may take to come about.
   * @default - left to Istio: 10 s
   */
  readonly connectTimeout?: Duration;

  /**
   * How long a connection may live.
   * @default - left to Istio: no limit
   */
  readonly maxConnectionDuration?: Duration;

  /**
   * Requests that may wait for a connection.
   * @default - left to Istio: no limit
   */
  readonly http1MaxPendingRequests?: number;

  /**
   * Requests under way at a time.
   * @default - left to Istio: no limit
   */
  readonly http2MaxRequests?: number;

  /**
   * Requests on one connection; 1 turns keep-alive off.
   * @default - left to Istio: no limit
   */
  readonly maxRequestsPerConnection?: number;

  /**
   * Retries under way at a time.
   * @default - left to Istio: no limit
   */
  readonly maxRetries?: number;

  /**
   * Streams on one HTTP/2 connection.
   * @default - left to Istio: no limit
   */
  readonly maxConcurrentStreams?: number;

  /**
   * How long a connection may have nothing to do.
   * @default - left to Istio: an hour
   */
  readonly idleTimeout?: Duration;

  /**
   * Whether HTTP/1.1 is sent on as HTTP/2.
   * @default - as the mesh does
   */
  readonly h2Upgrade?: boolean;
}

const COUNTS = [
  'maxConnections',
  'http1MaxPendingRequests',
  'http2MaxRequests',
  'maxRequestsPerConnection',
  'maxRetries',
  'maxConcurrentStreams',
] as const;
const DURATIONS = ['connectTimeout', 'maxConnectionDuration', 'idleTimeout'] as const;

/** What Istio refuses about a connection pool. */
export function connectionPoolProblems(what: string, pool: ConnectionPool): string[] {
  const problems: (string | undefined)[] = [
    ...DURATIONS.map((name) => positiveDurationProblem(`${what}: ${name}`, pool[name])),
    ...COUNTS.filter((name) => pool[name] !== undefined && !(Number.isInteger(pool[name]) && pool[name]! >= 0)).map(
      (name) => `${what}: ${name} is ${pool[name]}; use a whole number of 0 or more`,
    ),
  ];
  if (Object.values(pool).every((value) => value === undefined)) {
    problems.push(`${what} is empty; leave it out, or set a limit`);
  }
  return problems.filter((problem) => problem !== undefined);
}

/** @internal */
export function renderConnectionPool(pool: ConnectionPool): istio.DestinationRuleSpecTrafficPolicyConnectionPool {
  const Upgrade = istio.DestinationRuleSpecTrafficPolicyConnectionPoolHttpH2UpgradePolicy;
  const duration = (value: Duration | undefined) => value && writeDuration(value);
  const tcp = {
    maxConnections: pool.maxConnections,
    connectTimeout: duration(pool.connectTimeout),
    maxConnectionDuration: duration(pool.maxConnectionDuration),
  };
  const http = {
    http1MaxPendingRequests: pool.http1MaxPendingRequests,
    http2MaxRequests: pool.http2MaxRequests,
    maxRequestsPerConnection: pool.maxRequestsPerConnection,
    maxRetries: pool.maxRetries,
    maxConcurrentStreams: pool.maxConcurrentStreams,
    idleTimeout: duration(pool.idleTimeout),
    h2UpgradePolicy: upgradePolicy(pool.h2Upgrade, Upgrade),
  };
  return { tcp: filled(tcp), http: filled(http) };
}

function upgradePolicy(
  upgrade: boolean | undefined,
  policy: typeof istio.DestinationRuleSpecTrafficPolicyConnectionPoolHttpH2UpgradePolicy,
) {
  if (upgrade === undefined) return undefined;
  return upgrade ? policy.UPGRADE : policy.DO_UNDERSCORE_NOT_UNDERSCORE_UPGRADE;
}

/** The object, or nothing where nothing in it is set. */
export function filled<T extends object>(object: T): T | undefined {
  return Object.values(object).some((value) => value !== undefined) ? object : undefined;
}
