import { Duration } from 'cdk8s';
import * as istio from '../../imports/networking.istio.io';
import { positiveDurationProblem, writeDuration } from '../formats/duration';
import { at, type Found } from '../formats/option-problem';

/**
 * TCP keepalive: how a proxy detects that the other end of a connection is gone.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings-TCPSettings-TcpKeepalive
 */
export interface TcpKeepalive {
  /**
   * The number of unanswered probes before the connection is closed.
   * @default - left to the operating system: 9
   */
  readonly probes?: number;

  /**
   * The idle time before the first probe.
   * @default - left to the operating system: 2 hours
   */
  readonly time?: Duration;

  /**
   * The interval between two probes.
   * @default - left to the operating system: 75 s
   */
  readonly interval?: Duration;
}

/**
 * The limits of connections and requests from a caller's proxy to a version. The proxy answers requests beyond them
 * with 503.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings
 */
export interface ConnectionPool {
  /**
   * The maximum number of connections.
   * @default - no limit (the default of Istio)
   */
  readonly maxConnections?: number;

  /**
   * The connection timeout.
   * @default - 10 s (the default of Istio)
   */
  readonly connectTimeout?: Duration;

  /**
   * The maximum lifetime of a connection.
   * @default - no limit (the default of Istio)
   */
  readonly maxConnectionDuration?: Duration;

  /**
   * The idle timeout of TCP connections. For HTTP, see `idleTimeout`.
   * Becomes `tcp.idleTimeout`.
   * @default - 1 h (the default of Istio)
   */
  readonly tcpIdleTimeout?: Duration;

  /**
   * The TCP keepalive.
   * @default - none
   */
  readonly tcpKeepalive?: TcpKeepalive;

  /**
   * The maximum number of requests that wait for a connection.
   * @default - no limit (the default of Istio)
   */
  readonly http1MaxPendingRequests?: number;

  /**
   * The maximum number of active requests.
   * @default - no limit (the default of Istio)
   */
  readonly http2MaxRequests?: number;

  /**
   * The maximum number of requests per connection; 1 disables keep-alive.
   * @default - no limit (the default of Istio)
   */
  readonly maxRequestsPerConnection?: number;

  /**
   * The maximum number of active retries.
   * @default - no limit (the default of Istio)
   */
  readonly maxRetries?: number;

  /**
   * The maximum number of streams per HTTP/2 connection.
   * @default - no limit (the default of Istio)
   */
  readonly maxConcurrentStreams?: number;

  /**
   * The idle timeout of HTTP connections.
   * @default - 1 h (the default of Istio)
   */
  readonly idleTimeout?: Duration;

  /**
   * Whether HTTP/1.1 is upgraded to HTTP/2.
   * Becomes `h2UpgradePolicy`.
   * @default - the setting of the mesh
   */
  readonly h2Upgrade?: boolean;

  /**
   * Whether the HTTP version of the caller is used towards the pods. Not together with `h2Upgrade`.
   * @default - the name of the port decides
   */
  readonly useClientProtocol?: boolean;
}

const COUNTS = [
  'maxConnections',
  'http1MaxPendingRequests',
  'http2MaxRequests',
  'maxRequestsPerConnection',
  'maxRetries',
  'maxConcurrentStreams',
] as const;
const DURATIONS = ['connectTimeout', 'maxConnectionDuration', 'tcpIdleTimeout', 'idleTimeout'] as const;

/** What Istio refuses about a connection pool. */
export function connectionPoolProblems(what: string, pool: ConnectionPool): Found[] {
  const { tcpKeepalive: keepalive } = pool;
  const problems: Found[] = [
    ...DURATIONS.map((name) => positiveDurationProblem(`${what}: ${name}`, pool[name])),
    positiveDurationProblem(`${what}: the time of tcpKeepalive`, keepalive?.time),
    positiveDurationProblem(`${what}: the interval of tcpKeepalive`, keepalive?.interval),
    ...COUNTS.filter((name) => pool[name] !== undefined && !(Number.isInteger(pool[name]) && pool[name]! >= 0)).map(
      (name) => `${what}: ${name} is ${pool[name]}; use a whole number of 0 or more`,
    ),
  ];
  if (Object.values(pool).every((value) => value === undefined)) {
    problems.push(`${what} is empty; leave it out, or set a limit`);
  }
  if (keepalive && filled(keepalive) === undefined) {
    problems.push(at('tcpKeepalive', `${what}: tcpKeepalive is empty; leave it out, or set its time`));
  }
  if (keepalive?.probes !== undefined && !(Number.isInteger(keepalive.probes) && keepalive.probes > 0)) {
    problems.push(`${what}: the probes of tcpKeepalive are ${keepalive.probes}; use a whole number of 1 or more`);
  }
  if (pool.h2Upgrade === true && pool.useClientProtocol === true) {
    problems.push(
      at(
        'useClientProtocol',
        `${what}: useClientProtocol is given together with h2Upgrade, which Istio refuses; use one of the two`,
      ),
    );
  }
  return problems;
}

/** @internal */
export function renderConnectionPool(pool: ConnectionPool): istio.DestinationRuleSpecTrafficPolicyConnectionPool {
  const Upgrade = istio.DestinationRuleSpecTrafficPolicyConnectionPoolHttpH2UpgradePolicy;
  const duration = (value: Duration | undefined) => value && writeDuration(value);
  const tcp = {
    maxConnections: pool.maxConnections,
    connectTimeout: duration(pool.connectTimeout),
    maxConnectionDuration: duration(pool.maxConnectionDuration),
    idleTimeout: duration(pool.tcpIdleTimeout),
    tcpKeepalive: pool.tcpKeepalive && {
      probes: pool.tcpKeepalive.probes,
      time: duration(pool.tcpKeepalive.time),
      interval: duration(pool.tcpKeepalive.interval),
    },
  };
  const http = {
    http1MaxPendingRequests: pool.http1MaxPendingRequests,
    http2MaxRequests: pool.http2MaxRequests,
    maxRequestsPerConnection: pool.maxRequestsPerConnection,
    maxRetries: pool.maxRetries,
    maxConcurrentStreams: pool.maxConcurrentStreams,
    idleTimeout: duration(pool.idleTimeout),
    h2UpgradePolicy: upgradePolicy(pool.h2Upgrade, Upgrade),
    useClientProtocol: pool.useClientProtocol,
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
