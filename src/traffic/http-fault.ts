import { GRPC_STATUSES } from '../formats/istio-values';
import { Duration } from 'cdk8s';
import * as istio from '../../imports/networking.istio.io';
import { positiveDurationProblem, writeDuration } from '../formats/duration';
import { quoted } from '../formats/names';
import { isBetween } from './http-redirect';
import { at, type Found } from '../formats/option-problem';

/**
 * A delay that the proxy injects.
 */
export interface HttpDelay {
  /**
   * The duration.
   */
  readonly fixedDelay: Duration;

  /**
   * The share of the requests, in percent.
   * @default 100
   */
  readonly percentage?: number;
}

/**
 * A failure that the proxy injects: an HTTP status or a gRPC status.
 */
export interface HttpAbort {
  /**
   * The HTTP status.
   * @default - none; `grpcStatus` is required
   */
  readonly httpStatus?: number;

  /**
   * The gRPC status, such as `UNAVAILABLE`.
   * @default - none; `httpStatus` is required
   */
  readonly grpcStatus?: string;

  /**
   * The share of the requests, in percent.
   * @default 100
   */
  readonly percentage?: number;
}

/**
 * Faults that a route injects for tests: a delay, a failure, or both.
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPFaultInjection
 */
export interface HttpFault {
  /**
   * A delay.
   * @default - none
   */
  readonly delay?: HttpDelay;

  /**
   * A failure.
   * @default - none
   */
  readonly abort?: HttpAbort;
}

/** @see https://github.com/grpc/grpc/blob/master/doc/statuscodes.md */
/** What Istio refuses about a fault. */
export function faultProblems(what: string, { delay, abort }: HttpFault): Found[] {
  const problems: Found[] = [
    at('fixedDelay', positiveDurationProblem(`${what}: fixedDelay`, delay?.fixedDelay)),
    percentageProblem(`${what}: the delay's percentage`, delay?.percentage),
    percentageProblem(`${what}: the abort's percentage`, abort?.percentage),
  ];
  if (delay === undefined && abort === undefined) {
    problems.push(`${what}: the fault is empty; give a delay, an abort or both`);
  }
  if (abort && (abort.httpStatus === undefined) === (abort.grpcStatus === undefined)) {
    problems.push(`${what}: the abort needs one status; give either httpStatus or grpcStatus`);
  }
  if (abort?.httpStatus !== undefined && !isBetween(abort.httpStatus, 200, 599)) {
    problems.push(at('httpStatus', `${what}: httpStatus is ${abort.httpStatus}; use one from 200 to 599`));
  }
  if (abort?.grpcStatus !== undefined && !GRPC_STATUSES.includes(abort.grpcStatus)) {
    problems.push(
      at('grpcStatus', `${what}: grpcStatus is ${quoted(abort.grpcStatus)}; use one such as 'UNAVAILABLE'`),
    );
  }
  return problems;
}

/** What is wrong with a share in percent, or undefined. */
export function percentageProblem(what: string, value: number | undefined): string | undefined {
  if (value === undefined || (value >= 0 && value <= 100)) return undefined;
  return `${what} is ${value}; use a number from 0 to 100`;
}

/** @internal */
export function renderFault({ delay, abort }: HttpFault): istio.VirtualServiceSpecHttpFault {
  return {
    delay: delay && { fixedDelay: writeDuration(delay.fixedDelay), percentage: { value: delay.percentage ?? 100 } },
    abort: abort && {
      httpStatus: abort.httpStatus,
      grpcStatus: abort.grpcStatus,
      percentage: { value: abort.percentage ?? 100 },
    },
  };
}
