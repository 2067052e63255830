import { Duration } from 'cdk8s';
import type { CanaryCheck } from '../analysis/canary-check';
import { CheckContext } from '../analysis/catalogue/check';
import { Condition, NoData } from '../analysis/values/condition';
import { exactRule } from '../analysis/metric-rules';
import { RequestMetrics } from '../analysis/values/request-metrics';
import { writeDuration } from '../formats/duration';
import { readPromqlDuration } from '../promql';
import { loadValue } from '../canaryfile/render';
import { Guess, guesses } from './check-kinds';
import { defined } from './container';
import { Json } from './manifests';
import { queryFacts } from './query-facts';
import { RequestFacts, requestFacts, requestsOption, RolloutFacts } from './requests';

/** A metric of an AnalysisTemplate, as the check that writes it. */
export interface ReadCheck {
  readonly kind: string;
  /** What this kind alone has, the metric's own name, and whether it is only looked at. */
  readonly own: Json;
  readonly noData: string;
  /** The window of its query. Undefined where it has none, or has one by itself. */
  readonly window?: string;
  /** Time to the first measurement. */
  readonly delay: string;
  /** The time to the first measurement, where this is not the window. */
  readonly firstLook?: string;
  /** Where it counts requests. Undefined where it counts none. */
  readonly requests?: RequestFacts;
  /** Whether it would ask the same with requests counted elsewhere. */
  readonly asksTheSame: (requests: Json) => boolean;
  readonly metric: Json;
}

/**
 * The checks that a template's metrics are. Undefined where one of them is none.
 *
 * Each kind is tried with the numbers that the query names. The right one writes the same query and the same conditions.
 */
export function readChecks(template: Json, rollout: RolloutFacts): ReadCheck[] | undefined {
  const advisory = new Set((template.spec?.dryRun ?? []).map(({ metricName }: Json) => metricName));
  const metrics: Json[] = template.spec?.metrics ?? [];
  const found = metrics.map((metric) => readCheck(metric, advisory.has(exactRule(metric.name)), rollout));
  return found.length === 0 || found.includes(undefined) ? undefined : (found as ReadCheck[]);
}

function readCheck(metric: Json, advisory: boolean, rollout: RolloutFacts): ReadCheck | undefined {
  const query: unknown = metric.provider?.prometheus?.query;
  const bounds = boundsOf(metric);
  const facts = typeof query === 'string' ? queryFacts(query) : undefined;
  if (facts === undefined || bounds.length === 0) return undefined;
  const requests = requestFacts(facts);
  const asWritten = thresholds(bounds).map((threshold): Guess => ({ kind: 'query', own: { query, threshold } }));
  for (const guess of [...guesses(facts, bounds[0]), ...asWritten]) {
    const { kind, own, countsRequests } = guess;
    const stated = (where: Json) => checkOf(guess, countsRequests ? where : undefined);
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
          name: metric.name === name ? undefined : metric.name,
          consecutiveSuccessLimit: metric.consecutiveSuccessLimit,
          advisory: advisory || undefined,
        }),
      },
      noData,
      window: guess.window,
      delay: metric.initialDelay ?? '0s',
      firstLook: guess.firstLook,
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

function checkOf({ kind, own, window }: Guess, requests: Json): CanaryCheck | undefined {
  return loadValue('CanaryCheck', { [kind]: { ...own, ...defined({ window, requests }) } }) as CanaryCheck | undefined;
}

function queryOf(check: CanaryCheck, guess: Guess): string {
  return check._definition.query(contextOf(check, guess));
}

/** As `PrometheusAnalysis` would tell the check. */
function contextOf({ _definition: { options, defaultWindow } }: CanaryCheck, { window }: Guess): CheckContext {
  const ofAnalysis = Duration.millis(Math.round(1000 * (readPromqlDuration(window ?? '') ?? 300)));
  const windowLength = options.window ?? defaultWindow ?? ofAnalysis;
  return {
    requests: options.requests ?? RequestMetrics.application(),
    window: writeDuration(windowLength),
    windowLength,
    scrapeInterval: Duration.seconds(30),
  };
}

const POLICIES = { pause: NoData.pause(), fail: NoData.fail(), succeed: NoData.succeed(), error: NoData.error() };

/** What happens without data, if the check's conditions are those of the metric. */
function policyOf(check: CanaryCheck, guess: Guess, metric: Json): string | undefined {
  const threshold = check._definition.threshold(contextOf(check, guess));
  return Object.entries(POLICIES).find(([, noData]) => {
    const { successCondition, failureCondition } = Condition.threshold(threshold, noData);
    return successCondition === metric.successCondition && failureCondition === metric.failureCondition;
  })?.[0];
}

/** The numbers that the value is compared with, each once. */
function boundsOf({ successCondition = '' }: Json): number[] {
  const found = [...String(successCondition).matchAll(/result\[0\] (?:<=|<|>=|>) (-?[\d.]+(?:e[+-]?\d+)?)/g)];
  // With nothing compared, `len(result) > 0` is left, whose zero is no bound.
  return [...new Set(found.map(([, number]) => Number(number)))];
}

function thresholds([first, second = first]: readonly number[]): Json[] {
  return [
    ...['atMost', 'below', 'atLeast', 'above'].map((way) => ({ [way]: first })),
    { between: { min: first, max: second } },
  ];
}
