import { Duration } from 'cdk8s';
import { positiveDurationProblem, seconds } from '../../formats/duration';
import { Threshold } from '../values/condition';
import { CheckDefinition, minimumOf, minimumProblem, positiveProblem, RequestCheckOptions } from './check';
import { at } from '../../formats/option-problem';

/**
 * Options for `CanaryCheck.latency`.
 */
export interface LatencyOptions extends RequestCheckOptions {
  /**
   * The quantile: the share of requests that may take at most `atMost`, between 0 and 1, such as `0.99`.
   */
  readonly quantile: number;

  /**
   * The maximum latency at the quantile. For a classic histogram it must be below the largest finite bucket, beyond
   * which nothing is measured.
   */
  readonly atMost: Duration;
}

/**
 * Options for `CanaryCheck.latencyAgainstStable`.
 */
export interface LatencyAgainstStableOptions extends RequestCheckOptions {
  /**
   * The quantile that is compared, between 0 and 1, such as `0.95`.
   */
  readonly quantile: number;

  /**
   * The maximum ratio of the canary's latency to that of the stable version: `1.2` is 1.2 times.
   */
  readonly atMost: number;

  /**
   * The minimum that is assumed for the latency of the stable version.
   * @default Duration.millis(10)
   */
  readonly floor?: Duration;
}

export function latency(options: LatencyOptions): CheckDefinition {
  return {
    name: `latency-p${percentile(options.quantile)}`,
    options,
    countsRequests: true,
    query: ({ requests, window }) => requests._quantile('canary', window, options.quantile, minimumOf(options)),
    threshold: ({ requests }) => Threshold.atMost(requests._durationIn(seconds(options.atMost))),
    limits: { value: 'latency', quantile: options.quantile, atMost: options.atMost },
    problems: () => [
      quantileProblem(options.quantile),
      at('atMost', positiveDurationProblem('atMost', options.atMost)),
      minimumProblem(options),
    ],
  };
}

export function latencyAgainstStable(options: LatencyAgainstStableOptions): CheckDefinition {
  const floor = options.floor ?? Duration.millis(10);
  return {
    name: `latency-p${percentile(options.quantile)}-against-stable`,
    options,
    countsRequests: true,
    comparesVersions: true,
    query: ({ requests, window }) => {
      const of = (version: 'canary' | 'stable') =>
        requests._quantile(version, window, options.quantile, minimumOf(options));
      return `${of('canary')}\n/\nclamp_min(${of('stable')}, ${requests._durationIn(seconds(floor))})`;
    },
    threshold: () => Threshold.atMost(options.atMost),
    problems: () => [
      quantileProblem(options.quantile),
      at('atMost', positiveProblem('atMost', options.atMost)),
      at('floor', positiveDurationProblem('floor', floor)),
      minimumProblem(options),
    ],
  };
}

function quantileProblem(quantile: number): string | undefined {
  if (quantile > 0 && quantile < 1) return undefined;
  const hint = quantile > 1 && quantile < 100 ? `, here ${quantile / 100}` : '';
  return `quantile is ${quantile}; use a number between 0 and 1${hint}`;
}

/** 0.99 is p99, and 0.999 is p99-9. */
function percentile(quantile: number): string {
  return String(Number((quantile * 100).toFixed(6))).replace('.', '-');
}
