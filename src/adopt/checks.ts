import { Duration } from 'cdk8s';
import type { CanaryCheck } from '../analysis/canary-check';
import { CheckContext } from '../analysis/catalogue/check';
import { Condition, NoData } from '../analysis/values/condition';
import { exactRule } from '../analysis/metric-rules';
import { RequestMetrics } from '../analysis/values/request-metrics';
import { writeDuration } from '../formats/duration';
import type { Field, Resource } from '../graph';
import { readPromqlDuration } from '../promql';
import { loadValue } from '../canaryfile/render';
import { Guess, guesses } from './check-kinds';
import { metricName } from './steps';
import { queryFacts } from './query-facts';
import { RequestFacts, requestFacts, requestsOption, RolloutFacts } from './requests';
import { defined, type Options, picked } from './values';

/** A metric of an AnalysisTemplate, as the check that renders it. */
export interface ReadCheck {
  readonly kind: string;
  /** The options that only this kind has, the metric's name, and whether it is advisory. */
  readonly own: Options;
  readonly noData: string;
  /** The window of its query. Undefined if the query has none, or the kind of check sets it. */
  readonly window?: string;
  /** Time to the first measurement. */
  readonly delay: string;
  /** The time to the first measurement, where it is not the window. */
  readonly firstLook?: string;
  /** Where it counts requests. Undefined if it counts none. */
  /** The scrape interval, where the query depends on it. */
  readonly scrapeInterval?: string;
  readonly requests?: RequestFacts;
  /** Whether its query is the same with these request metrics. */
  readonly asksTheSame: (requests: unknown) => boolean;
  readonly metric: Field;
}

/**
 * The checks that render a template's metrics. Undefined if no check renders one of them.
 *
 * Each kind of check is tried with the numbers in the query. The right one renders the same query and conditions.
 */
export function readChecks(template: Resource, rollout: RolloutFacts): ReadCheck[] | undefined {
  const advisory = new Set(template.field('spec', 'dryRun').items().map(metricName));
  const metrics = template.field('spec', 'metrics').items();
  const found = metrics.map((metric) => {
    const isAdvisory = advisory.has(exactRule(metric.get('name').string ?? ''));
    return readCheck(metric, isAdvisory, rollout);
  });
  return found.length === 0 || found.includes(undefined) ? undefined : (found as ReadCheck[]);
}

function readCheck(metric: Field, advisory: boolean, rollout: RolloutFacts): ReadCheck | undefined {
  const query = metric.get('provider', 'prometheus', 'query').string;
  const bounds = boundsOf(metric);
  const facts = query === undefined ? undefined : queryFacts(query);
  if (facts === undefined || bounds.length === 0) return undefined;
  const requests = requestFacts(facts);
  const asWritten = thresholds(bounds).map((threshold): Guess => ({ kind: 'query', own: { query, threshold } }));
  for (const guess of [...guesses(facts, bounds[0]), ...asWritten]) {
    const { kind, own, countsRequests } = guess;
    const stated = (where: unknown) => checkOf(guess, countsRequests ? where : undefined);
    const check = stated(requests && requestsOption(requests, rollout));
    if (check === undefined || queryOf(check, guess) !== query) continue;
    const noData = policyOf(check, guess, metric);
    if (noData === undefined) continue;
    const { name } = check._definition;
    return {
      kind,
      own: {
        ...own,
        ...defined({
          name: metric.get('name').value === name ? undefined : metric.get('name').value,
          ...picked(metric, 'consecutiveSuccessLimit'),
          advisory: advisory || undefined,
        }),
      },
      noData,
      window: guess.window,
      delay: metric.get('initialDelay').string ?? '0s',
      firstLook: guess.firstLook,
      scrapeInterval: guess.scrapeInterval,
      requests: countsRequests ? requests : undefined,
      asksTheSame: (where) => {
        const other = stated(where);
        return other !== undefined && queryOf(other, guess) === query;
      },
      metric,
    };
  }
  return undefined;
}

function checkOf({ kind, own, window }: Guess, requests: unknown): CanaryCheck | undefined {
  return loadValue('CanaryCheck', { [kind]: { ...own, ...defined({ window, requests }) } }) as CanaryCheck | undefined;
}

function queryOf(check: CanaryCheck, guess: Guess): string {
  return check._definition.query(contextOf(check, guess));
}

/** The context that `PrometheusAnalysis` would pass to the check. */
function contextOf(
  { _definition: { options, defaultWindow } }: CanaryCheck,
  { window, scrapeInterval = '30s' }: Guess,
): CheckContext {
  const ofAnalysis = Duration.millis(Math.round(1000 * (readPromqlDuration(window ?? '') ?? 300)));
  const windowLength = options.window ?? defaultWindow ?? ofAnalysis;
  return {
    requests: options.requests ?? RequestMetrics.application(),
    window: writeDuration(windowLength),
    windowLength,
    scrapeInterval: Duration.millis(Math.round(1000 * (readPromqlDuration(scrapeInterval) ?? 30))),
  };
}

const POLICIES = { pause: NoData.pause(), fail: NoData.fail(), succeed: NoData.succeed(), error: NoData.error() };

/** The no-data policy with which the check renders the conditions of the metric. Undefined if none does. */
function policyOf(check: CanaryCheck, guess: Guess, metric: Field): string | undefined {
  const threshold = check._definition.threshold(contextOf(check, guess));
  return Object.entries(POLICIES).find(([, noData]) => {
    const { successCondition, failureCondition } = Condition.threshold(threshold, noData);
    return (
      successCondition === metric.get('successCondition').value &&
      failureCondition === metric.get('failureCondition').value
    );
  })?.[0];
}

/** The numbers that the value is compared with, each once. */
function boundsOf(metric: Field): number[] {
  const condition = metric.get('successCondition').string ?? '';
  const found = [...condition.matchAll(/result\[0\] (?:<=|<|>=|>) (-?[\d.]+(?:e[+-]?\d+)?)/g)];
  // The zero of `len(result) > 0` is not a bound.
  return [...new Set(found.map(([, number]) => Number(number)))];
}

function thresholds([first, second = first]: readonly number[]): Options[] {
  return [
    ...['atMost', 'below', 'atLeast', 'above'].map((comparison) => ({ [comparison]: first })),
    { between: { min: first, max: second } },
  ];
}
