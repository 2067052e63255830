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

/**
 * How many failures the canary may give, and how they are counted.
 */
export interface FailureCriteria {
  /**
   * How many failures are still acceptable. One more fails the canary. At least 0.
   */
  readonly atMost: number;

  /**
   * The window in which they are counted, at least four scrape intervals long.
   */
  readonly within: Duration;

  /**
   * What happens when the canary has no data.
   * @default NoData.pause()
   */
  readonly noData?: NoData;

  /**
   * The counter of all requests.
   * @default 'http_requests_total'
   */
  readonly counter?: string;

  /**
   * Which of the requests are failures.
   * @default - `code=~"5.."`
   */
  readonly failureMatchers?: LabelMatcher[];

  /**
   * Further matchers, of failures and requests alike.
   * @default - none
   */
  readonly matchers?: LabelMatcher[];

  /**
   * How the canary's series are told from the stable version's.
   * @default CanaryIsolation.podTemplateHash()
   */
  readonly isolation?: CanaryIsolation;

  /**
   * How many requests the canary must have had in the window. Below that there is no data, rather than no failure.
   * @default 1
   */
  readonly minimumRequests?: number;

  /**
   * A query of one's own instead of the one that is built. It should return one series with the number of failures, and
   * see to the isolation of the canary by itself.
   * @default - built from `counter`, the matchers and `within`
   */
  readonly query?: string;

  /**
   * Time from the start of the analysis to the first count. Zero counts at once, over what the canary did before.
   * @default - `within`, so that the window holds the canary's own data
   */
  readonly initialDelay?: Duration;

  /**
   * Time from one count to the next, where `count` is more than 1.
   * @default - one count
   */
  readonly interval?: Duration;

  /**
   * How often failures are counted.
   * @default 1
   */
  readonly count?: number;

  /**
   * How many counts may exceed `atMost`.
   * @default 0
   */
  readonly failureLimit?: number;

  /**
   * How many counts may have no data under `NoData.pause()`. One more pauses the rollout.
   * @default 0
   */
  readonly inconclusiveLimit?: number;

  /**
   * How many queries in a row may fail, retried every 10 s, before the rollout is aborted.
   * @default 4
   */
  readonly consecutiveErrorLimit?: number;

  /**
   * How often Prometheus scrapes the pods: the window must hold four scrapes at the least.
   * @default Duration.seconds(30)
   */
  readonly scrapeInterval?: Duration;

  /**
   * The metric's name in the AnalysisTemplate.
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
   * How the controller talks to Prometheus: authentication, headers, timeout.
   * @default - plainly
   */
  readonly access?: PrometheusAccess;
}

/**
 * An AnalysisTemplate that fails the canary when it gave more than so many failures in a window.
 *
 * The query that is built counts the canary's failures alone, by pod-template hash; gives 0 where the canary had
 * requests and no failure; and gives nothing at all where it had no requests, which is what `noData` decides about.
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
    this.node.addValidation({ validate: () => criteriaProblems(props) });
  }
}

/** `sum` drops every label on both sides of `and`, so that the two match and one series is left, or none. */
function failureCount(props: FailureCriteria, isolation: CanaryIsolation): string {
  // A window of no time is refused by its own name: its query is then not judged as well.
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

function criteriaProblems(props: FailureCriteria): string[] {
  const problems: (string | undefined)[] = [positiveDurationProblem('within', props.within)];
  if (!(props.atMost >= 0)) {
    problems.push(`atMost is ${props.atMost}; use the number of failures that are still acceptable, 0 or more`);
  }
  const scrape = props.scrapeInterval ?? Duration.seconds(30);
  const window = props.within.toMilliseconds();
  if (window > 0 && window < 4 * scrape.toMilliseconds()) {
    problems.push(
      `within is ${writeDuration(props.within)}, shorter than four scrapes of ${writeDuration(scrape)}, so that a missed scrape leaves nothing to count; use at least ${writeDuration(Duration.millis(4 * scrape.toMilliseconds()))}, or scrape more often`,
    );
  }
  if (props.query !== undefined) {
    const ignored = BUILT_ONLY.filter((name) => props[name] !== undefined);
    if (ignored.length > 0) {
      problems.push(`query is given together with ${ignored.join(', ')}; a query of one's own uses none of them`);
    }
  } else {
    problems.push(metricNameProblem('counter', props.counter ?? 'http_requests_total'));
    const matchers = [...(props.matchers ?? []), ...(props.failureMatchers ?? [])];
    problems.push(...matchers.map((matcher) => matcher._problem()));
    const least = props.minimumRequests ?? 1;
    if (!(least > 0)) problems.push(`minimumRequests is ${least}; use at least 1: with none, no traffic is no failure`);
  }
  return problems.filter((problem) => problem !== undefined);
}
