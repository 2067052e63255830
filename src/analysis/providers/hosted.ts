import { Duration } from 'cdk8s';
import { providerProblems } from '../../formats/argo-rollouts/provider-problems';
import { positiveDurationProblem, writeDuration } from '../../formats/duration';
import { at, type Found } from '../../formats/option-problem';

/**
 * A version of Datadog's interface.
 */
export enum DatadogApiVersion {
  /** The first: one query. */
  V1 = 'v1',
  /** The second: several queries with a formula over them, and an aggregator. */
  V2 = 'v2',
}

/**
 * How Datadog makes one value of a series.
 */
export enum DatadogAggregator {
  /** The average. */
  AVG = 'avg',
  /** The smallest. */
  MIN = 'min',
  /** The largest. */
  MAX = 'max',
  /** The sum. */
  SUM = 'sum',
  /** The newest. */
  LAST = 'last',
  /** A percentile. */
  PERCENTILE = 'percentile',
  /** The mean. */
  MEAN = 'mean',
  /** The square root of the sum of squares. */
  L2NORM = 'l2norm',
  /** The area under the curve. */
  AREA = 'area',
}

/**
 * A query to Datadog. Its `result` is a number, or nothing: use `Condition.scalar`.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/datadog/
 */
export interface DatadogMetric {
  /**
   * The query. It cannot be combined with `queries`.
   * @default - none
   */
  readonly query?: string;

  /**
   * Several queries by the names that the formula has for them; the second version only.
   * @default - none
   */
  readonly queries?: { [name: string]: string };

  /**
   * The formula over `queries`. Needed where there are several.
   * @default - none
   */
  readonly formula?: string;

  /**
   * The window, which is not the time from one measurement to the next.
   * Becomes `interval`.
   * @default - 5 minutes (the default of Argo Rollouts)
   */
  readonly window?: Duration;

  /**
   * The version of the interface.
   * @default - the first (the default of Argo Rollouts)
   */
  readonly apiVersion?: DatadogApiVersion;

  /**
   * How one value is made of a series; the second version only.
   * @default - the default of Datadog
   */
  readonly aggregator?: DatadogAggregator;

  /**
   * The Secret with the keys.
   * Becomes `secretRef.name`.
   * @default - `datadog`, in the namespace of the controller
   */
  readonly secretName?: string;

  /**
   * Whether that Secret is in the namespace of the Rollout.
   * Becomes `secretRef.namespaced`.
   * @default false - in that of the controller
   */
  readonly namespacedSecret?: boolean;

  /**
   * How long the query may take. From Argo Rollouts 1.10 on; earlier releases drop it.
   * Becomes `requestTimeout`.
   * @default - 10 seconds (the default of Argo Rollouts)
   */
  readonly timeout?: Duration;
}

/**
 * A query to New Relic. Its `result` has a field for each thing that the query selects.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/newrelic/
 */
export interface NewRelicMetric {
  /**
   * The query, in NRQL.
   */
  readonly query: string;

  /**
   * The Secret with the account, in the namespace of the controller.
   * @default - `newrelic`
   */
  readonly profile?: string;

  /**
   * How long the query may take, in whole seconds.
   * @default - 5 seconds (the default of Argo Rollouts)
   */
  readonly timeout?: Duration;
}

/**
 * A query to Wavefront. Its `result` is a number.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/wavefront/
 */
export interface WavefrontMetric {
  /**
   * The server's address, without a scheme, as the Secret `wavefront-api-tokens` has it.
   */
  readonly address: string;

  /**
   * The query.
   */
  readonly query: string;
}

export function renderDatadog(metric: DatadogMetric): object {
  const { query, queries, formula, window, apiVersion, aggregator, secretName, namespacedSecret, timeout } = metric;
  return {
    query,
    queries,
    formula,
    apiVersion,
    aggregator,
    interval: window && writeDuration(window),
    secretRef: secretName === undefined ? undefined : { name: secretName, namespaced: namespacedSecret || undefined },
    requestTimeout: timeout && writeDuration(timeout),
  };
}

/** The checks with which Argo Rollouts refuses a Datadog metric. */
export function datadogProblems(metric: DatadogMetric): Found[] {
  const problems = [
    at('window', positiveDurationProblem('window', metric.window)),
    at('timeout', positiveDurationProblem('timeout', metric.timeout)),
    ...providerProblems('datadog', renderDatadog(metric)).map(({ message }) => message),
    metric.namespacedSecret && metric.secretName === undefined
      ? 'namespacedSecret is true without secretName; name the Secret'
      : undefined,
  ];
  return problems;
}
