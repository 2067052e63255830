import { Duration } from 'cdk8s';
import { providerProblems } from '../../formats/argo-rollouts/provider-problems';
import { positiveDurationProblem, writeDuration } from '../../formats/duration';
import { at, type Found } from '../../formats/option-problem';

/**
 * A query to Graphite. Its `result` is a list of numbers, as for Prometheus.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/graphite/
 */
export interface GraphiteMetric {
  /**
   * The server's address: an absolute URL.
   */
  readonly address: string;

  /**
   * The target.
   */
  readonly query: string;
}

/**
 * A query to InfluxDB. Its `result` is a list of values.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/influxdb/
 */
export interface InfluxdbMetric {
  /**
   * The query, in Flux.
   */
  readonly query: string;

  /**
   * The Secret with the address, token and organisation, in the namespace of the controller.
   * @default - `influxdb`
   */
  readonly profile?: string;
}

/**
 * A query to SkyWalking. Its `result` is the answer in its own shape.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/skywalking/
 */
export interface SkywalkingMetric {
  /**
   * The server's address: an absolute URL.
   */
  readonly address: string;

  /**
   * The query, in GraphQL.
   */
  readonly query: string;

  /**
   * The window that it looks back over.
   * Becomes `interval`.
   * @default - 5 minutes (the default of Argo Rollouts)
   */
  readonly window?: Duration;
}

export function renderSkywalking({ address, query, window }: SkywalkingMetric): object {
  return { address, query, interval: window && writeDuration(window) };
}

/** What is wrong with a query that is opaque to us, and the address that it goes to. */
export function queryProblems(name: string, provider: object, window?: Duration): Found[] {
  const problems = [
    at('window', positiveDurationProblem('window', window)),
    ...providerProblems(name, provider).map(({ message }) => message),
  ];
  return problems;
}
