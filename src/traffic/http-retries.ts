import { Duration } from 'cdk8s';
import * as istio from '../../imports/networking.istio.io';
import { positiveDurationProblem, writeDuration } from '../formats/duration';

/**
 * How often a proxy tries again when a request fails. Each try counts as a request of its own in the metrics of the
 * pods, and a retried failure is not seen by the caller: so retries hide a bad canary from analyses on the caller's
 * side
 * and show it larger on the pods' side. Istio retries twice where nothing is said.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRetry
 */
export interface HttpRetries {
  /**
   * How often it is tried again. 0 is never.
   */
  readonly attempts: number;

  /**
   * How long each try may take.
   * @default - as long as the route's timeout
   */
  readonly perTryTimeout?: Duration;

  /**
   * The conditions and status codes upon which it is tried again, such as `5xx`, `connect-failure` or `503`.
   * @default - connect-failure, refused-stream, unavailable, cancelled (the default of Istio)
   */
  readonly retryOn?: string[];

  /**
   * The least time between tries.
   * @default - 25 ms (the default of Istio)
   */
  readonly backoff?: Duration;

  /**
   * Whether pods in other places are tried too.
   * @default - no (the default of Istio)
   */
  readonly retryRemoteLocalities?: boolean;

  /**
   * Whether pods that have failed this request are passed over.
   * @default - yes (the default of Istio)
   */
  readonly retryIgnorePreviousHosts?: boolean;
}

/** What Istio refuses about retries. */
export function retriesProblems(what: string, retries: HttpRetries): string[] {
  const { attempts, perTryTimeout, retryOn, backoff } = retries;
  const problems: (string | undefined)[] = [
    positiveDurationProblem(`${what}: perTryTimeout`, perTryTimeout),
    positiveDurationProblem(`${what}: backoff`, backoff),
  ];
  if (!Number.isInteger(attempts) || attempts < 0) {
    problems.push(`${what}: attempts is ${attempts}; use a whole number of 0 or more`);
  }
  if (attempts === 0 && (perTryTimeout || retryOn || backoff)) {
    problems.push(`${what}: attempts is 0, together with settings of retries; leave those out, or allow attempts`);
  }
  for (const condition of retryOn ?? []) {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(condition)) {
      problems.push(
        `${what}: retryOn has '${condition}', which is no condition; use one such as '5xx', 'reset' or '503'`,
      );
    }
  }
  return problems.filter((problem) => problem !== undefined);
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
