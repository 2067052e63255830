import { type Field, type Graph, metrics } from '../../graph';
import { parsedQuery, type ReadPromql, readPromqlIn } from './metric-query';
import { metricLabel } from './metric-settings';
import { mayBeMetricsQl } from './query-dialect';
import type { Part } from './rule';
import { ruleExpressions } from './rule-expressions';

/** A query of an analysis or of a trigger of KEDA, or the expression of a rule in Prometheus. */
export interface AnyQuery {
  readonly field: Field;
  readonly read: ReadPromql;
  /** `the query of metric 'errors'`. */
  readonly label: string;
  /** Whether it looks like one for VictoriaMetrics, for which the releases of Prometheus do not count. */
  readonly mayBeMetricsQl: boolean;
}

/**
 * Every query that parses: those of metrics over Prometheus, of PrometheusRules and of ScaledObjects.
 *
 * @param part of the metrics and of the rules. Default: all
 */
export function* allQueries(graph: Graph, part: Part = (list) => list): Generator<AnyQuery> {
  for (const metric of part(metrics(graph))) {
    const read = parsedQuery(graph, metric);
    if (!read || !parses(read)) continue;
    const label = `the query of ${metricLabel(metric)}`;
    yield { read, field: metric.query, label, mayBeMetricsQl: mayBeMetricsQl(metric) };
  }
  for (const { field, label, mayBeMetricsQl: isOther } of part(ruleExpressions(graph))) {
    const read = readPromqlIn(graph, field.string!);
    if (parses(read)) yield { read, field, label, mayBeMetricsQl: isOther };
  }
}

const parses = ({ syntax }: ReadPromql): boolean => syntax.errors.length === 0;
