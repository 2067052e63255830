import { Duration } from 'cdk8s';
import { positiveDurationProblem, writeDuration } from '../../formats/duration';
import { quoted } from '../../formats/names';
import { NoData, Threshold } from '../values/condition';
import { RequestMetrics } from '../values/request-metrics';
import { prefixed, type Found } from '../../formats/option-problem';

/**
 * Options that every predefined check has.
 */
export interface CheckOptions {
  /**
   * The name of the metric in the AnalysisTemplate.
   * @default - that of the check, such as `success-rate`
   */
  readonly name?: string;

  /**
   * The policy for missing data: no series, or fewer requests than `minimumRequests`.
   * @default - that of the analysis: NoData.pause()
   */
  readonly noData?: NoData;

  /**
   * The window of the query, at least four scrape intervals long.
   * @default - that of the analysis: 5 minutes
   */
  readonly window?: Duration;

  /**
   * The metrics that count requests, instead of those of the analysis.
   * @default - that of the analysis
   */
  readonly requests?: RequestMetrics;

  /**
   * The time from the start of the analysis to the first measurement.
   * @default - the window, so that it holds data of the canary; two slots for `sequentialTest`
   */
  readonly initialDelay?: Duration;

  /**
   * The interval between two measurements.
   * @default - that of the analysis
   */
  readonly interval?: Duration;

  /**
   * The number of measurements.
   * @default - that of the analysis
   */
  readonly count?: number;

  /**
   * The number of measurements that may fail. One more aborts the rollout.
   * @default - that of the analysis: 0
   */
  readonly failureLimit?: number;

  /**
   * The number of measurements that may be inconclusive. One more pauses the rollout.
   * @default - that of the analysis: 0
   */
  readonly inconclusiveLimit?: number;

  /**
   * The number of successful measurements in a row that end the check, before `count` is reached: with 1, an analysis step
   * waits for one success, and `failureLimit` says for how long. Argo Rollouts 1.8 or later.
   * @default - none: it ends with `count`
   */
  readonly consecutiveSuccessLimit?: number;

  /**
   * Whether the check is a dry run: measured and shown, but without effect on the rollout.
   * @default false
   */
  readonly advisory?: boolean;
}

/**
 * Options that checks of requests have.
 */
export interface RequestCheckOptions extends CheckOptions {
  /**
   * The minimum number of requests in the window. Fewer count as missing data: one failure among three has no
   * significance.
   * @default 30
   */
  readonly minimumRequests?: number;
}

/** The settings of an analysis for its checks. */
export interface CheckContext {
  readonly requests: RequestMetrics;
  /** The window in PromQL syntax. */
  readonly window: string;
  readonly windowLength: Duration;
  readonly scrapeInterval: Duration;
}

/** The query of a check, and the threshold of its value. */
export interface CheckDefinition {
  readonly name: string;
  readonly options: CheckOptions;
  /** A query with at most one series, and none without data. */
  readonly query: (context: CheckContext) => string;
  readonly threshold: (context: CheckContext) => Threshold;
  readonly problems?: (context: CheckContext) => readonly Found[];
  /** Whether the query finds the canary's pods by the beginning of their names. */
  readonly readsPodNames?: boolean;
  /** Whether the query also reads series of the stable version. */
  readonly comparesVersions?: boolean;
  /** Whether the query reads request metrics. */
  readonly countsRequests?: boolean;
  /** The default window of the check, if it differs from that of the analysis. */
  readonly defaultWindow?: Duration;
  /** Time to the first measurement, if it differs from the window. */
  readonly firstLook?: (context: CheckContext) => Duration;
  /** Whether the window has no effect, as for counters since the start of a pod. */
  readonly ignoresWindow?: boolean;
  /** The value of the canary alone that it limits, which a dashboard draws. */
  readonly limits?: Limited;
  /** A query that its user wrote. A dashboard has a panel of it. */
  readonly ownQuery?: { readonly query: string; readonly threshold: Threshold };
}

/** A value of the canary that a check limits. */
export type Limited =
  | { readonly value: 'failure ratio'; readonly atMost: number }
  | { readonly value: 'latency'; readonly quantile: number; readonly atMost: Duration };

const LEAST_REQUESTS = 30;

export function minimumOf(options: RequestCheckOptions): number {
  return options.minimumRequests ?? LEAST_REQUESTS;
}

export function minimumProblem(options: RequestCheckOptions): string | undefined {
  const least = minimumOf(options);
  if (Number.isFinite(least) && least > 0) return undefined;
  return `minimumRequests is ${least}; use at least 1: with none, no traffic would be judged`;
}

/** A share, such as a success rate. */
export function shareProblem(name: string, value: number): string | undefined {
  if (value >= 0 && value <= 1) return undefined;
  const hint = value > 1 && value <= 100 ? `, here ${value / 100}` : '';
  return `${name} is ${value}; use a share from 0 to 1${hint}`;
}

export function positiveProblem(name: string, value: number): string | undefined {
  return Number.isFinite(value) && value > 0 ? undefined : `${name} is ${value}; use a number above 0`;
}

export function windowProblems(name: string, window: Duration, scrapeInterval: Duration): Found[] {
  const least = Duration.millis(4 * scrapeInterval.toMilliseconds());
  const problems: Found[] = [positiveDurationProblem(name, window)];
  if (window.toMilliseconds() > 0 && window.toMilliseconds() < least.toMilliseconds()) {
    problems.push(
      `${name} is ${writeDuration(window)}, shorter than four scrapes of ${writeDuration(scrapeInterval)}, so that a missed scrape leaves nothing to count; use at least ${writeDuration(least)}, or scrape more often`,
    );
  }
  return problems;
}

/** Problems of a check, each with its name. */
export function named(check: string, problems: readonly Found[]): Found[] {
  return prefixed(`check ${quoted(check)}: `, problems);
}
