import { type Field, type Graph } from '../../graph';

/** An expression of an alert or a recording rule. */
export interface RuleExpression {
  readonly field: Field;
  /** `alert 'HighErrorRate' of PrometheusRule shop/checkout`. */
  readonly owner: string;
}

/** The expressions of all PrometheusRules. A template expression of Helm or the like in braces is left out. */
export function ruleExpressions(graph: Graph): RuleExpression[] {
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
        return [{ field, owner: `${kind} '${name ?? ''}' of ${resource}` }];
      }),
  );
}
