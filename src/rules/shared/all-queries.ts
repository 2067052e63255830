import { type Field, type Graph, metrics, memoizeOnGraph } from '../../graph';
import { promqlAst, type PromqlNode, walkPromql, type Selector } from '../../promql';
import { parsedQuery, type ReadPromql, readPromql } from './metric-query';
import { metricLabel } from './metric-settings';
import { ruleExpressions } from './rule-expressions';

/** A query of an analysis, or the expression of a rule in Prometheus. */
export interface AnyQuery extends ReadPromql {
  readonly field: Field;
  /** As it is written, arguments included. */
  readonly text: string;
  /** `the query of metric 'errors'`. */
  readonly label: string;
}

/** Every query that parses: those of metrics over Prometheus, and those of PrometheusRules. */
export const allQueries = memoizeOnGraph((graph: Graph): readonly AnyQuery[] => {
  const ofMetrics = metrics(graph).flatMap((metric): AnyQuery[] => {
    const read = parsedQuery(graph, metric);
    const text = metric.query.string;
    if (read === undefined || text === undefined) return [];
    return [{ ...read, field: metric.query, text, label: `the query of ${metricLabel(metric)}` }];
  });
  const ofRules = ruleExpressions(graph).map(({ field, owner }): AnyQuery => {
    const text = field.string!;
    return { ...readPromql(text), field, text, label: `the expression of ${owner}` };
  });
  return [...ofMetrics, ...ofRules].filter(({ syntax }) => syntax.errors.length === 0);
});

/** The expression of a query with its arguments. Undefined if Prometheus refuses it. */
export function rootOf({ syntax, problems, text }: AnyQuery): PromqlNode | undefined {
  return problems.length > 0 ? undefined : promqlAst(syntax, text);
}

/** Every selector of a query, with the expressions around it, the innermost first. */
export function selectorsOf(query: AnyQuery): readonly { selector: Selector; around: readonly PromqlNode[] }[] {
  const found: { selector: Selector; around: readonly PromqlNode[] }[] = [];
  const root = rootOf(query);
  if (root) {
    walkPromql(root, (node, around) => {
      if (node.kind === 'selector') found.push({ selector: node, around });
    });
  }
  return found;
}
