import { type Field, type Graph, memoizeOnGraph } from '../../graph';
import { isOfVictoriaMetrics, rulesMayBeMetricsQl } from './query-dialect';

/** A query outside of analyses: an expression of an alert or a recording rule, or the query of a trigger of KEDA. */
export interface RuleExpression {
  readonly field: Field;
  /** `the expression of alert 'HighErrorRate' of PrometheusRule shop/checkout`. */
  readonly label: string;
  /** Whether it looks like one for VictoriaMetrics. */
  readonly mayBeMetricsQl: boolean;
}

/** The queries of all PrometheusRules and ScaledObjects. */
export const ruleExpressions = memoizeOnGraph((graph: Graph): readonly RuleExpression[] => [
  ...ofRules(graph),
  ...ofTriggers(graph),
]);

function ofRules(graph: Graph): RuleExpression[] {
  const mayBeMetricsQl = rulesMayBeMetricsQl(graph);
  return graph.ofKind('PrometheusRule', 'monitoring.coreos.com').flatMap((resource) =>
    resource
      .field('spec', 'groups')
      .items()
      .flatMap((group) => group.get('rules').items())
      .flatMap((rule): RuleExpression[] => {
        const field = rule.get('expr');
        if (!field.string) return [];
        const [kind, name] = rule.get('alert').exists
          ? ['alert', rule.get('alert').string]
          : ['recording rule', rule.get('record').string];
        return [{ field, label: `the expression of ${kind} '${name ?? ''}' of ${resource}`, mayBeMetricsQl }];
      }),
  );
}

const ofTriggers = (graph: Graph): RuleExpression[] =>
  graph.ofKind('ScaledObject', 'keda.sh').flatMap((resource) =>
    resource
      .field('spec', 'triggers')
      .items()
      .flatMap((trigger): RuleExpression[] => {
        const field = trigger.get('metadata', 'query');
        // A placeholder may stand for any part of the query.
        const isOpen = /\$\{|\{\{/.test(field.string ?? '');
        if (trigger.get('type').string !== 'prometheus' || !field.string?.trim() || isOpen) return [];
        const mayBeMetricsQl = isOfVictoriaMetrics(trigger.get('metadata', 'serverAddress').string ?? '');
        return [{ field, label: `the query of a trigger of ${resource}`, mayBeMetricsQl }];
      }),
  );
