import { Duration } from 'cdk8s';
import * as argo from '../../imports/argoproj.io';
import { positiveDurationProblem, writeDuration } from '../formats/duration';
import { Condition } from './values/condition';
import { MetricProvider } from './provider';
import { at, prefixed, type Found } from '../formats/option-problem';

/**
 * A metric of an analysis: what is measured, how often, and the condition of success.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/features/analysis/
 */
export interface AnalysisMetric {
  /**
   * The name of the metric, unique among the analyses that run together.
   */
  readonly name: string;

  /**
   * The provider of the measurements.
   */
  readonly provider: MetricProvider;

  /**
   * The conditions under which a measurement is successful or failed.
   * Becomes `successCondition` and `failureCondition`.
   * @default - every measurement passes, as in Argo Rollouts; useful only in a dry run
   */
  readonly condition?: Condition;

  /**
   * The interval between two measurements. Required with a `count` above 1.
   * @default - one measurement
   */
  readonly interval?: Duration;

  /**
   * The time from the start of the analysis to the first measurement, in which the window of the query fills.
   * @default - none: the first measurement is immediate
   */
  readonly initialDelay?: Duration;

  /**
   * The number of measurements. An analysis step must end: with an interval and without a count it is refused.
   * @default - 1 without an interval; unlimited with one, which only a background analysis may be
   */
  readonly count?: number;

  /**
   * The number of measurements that may fail. One more fails the analysis, and aborts the rollout. -1 disables the
   * limit.
   * @default 0
   */
  readonly failureLimit?: number;

  /**
   * The number of measurements that may be inconclusive. One more pauses the rollout for a manual decision.
   * @default 0
   */
  readonly inconclusiveLimit?: number;

  /**
   * The number of consecutive errors, such as an unreachable Prometheus, that are allowed. They are retried every 10 s.
   * One more aborts the rollout.
   * @default 4
   */
  readonly consecutiveErrorLimit?: number;

  /**
   * The number of consecutive successes that end the analysis as successful. 0 disables it.
   * @default 0
   */
  readonly consecutiveSuccessLimit?: number;

  /**
   * Whether the metric is a dry run: measured and shown, but without effect on the rollout. Becomes an entry of
   * `dryRun`.
   * @default false - if the metric fails, the rollout is aborted
   */
  readonly advisory?: boolean;

  /**
   * The number of measurements that the AnalysisRun keeps. Becomes an entry of `measurementRetention`.
   * @default - 10 (the default of Argo Rollouts)
   */
  readonly measurementRetention?: number;
}

/** The problems of a metric, each with its name: the rules of `ValidateMetric` of Argo Rollouts. */
export function metricProblems(metric: AnalysisMetric, isQueryJudged: boolean): Found[] {
  const { count, failureLimit = 0, inconclusiveLimit = 0, consecutiveSuccessLimit = 0, condition } = metric;
  const problems: Found[] = [
    metric.name.trim() === ''
      ? 'has an empty name; give it one that a reader of an AnalysisRun understands'
      : undefined,
    at('interval', positiveDurationProblem('interval', metric.interval)),
    at('count', wholeNumberProblem('count', count, 1)),
    at('failureLimit', wholeNumberProblem('failureLimit', failureLimit, -1)),
    at('inconclusiveLimit', wholeNumberProblem('inconclusiveLimit', inconclusiveLimit, 0)),
    at('consecutiveErrorLimit', wholeNumberProblem('consecutiveErrorLimit', metric.consecutiveErrorLimit, 0)),
    at('consecutiveSuccessLimit', wholeNumberProblem('consecutiveSuccessLimit', consecutiveSuccessLimit, 0)),
    at('measurementRetention', wholeNumberProblem('measurementRetention', metric.measurementRetention, 1)),
    ...(condition?._problems ?? []),
    ...(isQueryJudged ? metric.provider._problems : []),
  ];
  if (count !== undefined && count > 1 && metric.interval === undefined) {
    problems.push(at('count', `count is ${count} without an interval; say how long to wait between measurements`));
  }
  if (failureLimit === -1 && consecutiveSuccessLimit === 0) {
    problems.push(
      at('failureLimit', 'failureLimit is -1 and consecutiveSuccessLimit 0, so nothing can end it; set one of them'),
    );
  }
  if (count !== undefined && failureLimit < 0 && count < consecutiveSuccessLimit) {
    problems.push(
      at(
        'count',
        `count is ${count}, less than consecutiveSuccessLimit (${consecutiveSuccessLimit}); raise count or lower the limit`,
      ),
    );
  } else if (count !== undefined && count < Math.max(failureLimit, 0) + consecutiveSuccessLimit) {
    problems.push(
      at(
        'count',
        `count is ${count}, less than failureLimit + consecutiveSuccessLimit (${failureLimit} + ${consecutiveSuccessLimit}); raise count or lower the limits`,
      ),
    );
  } else if (failureLimit > 0 && failureLimit >= (count ?? (metric.interval ? Infinity : 1))) {
    problems.push(
      at(
        'failureLimit',
        `failureLimit is ${failureLimit} of ${count ?? 1} measurements, so it can never fail; use a failureLimit below the count`,
      ),
    );
  }
  if (count !== undefined && count < inconclusiveLimit) {
    problems.push(
      at('count', `count is ${count}, less than inconclusiveLimit (${inconclusiveLimit}); lower inconclusiveLimit`),
    );
  }
  return prefixed(`metric '${metric.name}': `, problems);
}

/** @internal */
export function renderMetric(metric: AnalysisMetric): argo.AnalysisTemplateSpecMetrics {
  const { count, failureLimit, inconclusiveLimit, consecutiveErrorLimit, consecutiveSuccessLimit } = metric;
  const delay = metric.initialDelay;
  return {
    name: metric.name,
    interval: metric.interval && writeDuration(metric.interval),
    initialDelay: delay && delay.toMilliseconds() > 0 ? writeDuration(delay) : undefined,
    count: given(count, argo.AnalysisTemplateSpecMetricsCount.fromNumber),
    failureLimit: given(failureLimit, argo.AnalysisTemplateSpecMetricsFailureLimit.fromNumber),
    inconclusiveLimit: given(inconclusiveLimit, argo.AnalysisTemplateSpecMetricsInconclusiveLimit.fromNumber),
    consecutiveErrorLimit: given(
      consecutiveErrorLimit,
      argo.AnalysisTemplateSpecMetricsConsecutiveErrorLimit.fromNumber,
    ),
    consecutiveSuccessLimit: given(
      consecutiveSuccessLimit,
      argo.AnalysisTemplateSpecMetricsConsecutiveSuccessLimit.fromNumber,
    ),
    successCondition: metric.condition?.successCondition,
    failureCondition: metric.condition?.failureCondition,
    provider: metric.provider._toKube(),
  };
}

function given<T, R>(value: T | undefined, wrap: (value: T) => R): R | undefined {
  return value === undefined ? undefined : wrap(value);
}

function wholeNumberProblem(name: string, value: number | undefined, least: number): string | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= least)) return undefined;
  return `${name} is ${value}; use a whole number of at least ${least}`;
}
