import { Duration } from 'cdk8s';
import * as istio from '../../imports/networking.istio.io';
import { positiveDurationProblem, writeDuration } from '../formats/duration';
import { isBetween } from './http-redirect';

/**
 * Which pods a caller's proxy leaves out for a while because they keep failing.
 *
 * A canary often has one pod. Were it left out, its requests would fail without ever reaching it, and the analysis
 * would
 * see no data instead of failures. So there is always a `minHealthPercent`: below that share of healthy pods, none is
 * left out.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection
 */
export interface OutlierDetection {
  /**
   * After how many 5xx in a row, connection failures among them. 0 is off.
   * @default - 5 (the default of Istio)
   */
  readonly consecutive5xxErrors?: number;

  /**
   * After how many 502, 503 and 504 in a row. 0 is off.
   * @default - off (the default of Istio)
   */
  readonly consecutiveGatewayErrors?: number;

  /**
   * Whether failures to reach a pod at all are counted apart from its answers: by `consecutiveLocalOriginFailures`.
   * @default - they count as 5xx (the default of Istio)
   */
  readonly splitExternalLocalOriginErrors?: boolean;

  /**
   * After how many failures in a row to reach the pod at all. Needs `splitExternalLocalOriginErrors`.
   * @default - 5 (the default of Istio)
   */
  readonly consecutiveLocalOriginFailures?: number;

  /**
   * Time from one look to the next.
   * @default - 10 s (the default of Istio)
   */
  readonly interval?: Duration;

  /**
   * How long a pod is left out, times the number of times that it was.
   * @default - 30 s (the default of Istio)
   */
  readonly baseEjectionTime?: Duration;

  /**
   * Which share of a version's pods may be left out, in percent.
   * @default - 10 (the default of Istio)
   */
  readonly maxEjectionPercent?: number;

  /**
   * Which share of a version's pods must be healthy for any to be left out, in percent, from 1 to 100.
   * @default 50
   */
  readonly minHealthPercent?: number;
}

/** What is wrong with it. */
export function outlierProblems(what: string, outlier: OutlierDetection): string[] {
  const { minHealthPercent = 50, maxEjectionPercent = 10 } = outlier;
  const problems: (string | undefined)[] = [
    positiveDurationProblem(`${what}: interval`, outlier.interval),
    positiveDurationProblem(`${what}: baseEjectionTime`, outlier.baseEjectionTime),
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
    problems.push(`${what}: maxEjectionPercent is ${maxEjectionPercent}; use a whole number from 0 to 100`);
  }
  if (!isBetween(minHealthPercent, 1, 100)) {
    problems.push(
      `${what}: minHealthPercent is ${minHealthPercent}, so that the only pod of a canary could be left out and its failures never be seen; use a whole number from 1 to 100, such as 50`,
    );
  }
  return problems.filter((problem) => problem !== undefined);
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
