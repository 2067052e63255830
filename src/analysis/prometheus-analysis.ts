import { Duration } from 'cdk8s';
import { Construct } from 'constructs';
import { positiveDurationProblem, writeDuration } from '../formats/duration';
import { AnalysisTemplate, AnalysisTemplateOptions } from './analysis-template';
import { AnalysisArg, AnalysisTemplateArg } from './values/arg';
import { CanaryCheck } from './canary-check';
import { CheckContext, named, windowProblems } from './catalogue/check';
import { Condition, NoData } from './values/condition';
import { argsFor, KNOWN_ARGS } from './known-args';
import { AnalysisMetric } from './metric';
import { MetricProvider } from './provider';
import { PrometheusAccess } from './providers/prometheus';
import { RequestMetrics } from './values/request-metrics';
import { at, type Found } from '../formats/option-problem';

/**
 * Defaults for the measurement of checks.
 */
export interface PrometheusAnalysisOptions extends AnalysisTemplateOptions {
  /**
   * The metrics that count requests.
   * @default RequestMetrics.application()
   */
  readonly requests?: RequestMetrics;

  /**
   * The window of the query, at least four scrape intervals long.
   * @default Duration.minutes(5)
   */
  readonly window?: Duration;

  /**
   * The scrape interval of Prometheus: windows must hold at least four scrapes.
   * @default Duration.seconds(30)
   */
  readonly scrapeInterval?: Duration;

  /**
   * The policy for missing data.
   * @default NoData.pause()
   */
  readonly noData?: NoData;

  /**
   * Whether the analysis runs in the background until the end of the rollout, with a measurement every `interval`.
   * @default false - it runs in a step, and ends
   */
  readonly endless?: boolean;

  /**
   * The interval between two measurements.
   * @default - one minute if there are several measurements
   */
  readonly interval?: Duration;

  /**
   * The number of measurements.
   * @default - 1; unlimited if `endless`
   */
  readonly count?: number;

  /**
   * The number of measurements of each check that may fail. One more aborts the rollout.
   * @default 0
   */
  readonly failureLimit?: number;

  /**
   * The number of measurements of each check that may be inconclusive. One more pauses the rollout.
   * @default 0
   */
  readonly inconclusiveLimit?: number;

  /**
   * The number of consecutive failed queries, retried every 10 s, that are allowed. One more aborts the rollout.
   * @default 4
   */
  readonly consecutiveErrorLimit?: number;

  /**
   * The connection to Prometheus: authentication, headers, timeout.
   * @default - no authentication
   */
  readonly access?: PrometheusAccess;

  /**
   * Arguments of custom queries.
   * @default - none
   */
  readonly args?: AnalysisTemplateArg[];

  /**
   * The values that Rollouts pass for them.
   * @default - none
   */
  readonly rolloutArgs?: AnalysisArg[];
}

/**
 * Options for a `PrometheusAnalysis`.
 */
export interface PrometheusAnalysisProps extends PrometheusAnalysisOptions {
  /**
   * The address of Prometheus: an absolute URL, such as `http://prometheus.monitoring:9090`.
   */
  readonly prometheus: string;

  /**
   * The checks. At least one.
   */
  readonly checks: CanaryCheck[];
}

/**
 * An AnalysisTemplate that measures checks of the canary with Prometheus. Each check becomes a metric.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/prometheus/
 * @exampleMetadata fixture=app
 * @example
 * const analysis = new PrometheusAnalysis(chart, 'checkout-errors', {
 *   prometheus: 'http://prometheus.monitoring:9090',
 *   checks: [CanaryCheck.successRate({ atLeast: 0.99 })],
 * });
 */
export class PrometheusAnalysis extends AnalysisTemplate {
  private readonly built: PrometheusAnalysisProps;

  constructor(scope: Construct, id: string, props: PrometheusAnalysisProps) {
    const metrics = props.checks.map((check) => metricOf(check, props));
    const isolations = [props.requests, ...props.checks.map((check) => check._definition.options.requests)];
    const known = [...KNOWN_ARGS, ...isolations.flatMap((requests) => requests?._isolation._ownArgs ?? [])];
    const stated = new Set(props.args?.map((arg) => arg.name));
    const found = argsFor(
      props.checks.map((check) => check._definition.query(contextOf(check, props))),
      known,
    );
    const knownNames = new Set(known.map((arg) => arg.name));
    super(scope, id, {
      ...props,
      metrics,
      args: [...found.args.filter((arg) => knownNames.has(arg.name) && !stated.has(arg.name)), ...(props.args ?? [])],
      rolloutArgs: [...found.rolloutArgs.filter((arg) => !stated.has(arg.name)), ...(props.rolloutArgs ?? [])],
    });
    this.built = props;
  }

  /** @internal */
  public override _inputProblems(): Found[] {
    const props = this.built;
    return [
      at('scrapeInterval', positiveDurationProblem('scrapeInterval', props.scrapeInterval)),
      at('requests', props.requests?._problems()),
      props.checks.map((check, i) => at(`checks[${i}]`, checkProblems(check, props))),
    ];
  }
}

const DEFAULT_WINDOW = Duration.minutes(5);

function contextOf({ _definition }: CanaryCheck, props: PrometheusAnalysisProps): CheckContext {
  const { options, defaultWindow } = _definition;
  const windowLength = options.window ?? defaultWindow ?? props.window ?? DEFAULT_WINDOW;
  return {
    requests: options.requests ?? props.requests ?? RequestMetrics.application(),
    window: writeDuration(windowLength),
    windowLength,
    scrapeInterval: props.scrapeInterval ?? Duration.seconds(30),
  };
}

function metricOf(check: CanaryCheck, props: PrometheusAnalysisProps): AnalysisMetric {
  const { name, options, query, threshold, firstLook } = check._definition;
  const context = contextOf(check, props);
  const count = options.count ?? props.count;
  const several = props.endless === true || (count !== undefined && count > 1);
  return {
    name: options.name ?? name,
    provider: MetricProvider.prometheus({ ...props.access, address: props.prometheus, query: query(context) }),
    condition: Condition.threshold(threshold(context), options.noData ?? props.noData),
    initialDelay: options.initialDelay ?? firstLook?.(context) ?? context.windowLength,
    interval: options.interval ?? props.interval ?? (several ? Duration.minutes(1) : undefined),
    count: count ?? (props.endless ? undefined : 1),
    failureLimit: options.failureLimit ?? props.failureLimit,
    inconclusiveLimit: options.inconclusiveLimit ?? props.inconclusiveLimit,
    consecutiveErrorLimit: props.consecutiveErrorLimit,
    consecutiveSuccessLimit: options.consecutiveSuccessLimit,
    advisory: options.advisory,
  };
}

const NO_REQUESTS = 'requests has no effect, because this check counts no requests; leave it out';

function checkProblems(check: CanaryCheck, props: PrometheusAnalysisProps): Found[] {
  const { name, options, problems, comparesVersions, countsRequests, ignoresWindow } = check._definition;
  const context = contextOf(check, props);
  const found: Found[] = [
    ...(problems?.(context) ?? []),
    ignoresWindow ? undefined : windowProblems('window', context.windowLength, context.scrapeInterval),
    options.requests === undefined
      ? undefined
      : at('requests', countsRequests ? options.requests._problems() : NO_REQUESTS),
  ];
  if (comparesVersions && !context.requests._isolation._knowsStable) {
    found.push(
      'compares the canary with the stable version, whose series its isolation does not know; isolate by the pod-template hash, or name both sides',
    );
  }
  return named(options.name ?? name, found);
}
