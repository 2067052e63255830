/** How often a metric is measured, and which outcomes end it. An unknown value is NaN, which no check reports. */
export interface MetricLimits {
  /** Undefined if none is given. */
  readonly count: number | undefined;
  readonly failureLimit: number;
  readonly inconclusiveLimit: number;
  readonly consecutiveErrorLimit: number;
  readonly consecutiveSuccessLimit: number;
  /** In seconds. Undefined if none is given. */
  readonly interval: number | undefined;
}

type LimitName = Exclude<keyof MetricLimits, 'count' | 'interval'>;

/** A reason why the controller refuses a metric when its AnalysisRun starts. */
export type MetricViolation = (
  | { readonly kind: 'below minimum'; readonly limit: LimitName; readonly value: number }
  | { readonly kind: 'nothing ends it' }
  | { readonly kind: 'count below sum'; readonly count: number; readonly sum: number }
  | { readonly kind: 'count below inconclusiveLimit'; readonly count: number }
  | { readonly kind: 'no interval'; readonly count: number }
) & {
  /** In the controller's words. */
  readonly message: string;
};

/**
 * The reasons why the controller refuses a metric, in the order of its checks: it reports the first.
 *
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.9.0/utils/analysis/helpers.go (ValidateMetric)
 */
export function metricViolations(limits: MetricLimits): MetricViolation[] {
  const { count = 0, failureLimit, inconclusiveLimit, consecutiveSuccessLimit: successes, interval } = limits;
  const found: MetricViolation[] = [];
  const minimum = (limit: LimitName, least: number, message: string): void => {
    if (limits[limit] < least) found.push({ kind: 'below minimum', limit, value: limits[limit], message });
  };
  minimum('consecutiveSuccessLimit', 0, 'consecutiveSuccessLimit must be >= 0');
  minimum('failureLimit', -1, 'failureLimit must be >= 0, or -1 to be disabled');
  if (failureLimit === -1 && successes === 0) {
    found.push({
      kind: 'nothing ends it',
      message: 'failureLimit and consecutiveSuccessLimit cannot both be disabled',
    });
  }
  minimum('inconclusiveLimit', 0, 'inconclusiveLimit must be >= 0');
  minimum('consecutiveErrorLimit', 0, 'consecutiveErrorLimit must be >= 0');
  const sum = Math.max(failureLimit, 0) + successes;
  if (count > 0 && count < sum) {
    const message =
      failureLimit < 0
        ? 'count must be >= consecutiveSuccessLimit'
        : `count (${count}) must be >= failureLimit + consecutiveSuccessLimit (${failureLimit} + ${successes}) if both >= 0`;
    found.push({ kind: 'count below sum', count, sum, message });
  }
  if (count > 0 && count < inconclusiveLimit) {
    found.push({ kind: 'count below inconclusiveLimit', count, message: 'count must be >= inconclusiveLimit' });
  }
  if (count > 1 && interval === undefined) {
    found.push({ kind: 'no interval', count, message: 'interval must be specified when count > 1' });
  }
  return found;
}
