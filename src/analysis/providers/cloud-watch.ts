import { Duration } from 'cdk8s';
import * as argo from '../../../imports/argoproj.io';
import { positiveDurationProblem, seconds, writeDuration } from '../../formats/duration';
import { quoted } from '../../formats/names';

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
   * An expression over other queries' ids. Not beside `statistic`.
   * @default - none
   */
  readonly expression?: string;

  /**
   * A metric's statistic. Not beside `expression`.
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

export function cloudWatchProblems(metric: CloudWatchMetric): string[] {
  const problems: (string | undefined)[] = [positiveDurationProblem('window', metric.window)];
  if (metric.queries.length === 0) problems.push('queries is empty; CloudWatch needs at least one');
  for (const query of metric.queries) {
    const what = `the query ${quoted(query.id)}`;
    if (!/^[a-z][A-Za-z0-9_]*$/.test(query.id)) {
      problems.push(
        `${what} has an id that CloudWatch refuses; begin with a small letter, then letters, digits and '_'`,
      );
    }
    if ((query.expression === undefined) === (query.statistic === undefined)) {
      problems.push(`${what} has ${query.expression ? 'both' : 'neither'} expression and statistic; give one of them`);
    }
    problems.push(
      positiveDurationProblem(`the period of ${what}`, query.period),
      positiveDurationProblem(`the period of ${what}`, query.statistic?.period),
    );
    if (query.period && query.statistic) {
      problems.push(`${what} has a period beside its statistic's own; leave the former out`);
    }
  }
  return problems.filter((problem) => problem !== undefined);
}
