import { Duration } from 'cdk8s';
import * as argo from '../../../imports/argoproj.io';
import { providerProblems } from '../../formats/argo-rollouts/provider-problems';
import { positiveDurationProblem, seconds, writeDuration } from '../../formats/duration';
import { quoted } from '../../formats/names';
import { at, type Found } from '../../formats/option-problem';

/**
 * A metric of CloudWatch, and the statistic of it.
 */
export interface CloudWatchStatistic {
  /**
   * The metric's namespace, such as `AWS/ApplicationELB`.
   */
  readonly namespace: string;

  /**
   * The metric's name.
   */
  readonly metricName: string;

  /**
   * The statistic, such as `Sum` or `p99`.
   */
  readonly stat: string;

  /**
   * How long each value's period is, in whole seconds.
   */
  readonly period: Duration;

  /**
   * The metric's dimensions.
   * @default - none
   */
  readonly dimensions?: { [name: string]: string };

  /**
   * The unit.
   * @default - the default of CloudWatch
   */
  readonly unit?: string;
}

/**
 * One query to CloudWatch: either a metric's statistic, or an expression over other queries.
 */
export interface CloudWatchQuery {
  /**
   * By what expressions mean this query. Begins with a small letter.
   */
  readonly id: string;

  /**
   * An expression over the ids of other queries. It cannot be combined with `statistic`.
   * @default - none
   */
  readonly expression?: string;

  /**
   * A statistic of a metric. It cannot be combined with `expression`.
   * Becomes `metricStat`.
   * @default - none
   */
  readonly statistic?: CloudWatchStatistic;

  /**
   * How long the period of each of the expression's values is, in whole seconds. Of a statistic, its own `period`
   * counts.
   * @default - the default of CloudWatch
   */
  readonly period?: Duration;

  /**
   * A name for people.
   * @default - none
   */
  readonly label?: string;

  /**
   * Whether the query is part of the `result`, or only of expressions.
   * @default true
   */
  readonly returnData?: boolean;
}

/**
 * Queries to CloudWatch. The `result` is a list of what they returned, each with its `Values`.
 *
 * @see https://argo-rollouts.readthedocs.io/en/stable/analysis/cloudwatch/
 */
export interface CloudWatchMetric {
  /**
   * The queries. At least one.
   * Becomes `metricDataQueries`.
   */
  readonly queries: CloudWatchQuery[];

  /**
   * The window that they look back over.
   * Becomes `interval`.
   * @default - 5 minutes (the default of Argo Rollouts)
   */
  readonly window?: Duration;
}

const ExpressionPeriod = argo.AnalysisTemplateSpecMetricsProviderCloudWatchMetricDataQueriesPeriod;
const Period = argo.AnalysisTemplateSpecMetricsProviderCloudWatchMetricDataQueriesMetricStatPeriod;

export function renderCloudWatch(metric: CloudWatchMetric): argo.AnalysisTemplateSpecMetricsProviderCloudWatch {
  return {
    interval: metric.window && writeDuration(metric.window),
    metricDataQueries: metric.queries.map(({ id, expression, label, returnData, statistic, period }) => ({
      id,
      expression,
      period: period && ExpressionPeriod.fromNumber(seconds(period)),
      label,
      returnData,
      metricStat: statistic && {
        metric: {
          namespace: statistic.namespace,
          metricName: statistic.metricName,
          dimensions: Object.entries(statistic.dimensions ?? {}).map(([name, value]) => ({ name, value })),
        },
        period: Period.fromNumber(seconds(statistic.period)),
        stat: statistic.stat,
        unit: statistic.unit,
      },
    })),
  };
}

export function cloudWatchProblems(metric: CloudWatchMetric): Found[] {
  const durations = metric.queries.flatMap(({ id, period, statistic }) => [
    positiveDurationProblem(`the period of the query ${quoted(id)}`, period),
    positiveDurationProblem(`the period of the query ${quoted(id)}`, statistic?.period),
  ]);
  const problems = [at('window', positiveDurationProblem('window', metric.window)), ...durations];
  const refused = providerProblems('cloudWatch', renderCloudWatch(metric));
  return [...refused.map(({ message }) => message), ...problems.filter((problem) => problem !== undefined)];
}
