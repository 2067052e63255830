import { Duration } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { positiveDurationProblem, writeDuration } from '../formats/duration';
import { metricNameProblem } from '../promql/matcher';
import { AnalysisTemplate } from './analysis-template';
import { Condition, NoData, Threshold } from './values/condition';
import { CanaryIsolation } from './values/isolation';
import { argsFor, KNOWN_ARGS } from './known-args';
import { LabelMatcher } from './values/label-matcher';
import { MetricProvider } from './provider';
import { PrometheusAccess } from './providers/prometheus';
import { addCheck, at, type Found } from '../formats/option-problem';

/**
 * The limit of failed requests of the canary, and how they are counted.
 */
export interface FailureCriteria {
  /**
   * The number of acceptable failures, 0 or more. One more fails the canary.
   */
  readonly atMost: number;

  /**
   * The window in which failures are counted, at least four scrape intervals long.
   */
  readonly within: Duration;

  /**
   * The policy for missing data of the canary.
   * @default NoData.pause()
   */
  readonly noData?: NoData;

  /**
   * The counter of all requests.
   * @default 'http_requests_total'
   */
  readonly counter?: string;

  /**
   * The matchers of failed requests.
   * @default - `code=~"5.."`
   */
  readonly failureMatchers?: LabelMatcher[];

  /**
   * Additional matchers for failures and requests.
   * @default - none
   */
  readonly matchers?: LabelMatcher[];

  /**
   * The way to distinguish series of the canary from those of the stable version.
   * @default CanaryIsolation.podTemplateHash()
   */
  readonly isolation?: CanaryIsolation;

  /**
   * The minimum number of requests of the canary in the window. Fewer requests count as missing data, not as no failure.
   * @default 1
   */
  readonly minimumRequests?: number;

  /**
   * A custom query instead of the generated one. It must return one series with the number of failures of the canary
   * alone.
   * @default - generated from `counter`, the matchers and `within`
   */
  readonly query?: string;

  /**
   * The time from the start of the analysis to the first count. With zero, the first count is immediate and covers
   * earlier requests of the canary.
   * @default - `within`, so that the window holds the canary's own data
   */
  readonly initialDelay?: Duration;

  /**
   * The interval between two counts, if `count` is more than 1.
   * @default - one count
   */
  readonly interval?: Duration;

  /**
   * The number of counts.
   * @default 1
   */
  readonly count?: number;

  /**
   * The number of counts that may exceed `atMost`.
   * @default 0
   */
  readonly failureLimit?: number;

  /**
   * The number of counts without data that are allowed under `NoData.pause()`. One more pauses the rollout.
   * @default 0
   */
  readonly inconclusiveLimit?: number;

  /**
   * The number of consecutive failed queries, retried every 10 s, that are allowed. One more aborts the rollout.
   * @default 4
   */
  readonly consecutiveErrorLimit?: number;

  /**
   * The scrape interval of the pods: the window must hold at least four scrapes.
   * @default Duration.seconds(30)
   */
  readonly scrapeInterval?: Duration;

  /**
   * The name of the metric in the AnalysisTemplate.
   * @default 'failures'
   */
  readonly metricName?: string;
}

/**
 * Options for a `PrometheusFailureAnalysis`.
 */
export interface PrometheusFailureAnalysisProps extends FailureCriteria, kplus.ResourceProps {
  /**
   * The address of Prometheus: an absolute URL, such as `http://prometheus.monitoring:9090`.
   */
  readonly prometheus: string;

  /**
   * The connection to Prometheus: authentication, headers, timeout.
   * @default - no authentication
   */
  readonly access?: PrometheusAccess;
}

/**
 * An AnalysisTemplate that fails the canary if more requests than a limit failed in a window.
 *
 * The generated query counts only failures of the canary, by pod-template hash. It returns 0 if the canary had requests
 * and no failure, and nothing if it had no requests; `noData` decides about that case.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/prometheus/
 */
export class PrometheusFailureAnalysis extends AnalysisTemplate {
  constructor(scope: Construct, id: string, props: PrometheusFailureAnalysisProps) {
    const query = props.query ?? failureCount(props, props.isolation ?? CanaryIsolation.podTemplateHash());
    super(scope, id, {
      metadata: props.metadata,
      ...argsFor([query], [...KNOWN_ARGS, ...(props.isolation?._ownArgs ?? [])]),
      metrics: [
        {
          name: props.metricName ?? 'failures',
          provider: MetricProvider.prometheus({ ...props.access, address: props.prometheus, query }),
          condition: Condition.threshold(Threshold.atMost(props.atMost), props.noData),
          initialDelay: props.initialDelay ?? props.within,
          interval: props.interval,
          count: props.count,
          failureLimit: props.failureLimit,
          inconclusiveLimit: props.inconclusiveLimit,
          consecutiveErrorLimit: props.consecutiveErrorLimit,
        },
      ],
    });
    addCheck(this, () => criteriaProblems(props));
  }
}

/** `sum` drops every label on both sides of `and`, so that the two match and one series is left, or none. */
function failureCount(props: FailureCriteria, isolation: CanaryIsolation): string {
  // A window of zero is reported itself, so its query needs a valid window.
  const window = writeDuration(props.within.toMilliseconds() > 0 ? props.within : Duration.minutes(1));
  const increase = (matchers: LabelMatcher[]) =>
    `sum(increase(${props.counter ?? 'http_requests_total'}{${matchers.map((m) => m._toPromql()).join(',')}}[${window}]))`;
  const all = [...isolation._matchers('canary'), ...(props.matchers ?? [])];
  const failed = props.failureMatchers ?? [LabelMatcher.matching('code', '5..')];
  return [
    `(${increase([...all, ...failed])} or vector(0))`,
    'and',
    `(${increase(all)} >= ${props.minimumRequests ?? 1})`,
    '',
  ].join('\n');
}

const BUILT_ONLY = ['counter', 'failureMatchers', 'matchers', 'isolation', 'minimumRequests'] as const;

function criteriaProblems(props: FailureCriteria): Found[] {
  const problems: Found[] = [at('within', positiveDurationProblem('within', props.within))];
  if (!(props.atMost >= 0)) {
    problems.push(
      at('atMost', `atMost is ${props.atMost}; use the number of failures that are still acceptable, 0 or more`),
    );
  }
  const scrape = props.scrapeInterval ?? Duration.seconds(30);
  const window = props.within.toMilliseconds();
  if (window > 0 && window < 4 * scrape.toMilliseconds()) {
    problems.push(
      at(
        'within',
        `within is ${writeDuration(props.within)}, shorter than four scrapes of ${writeDuration(scrape)}, so that a missed scrape leaves nothing to count; use at least ${writeDuration(Duration.millis(4 * scrape.toMilliseconds()))}, or scrape more often`,
      ),
    );
  }
  if (props.query !== undefined) {
    const ignored = BUILT_ONLY.filter((name) => props[name] !== undefined);
    if (ignored.length > 0) {
      problems.push(
        at('query', `query is given together with ${ignored.join(', ')}; a custom query uses none of them`),
      );
    }
  } else {
    problems.push(at('counter', metricNameProblem('counter', props.counter ?? 'http_requests_total')));
    const matchers = [...(props.matchers ?? []), ...(props.failureMatchers ?? [])];
    problems.push(...matchers.map((matcher) => matcher._problem()));
    const least = props.minimumRequests ?? 1;
    if (!(least > 0))
      problems.push(
        at('minimumRequests', `minimumRequests is ${least}; use at least 1: with none, no traffic is no failure`),
      );
  }
  return problems;
}
