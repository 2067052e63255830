import { Duration } from 'cdk8s';
import * as istio from '../../imports/networking.istio.io';
import { positiveDurationProblem, writeDuration } from '../formats/duration';
import { isBetween } from './http-redirect';
import { at, type Found } from '../formats/option-problem';

/**
 * Outlier detection: a caller's proxy ejects failing pods for some time.
 *
 * A canary often has one pod. If it were ejected, its requests would fail without reaching it, and the analysis would
 * see no data instead of failures. Therefore `minHealthPercent` is always set: below that share of healthy pods, no pod
 * is ejected.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection
 */
export interface OutlierDetection {
  /**
   * The number of consecutive 5xx, including connection failures, that ejects a pod. 0 disables it.
   * @default - 5 (the default of Istio)
   */
  readonly consecutive5xxErrors?: number;

  /**
   * The number of consecutive 502, 503 and 504 that ejects a pod. 0 disables it.
   * @default - off (the default of Istio)
   */
  readonly consecutiveGatewayErrors?: number;

  /**
   * Whether failed connections are counted separately from responses: by `consecutiveLocalOriginFailures`.
   * @default - they count as 5xx (the default of Istio)
   */
  readonly splitExternalLocalOriginErrors?: boolean;

  /**
   * The number of consecutive failed connections that ejects a pod. Needs `splitExternalLocalOriginErrors`.
   * @default - 5 (the default of Istio)
   */
  readonly consecutiveLocalOriginFailures?: number;

  /**
   * The interval between two checks.
   * @default - 10 s (the default of Istio)
   */
  readonly interval?: Duration;

  /**
   * The ejection time, multiplied by the number of ejections of the pod.
   * @default - 30 s (the default of Istio)
   */
  readonly baseEjectionTime?: Duration;

  /**
   * The maximum share of ejected pods of a version, in percent.
   * @default - 10 (the default of Istio)
   */
  readonly maxEjectionPercent?: number;

  /**
   * The minimum share of healthy pods of a version for ejections, in percent, from 1 to 100.
   * @default 50
   */
  readonly minHealthPercent?: number;
}

/** What is wrong with it. */
export function outlierProblems(what: string, outlier: OutlierDetection): Found[] {
  const { minHealthPercent = 50, maxEjectionPercent = 10 } = outlier;
  const problems: Found[] = [
    at('interval', positiveDurationProblem(`${what}: interval`, outlier.interval)),
    at('baseEjectionTime', positiveDurationProblem(`${what}: baseEjectionTime`, outlier.baseEjectionTime)),
    ...(['consecutive5xxErrors', 'consecutiveGatewayErrors', 'consecutiveLocalOriginFailures'] as const)
      .filter((name) => outlier[name] !== undefined && !isBetween(outlier[name]!, 0, Number.MAX_SAFE_INTEGER))
      .map((name) => `${what}: ${name} is ${outlier[name]}; use a whole number of 0 or more`),
  ];
  if (outlier.consecutiveLocalOriginFailures !== undefined && outlier.splitExternalLocalOriginErrors !== true) {
    problems.push(
      `${what}: consecutiveLocalOriginFailures does nothing without splitExternalLocalOriginErrors: true; say that too`,
    );
  }
  if (!isBetween(maxEjectionPercent, 0, 100)) {
    problems.push(
      at(
        'maxEjectionPercent',
        `${what}: maxEjectionPercent is ${maxEjectionPercent}; use a whole number from 0 to 100`,
      ),
    );
  }
  if (!isBetween(minHealthPercent, 1, 100)) {
    problems.push(
      at(
        'minHealthPercent',
        `${what}: minHealthPercent is ${minHealthPercent}, so that the only pod of a canary could be left out and its failures never be seen; use a whole number from 1 to 100, such as 50`,
      ),
    );
  }
  return problems;
}

/** @internal */
export function renderOutliers(outlier: OutlierDetection): istio.DestinationRuleSpecTrafficPolicyOutlierDetection {
  return {
    consecutive5XxErrors: outlier.consecutive5xxErrors,
    consecutiveGatewayErrors: outlier.consecutiveGatewayErrors,
    splitExternalLocalOriginErrors: outlier.splitExternalLocalOriginErrors,
    consecutiveLocalOriginFailures: outlier.consecutiveLocalOriginFailures,
    interval: outlier.interval && writeDuration(outlier.interval),
    baseEjectionTime: outlier.baseEjectionTime && writeDuration(outlier.baseEjectionTime),
    maxEjectionPercent: outlier.maxEjectionPercent,
    minHealthPercent: outlier.minHealthPercent ?? 50,
  };
}
