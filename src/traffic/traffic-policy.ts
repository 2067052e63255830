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

/**
 * What a caller's proxy keeps to when it sends to the pods of a port.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy
 */
export interface PortTrafficPolicy {
  /**
   * How many connections and requests may be under way.
   * @default - no limit
   */
  readonly connectionPool?: ConnectionPool;

  /**
   * Which pods are left out because they fail.
   * @default - none
   */
  readonly outlierDetection?: OutlierDetection;

  /**
   * How a pod is chosen.
   * @default - the default of Istio
   */
  readonly loadBalancer?: LoadBalancer;

  /**
   * What part the places of caller and pod play.
   * Becomes `localityLbSetting`.
   * @default - as the mesh does
   */
  readonly locality?: Locality;

  /**
   * How new pods get their share little by little.
   * @default - at once
   */
  readonly warmup?: Warmup;

  /**
   * How it is encrypted.
   * @default - mutual TLS with pods in the mesh, as Istio finds out by itself
   */
  readonly tls?: ClientTls;
}

/**
 * Settings for one port, in place of those for all.
 */
export interface PortLevelSettings extends PortTrafficPolicy {
  /**
   * The Service's port.
   */
  readonly port: number;
}

/**
 * Which version of the proxy protocol tells the pods the caller's address.
 */
export enum ProxyProtocol {
  /** The first, in text. */
  V1 = 'V1',
  /** The second, in binary. */
  V2 = 'V2',
}

/**
 * How many of the requests under way may be retries.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy
 */
export interface RetryBudget {
  /**
   * The share of the requests under way, in percent.
   * @default - 20 (the default of Istio)
   */
  readonly percent?: number;

  /**
   * How many there may be, however few requests are under way.
   * @default - 3 (the default of Istio)
   */
  readonly minRetryConcurrency?: number;
}

/**
 * What a caller's proxy keeps to when it sends to the pods.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#TrafficPolicy
 */
export interface TrafficPolicy extends PortTrafficPolicy {
  /**
   * Settings for single ports. Nothing of the settings for all ports holds for them.
   * @default - none
   */
  readonly portLevelSettings?: PortLevelSettings[];

  /**
   * How many of the requests under way may be retries. Goes before `maxRetries` of the connection pool.
   * @default - none: `maxRetries` limits them
   */
  readonly retryBudget?: RetryBudget;

  /**
   * Whether the pods are told the caller's address by the proxy protocol.
   * @default - none
   */
  readonly proxyProtocol?: ProxyProtocol;
}

/** What is wrong with a policy. */
export function trafficPolicyProblems(policy: TrafficPolicy): string[] {
  const ports = (policy.portLevelSettings ?? []).map(({ port }) => port);
  const twice = new Set(ports.filter((port, i) => ports.indexOf(port) !== i));
  return [
    ...oneProblems('trafficPolicy', policy),
    ...budgetProblems(policy.retryBudget),
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

function budgetProblems({ percent = 20, minRetryConcurrency = 3 }: RetryBudget = {}): string[] {
  const problems = [
    percentageProblem('the percent of retryBudget', percent),
    isBetween(minRetryConcurrency, 0, Number.MAX_SAFE_INTEGER)
      ? undefined
      : `the minRetryConcurrency of retryBudget is ${minRetryConcurrency}; use a whole number of 0 or more`,
  ];
  return problems.filter((problem) => problem !== undefined);
}

function oneProblems(what: string, policy: PortTrafficPolicy): string[] {
  const { connectionPool, outlierDetection, loadBalancer, locality, warmup, tls } = policy;
  return [
    ...(connectionPool ? connectionPoolProblems(`connectionPool of ${what}`, connectionPool) : []),
    ...(outlierDetection ? outlierProblems(`outlierDetection of ${what}`, outlierDetection) : []),
    ...(loadBalancer?._problems(`loadBalancer of ${what}`) ?? []),
    ...(locality ? localityProblems(`locality of ${what}`, locality, outlierDetection !== undefined) : []),
    ...(warmup ? warmupProblems(what, warmup) : []),
    ...(tls?._problems(`tls of ${what}`) ?? []),
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
