import { Duration } from 'cdk8s';
import { positiveDurationProblem, writeDuration } from '../../formats/duration';
import { quoted } from '../../formats/names';
import { NoData, Threshold } from '../values/condition';
import { RequestMetrics } from '../values/request-metrics';

/**
 * What every ready-made check can be told.
 */
export interface CheckOptions {
  /**
   * The metric's name in the AnalysisTemplate.
   * @default - the check's own, such as `success-rate`
   */
  readonly name?: string;

  /**
   * What happens when there is no data: no series, or fewer requests than `minimumRequests`.
   * @default - that of the analysis: NoData.pause()
   */
  readonly noData?: NoData;

  /**
   * The window that is looked at, at least four scrapes long.
   * @default - that of the analysis: 5 minutes
   */
  readonly window?: Duration;

  /**
   * Where requests are counted, if not where the analysis says.
   * @default - that of the analysis
   */
  readonly requests?: RequestMetrics;

  /**
   * Time from the start of the analysis to the first measurement.
   * @default - the window, so that it holds the canary's own data; two slots for `sequentialTest`
   */
  readonly initialDelay?: Duration;

  /**
   * Time from one measurement to the next.
   * @default - that of the analysis
   */
  readonly interval?: Duration;

  /**
   * How many measurements are taken.
   * @default - that of the analysis
   */
  readonly count?: number;

  /**
   * How many measurements may fail. One more aborts the rollout.
   * @default - that of the analysis: 0
   */
  readonly failureLimit?: number;

  /**
   * How many measurements may be inconclusive. One more pauses the rollout.
   * @default - that of the analysis: 0
   */
  readonly inconclusiveLimit?: number;

  /**
   * Whether the check is only looked at: measured and shown, but neither failing nor pausing the rollout.
   * @default false
   */
  readonly advisory?: boolean;
}

/**
 * What checks of requests can be told.
 */
export interface RequestCheckOptions extends CheckOptions {
  /**
   * How many requests there must have been in the window before the check judges. Fewer are no data: one failure among
   * three says nothing.
   * @default 30
   */
  readonly minimumRequests?: number;
}

/** What an analysis tells its checks. */
export interface CheckContext {
  readonly requests: RequestMetrics;
  /** The window, as PromQL writes it. */
  readonly window: string;
  readonly windowLength: Duration;
  readonly scrapeInterval: Duration;
}

/** What is measured by a check, and what the value must keep to. */
export interface CheckDefinition {
  readonly name: string;
  readonly options: CheckOptions;
  /** One series at most, or none where there is no data. */
  readonly query: (context: CheckContext) => string;
  readonly threshold: (context: CheckContext) => Threshold;
  readonly problems?: (context: CheckContext) => readonly (string | undefined)[];
  /** Whether the stable version's series are looked at too. */
  readonly comparesVersions?: boolean;
  /** Whether requests are looked at. */
  readonly countsRequests?: boolean;
  /** The window, where the analysis's own is not what is meant. */
  readonly defaultWindow?: Duration;
  /** Time to the first measurement, where it is not the window. */
  readonly firstLook?: (context: CheckContext) => Duration;
  /** Whether the window matters: not for what counts from a pod's beginning. */
  readonly ignoresWindow?: boolean;
}

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

export function windowProblems(name: string, window: Duration, scrapeInterval: Duration): string[] {
  const least = Duration.millis(4 * scrapeInterval.toMilliseconds());
  const problems: (string | undefined)[] = [positiveDurationProblem(name, window)];
  if (window.toMilliseconds() > 0 && window.toMilliseconds() < least.toMilliseconds()) {
    problems.push(
      `${name} is ${writeDuration(window)}, shorter than four scrapes of ${writeDuration(scrapeInterval)}, so that a missed scrape leaves nothing to count; use at least ${writeDuration(least)}, or scrape more often`,
    );
  }
  return problems.filter((problem) => problem !== undefined);
}

/** Problems of a check, each with its name. */
export function named(check: string, problems: readonly (string | undefined)[]): string[] {
  return problems.filter((problem) => problem !== undefined).map((problem) => `check ${quoted(check)}: ${problem}`);
}
