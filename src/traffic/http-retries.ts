import { isRetryCondition } from '../formats/istio-values';
import { Duration } from 'cdk8s';
import * as istio from '../../imports/networking.istio.io';
import { positiveDurationProblem, writeDuration } from '../formats/duration';
import { at, type Found } from '../formats/option-problem';

/**
 * The retries of a proxy for failed requests. Each attempt counts as a request in the metrics of the pods, and the
 * caller does not see a failure that is retried. Retries therefore hide a bad canary from analyses on the caller's
 * side, and exaggerate it on the pods' side. Istio retries twice by default.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry
 */
export interface HttpRetries {
  /**
   * The number of retries; 0 disables them.
   */
  readonly attempts: number;

  /**
   * The timeout of each attempt.
   * @default - the timeout of the route
   */
  readonly perTryTimeout?: Duration;

  /**
   * The conditions and status codes that are retried, such as `5xx`, `connect-failure` or `503`.
   * @default - connect-failure, refused-stream, unavailable, cancelled (the default of Istio)
   */
  readonly retryOn?: string[];

  /**
   * The minimum time between attempts.
   * @default - 25 ms (the default of Istio)
   */
  readonly backoff?: Duration;

  /**
   * Whether pods in other localities are tried.
   * @default - no (the default of Istio)
   */
  readonly retryRemoteLocalities?: boolean;

  /**
   * Whether pods that failed this request are skipped.
   * @default - yes (the default of Istio)
   */
  readonly retryIgnorePreviousHosts?: boolean;
}

/** What Istio refuses about retries. */
export function retriesProblems(what: string, retries: HttpRetries): Found[] {
  const { attempts, perTryTimeout, retryOn, backoff } = retries;
  const problems: Found[] = [
    at('perTryTimeout', positiveDurationProblem(`${what}: perTryTimeout`, perTryTimeout)),
    at('backoff', positiveDurationProblem(`${what}: backoff`, backoff)),
  ];
  if (!Number.isInteger(attempts) || attempts < 0) {
    problems.push(at('attempts', `${what}: attempts is ${attempts}; use a whole number of 0 or more`));
  }
  if (attempts === 0 && (perTryTimeout || retryOn || backoff)) {
    problems.push(
      at('attempts', `${what}: attempts is 0, together with settings of retries; leave those out, or allow attempts`),
    );
  }
  for (const condition of retryOn ?? []) {
    if (!isRetryCondition(condition)) {
      problems.push(
        at(
          'retryOn',
          `${what}: retryOn has '${condition}', which is no condition; use one such as '5xx', 'reset' or '503'`,
        ),
      );
    }
  }
  return problems;
}

/** @internal */
export function renderRetries(retries: HttpRetries): istio.VirtualServiceSpecHttpRetries {
  return {
    attempts: retries.attempts,
    perTryTimeout: retries.perTryTimeout && writeDuration(retries.perTryTimeout),
    retryOn: retries.retryOn?.join(','),
    backoff: retries.backoff && writeDuration(retries.backoff),
    retryRemoteLocalities: retries.retryRemoteLocalities,
    retryIgnorePreviousHosts: retries.retryIgnorePreviousHosts,
  };
}
