import { parseCondition } from '../../expr';
import { metrics } from '../../graph';
import { filledConditions, metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import { engineOf } from '../shared/engine';
import type { Rule } from '../shared/rule';
import { withConditions } from '../shared/example';

export const doesNotParse: Rule = {
  code: 'CON002',
  severity: 'error',
  title: 'A condition is not a valid expression',
  why: 'The condition does not compile, so every measurement ends in an error whatever was measured. After five errors in a row, about 40 seconds, the rollout is aborted.',
  fix: 'Correct the condition at the marked position. The language is [expr](https://expr-lang.org/docs/language-definition).',
  whenNotToUse:
    'Ignore it when your Argo Rollouts release has a newer expression language than the one the linter knows.',
  confirmedBy: CONFIRMED_BY.measurement,
  bad: withConditions('result[0] <= 5 &&'),
  good: withConditions('len(result) > 0 && result[0] <= 5'),
  checkPart(graph, report, part) {
    for (const { metric, key, field, text, verbatim } of filledConditions(part(metrics(graph)))) {
      const { error } = parseCondition(text, engineOf(graph));
      if (!error) continue;
      const { from, to } = error;
      report(field, `${key} of ${metricLabel(metric)} is not a valid expression: ${error.message}`, {
        within: verbatim && to > from ? { from, to } : undefined,
      });
    }
  },
};
