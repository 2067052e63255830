import { Threshold } from '../values/condition';
import {
  CheckDefinition,
  minimumOf,
  minimumProblem,
  positiveProblem,
  RequestCheckOptions,
  shareProblem,
} from './check';
import { at } from '../../formats/option-problem';

/**
 * Options for `CanaryCheck.failureCount`.
 */
export interface FailureCountOptions extends RequestCheckOptions {
  /**
   * The number of acceptable failures in the window, 0 or more.
   */
  readonly atMost: number;
}

/**
 * Options for `CanaryCheck.successRate`.
 */
export interface SuccessRateOptions extends RequestCheckOptions {
  /**
   * The minimum share of successful requests, from 0 to 1, such as `0.99`.
   */
  readonly atLeast: number;
}

/**
 * Options for `CanaryCheck.errorRate`.
 */
export interface ErrorRateOptions extends RequestCheckOptions {
  /**
   * The maximum share of failed requests, from 0 to 1, such as `0.01`.
   */
  readonly atMost: number;
}

/**
 * Options for `CanaryCheck.errorsAgainstStable`.
 */
export interface ErrorsAgainstStableOptions extends RequestCheckOptions {
  /**
   * The maximum ratio of the canary's error rate to that of the stable version: `1.5` is one and a half times.
   */
  readonly atMost: number;

  /**
   * The minimum that is assumed for the error rate of the stable version, so that the ratio is finite if it has no
   * failures. A share of the requests above 0, up to 1.
   * @default 0.001
   */
  readonly floor?: number;
}

export function failureCount(options: FailureCountOptions): CheckDefinition {
  return {
    name: 'failure-count',
    options,
    countsRequests: true,
    query: ({ requests, window }) =>
      `${requests._failures('canary', window)}\nand\n(${requests._requests('canary', window)} >= ${options.minimumRequests ?? 1})`,
    threshold: () => Threshold.atMost(options.atMost),
    problems: () => [
      options.atMost >= 0 ? undefined : `atMost is ${options.atMost}; use a number of failures, 0 or more`,
      options.minimumRequests === undefined ? undefined : minimumProblem(options),
    ],
  };
}

export function successRate(options: SuccessRateOptions): CheckDefinition {
  return {
    name: 'success-rate',
    options,
    countsRequests: true,
    query: ({ requests, window }) => `1 - ${requests._failureRatio('canary', window, minimumOf(options))}`,
    threshold: () => Threshold.atLeast(options.atLeast),
    limits: { value: 'failure ratio', atMost: Number((1 - options.atLeast).toPrecision(12)) },
    problems: () => [at('atLeast', shareProblem('atLeast', options.atLeast)), minimumProblem(options)],
  };
}

export function errorRate(options: ErrorRateOptions): CheckDefinition {
  return {
    name: 'error-rate',
    options,
    countsRequests: true,
    query: ({ requests, window }) => requests._failureRatio('canary', window, minimumOf(options)),
    threshold: () => Threshold.atMost(options.atMost),
    limits: { value: 'failure ratio', atMost: options.atMost },
    problems: () => [at('atMost', shareProblem('atMost', options.atMost)), minimumProblem(options)],
  };
}

export function errorsAgainstStable(options: ErrorsAgainstStableOptions): CheckDefinition {
  const floor = options.floor ?? 0.001;
  return {
    name: 'errors-against-stable',
    options,
    countsRequests: true,
    comparesVersions: true,
    query: ({ requests, window }) => {
      const ratio = (version: 'canary' | 'stable') => requests._failureRatio(version, window, minimumOf(options));
      return `${ratio('canary')}\n/\nclamp_min(${ratio('stable')}, ${floor})`;
    },
    threshold: () => Threshold.atMost(options.atMost),
    problems: () => [
      at('atMost', positiveProblem('atMost', options.atMost)),
      floor > 0 && floor <= 1 ? undefined : `floor is ${floor}; use a share above 0, up to 1`,
      minimumProblem(options),
    ],
  };
}
