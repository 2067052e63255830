import { type Field, type Graph, metrics, memoizeOnGraph } from '../../graph';
import { parsedQuery, type ReadPromql, readPromql } from './metric-query';
import { metricLabel } from './metric-settings';
import { ruleExpressions } from './rule-expressions';

/** A query of an analysis, or the expression of a rule in Prometheus. */
export interface AnyQuery {
  readonly field: Field;
  readonly read: ReadPromql;
  /** `the query of metric 'errors'`. */
  readonly label: string;
}

/** Every query that parses: those of metrics over Prometheus, and those of PrometheusRules. */
export const allQueries = memoizeOnGraph((graph: Graph): readonly AnyQuery[] => {
  const ofMetrics = metrics(graph).flatMap((metric): AnyQuery[] => {
    const read = parsedQuery(graph, metric);
    return read ? [{ read, field: metric.query, label: `the query of ${metricLabel(metric)}` }] : [];
  });
  const ofRules = ruleExpressions(graph).map(({ field, owner }): AnyQuery => ({
    read: readPromql(field.string!),
    field,
    label: `the expression of ${owner}`,
  }));
  return [...ofMetrics, ...ofRules].filter(({ read }) => read.syntax.errors.length === 0);
});
