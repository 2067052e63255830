import { type Field, type Graph, metrics } from '../../graph';
import { parsedQuery, type ReadPromql, readPromqlIn } from './metric-query';
import { metricLabel } from './metric-settings';
import type { Part } from './rule';
import { ruleExpressions } from './rule-expressions';

/** A query of an analysis, or the expression of a rule in Prometheus. */
export interface AnyQuery {
  readonly field: Field;
  readonly read: ReadPromql;
  /** `the query of metric 'errors'`. */
  readonly label: string;
}

/**
 * Every query that parses: those of metrics over Prometheus, and those of PrometheusRules.
 *
 * @param part of the metrics and of the rules. Default: all
 */
export function* allQueries(graph: Graph, part: Part = (list) => list): Generator<AnyQuery> {
  for (const metric of part(metrics(graph))) {
    const read = parsedQuery(graph, metric);
    if (read && parses(read)) yield { read, field: metric.query, label: `the query of ${metricLabel(metric)}` };
  }
  for (const { field, owner } of part(ruleExpressions(graph))) {
    const read = readPromqlIn(graph, field.string!);
    if (parses(read)) yield { read, field, label: `the expression of ${owner}` };
  }
}

const parses = ({ syntax }: ReadPromql): boolean => syntax.errors.length === 0;
