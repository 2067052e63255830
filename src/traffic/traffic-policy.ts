import * as istio from '../../imports/networking.istio.io';
import { writeDuration } from '../formats/duration';
import { portNumberProblem } from '../formats/names';
import { ClientTls } from './client-tls';
import { ConnectionPool, connectionPoolProblems, filled, renderConnectionPool } from './connection-pool';
import {
  LoadBalancer,
  Locality,
  LocalityDistribution,
  localityProblems,
  Warmup,
  warmupProblems,
} from './load-balancing';
import { percentageProblem } from './http-fault';
import { isBetween } from './http-redirect';
import { OutlierDetection, outlierProblems, renderOutliers } from './outlier-detection';
import { at, type Found } from '../formats/option-problem';

/**
 * The traffic policy of a port.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy
 */
export interface PortTrafficPolicy {
  /**
   * The limits of connections and requests.
   * @default - no limit
   */
  readonly connectionPool?: ConnectionPool;

  /**
   * The outlier detection.
   * @default - none
   */
  readonly outlierDetection?: OutlierDetection;

  /**
   * The load balancing.
   * @default - the default of Istio
   */
  readonly loadBalancer?: LoadBalancer;

  /**
   * Locality-aware routing.
   * Becomes `localityLbSetting`.
   * @default - the setting of the mesh
   */
  readonly locality?: Locality;

  /**
   * The warm-up of new pods.
   * @default - none
   */
  readonly warmup?: Warmup;

  /**
   * The TLS settings.
   * @default - mutual TLS with pods in the mesh, which Istio detects
   */
  readonly tls?: ClientTls;
}

/**
 * The traffic policy of one port, instead of that for all ports.
 */
export interface PortLevelSettings extends PortTrafficPolicy {
  /**
   * The Service's port.
   */
  readonly port: number;
}

/**
 * The version of the PROXY protocol, which passes the caller's address to the pods.
 */
export enum ProxyProtocol {
  /** Version 1, text. */
  V1 = 'V1',
  /** Version 2, binary. */
  V2 = 'V2',
}

/**
 * A retry budget: the limit of retries among active requests.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy
 */
export interface RetryBudget {
  /**
   * The share of active requests in percent.
   * @default - 20 (the default of Istio)
   */
  readonly percent?: number;

  /**
   * The minimum number of retries that are always allowed.
   * @default - 3 (the default of Istio)
   */
  readonly minRetryConcurrency?: number;
}

/**
 * The traffic policy of callers' proxies for the pods.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy
 */
export interface TrafficPolicy extends PortTrafficPolicy {
  /**
   * Traffic policies of single ports. The policy for all ports does not apply to them.
   * @default - none
   */
  readonly portLevelSettings?: PortLevelSettings[];

  /**
   * The retry budget. It overrides `maxRetries` of the connection pool.
   * @default - none: `maxRetries` limits them
   */
  readonly retryBudget?: RetryBudget;

  /**
   * The PROXY protocol, which passes the caller's address to the pods.
   * @default - none
   */
  readonly proxyProtocol?: ProxyProtocol;
}

/** What is wrong with a policy. */
export function trafficPolicyProblems(policy: TrafficPolicy): Found[] {
  const ports = (policy.portLevelSettings ?? []).map(({ port }) => port);
  const twice = new Set(ports.filter((port, i) => ports.indexOf(port) !== i));
  return [
    ...oneProblems('trafficPolicy', policy),
    at('retryBudget', budgetProblems(policy.retryBudget)),
    ...(policy.portLevelSettings ?? []).flatMap((settings) => {
      const what = `trafficPolicy of port ${settings.port}`;
      const { port, ...rest } = settings;
      const empty = filled(rest) === undefined ? `${what} is empty; leave it out, or set something` : undefined;
      return [portNumberProblem('a port of portLevelSettings', port), empty, ...oneProblems(what, settings)].filter(
        (problem) => problem !== undefined,
      );
    }),
    ...[...twice].map((port) => `trafficPolicy has port ${port} twice in portLevelSettings; put the two together`),
  ];
}

function budgetProblems({ percent = 20, minRetryConcurrency = 3 }: RetryBudget = {}): Found[] {
  const problems: Found[] = [
    percentageProblem('the percent of retryBudget', percent),
    isBetween(minRetryConcurrency, 0, Number.MAX_SAFE_INTEGER)
      ? undefined
      : `the minRetryConcurrency of retryBudget is ${minRetryConcurrency}; use a whole number of 0 or more`,
  ];
  return problems;
}

function oneProblems(what: string, policy: PortTrafficPolicy): Found[] {
  const { connectionPool, outlierDetection, loadBalancer, locality, warmup, tls } = policy;
  return [
    connectionPool && at('connectionPool', connectionPoolProblems(`connectionPool of ${what}`, connectionPool)),
    outlierDetection && at('outlierDetection', outlierProblems(`outlierDetection of ${what}`, outlierDetection)),
    at('loadBalancer', loadBalancer?._problems(`loadBalancer of ${what}`)),
    locality && at('locality', localityProblems(`locality of ${what}`, locality, outlierDetection !== undefined)),
    warmup && at('warmup', warmupProblems(what, warmup)),
    at('tls', tls?._problems(`tls of ${what}`)),
  ];
}

/** @internal */
export function renderTrafficPolicy(policy: TrafficPolicy): istio.DestinationRuleSpecTrafficPolicy {
  const { retryBudget, proxyProtocol } = policy;
  return {
    ...renderOne(policy),
    retryBudget: retryBudget && {
      percent: retryBudget.percent,
      minRetryConcurrency: retryBudget.minRetryConcurrency,
    },
    proxyProtocol: proxyProtocol && {
      version: proxyProtocol as unknown as istio.DestinationRuleSpecTrafficPolicyProxyProtocolVersion,
    },
    portLevelSettings: policy.portLevelSettings?.map((settings) => ({
      port: { number: settings.port },
      ...(renderOne(settings) as istio.DestinationRuleSpecTrafficPolicyPortLevelSettings),
    })),
  };
}

function renderOne({ connectionPool, outlierDetection, loadBalancer, locality, warmup, tls }: PortTrafficPolicy) {
  return {
    connectionPool: connectionPool && renderConnectionPool(connectionPool),
    outlierDetection: outlierDetection && renderOutliers(outlierDetection),
    loadBalancer: filled({
      ...loadBalancer?._toKube(),
      localityLbSetting: locality && renderLocality(locality),
      warmup: warmup && {
        duration: writeDuration(warmup.duration),
        minimumPercent: warmup.minimumPercent,
        aggression: warmup.aggression,
      },
    }),
    tls: tls?._toKube(),
  };
}

function renderLocality({ enabled, distribute, failover, failoverPriority }: Locality) {
  const spread = ({ from, to }: LocalityDistribution) => ({ from, to });
  return { enabled, distribute: distribute?.map(spread), failover, failoverPriority };
}
