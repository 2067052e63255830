import { metricLabel } from '../shared/metric-settings';
import { distinct } from '../shared/distinct';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { errorAlways, isScalarQuery, metricConditions } from '../shared/metric-conditions';
import { withConditions } from '../shared/example';

export const alwaysAnError: Rule = {
  code: 'CON004',
  severity: 'error',
  title: 'A condition is an error for every result',
  why: 'The condition uses a name that does not exist, compares incompatible types, or does not evaluate to true or false. Every measurement ends in an error. After five errors in a row, about 40 seconds, the rollout is aborted.',
  fix: 'Correct the condition at the marked position. It must evaluate to true or false.',
  whenNotToUse: 'Ignore it when your Argo Rollouts release has functions that the linter does not know.',
  confirmedBy: CONFIRMED_BY.measurement,
  bad: withConditions('results[0] <= 5'),
  good: withConditions('len(result) > 0 && result[0] <= 5'),
  check(graph, found) {
    const report = distinct(found);
    for (const { metric, all, query, engine } of metricConditions(graph)) {
      const scalar = isScalarQuery(query);
      for (const { key, field, text, verbatim } of all) {
        const error = errorAlways(text, scalar, engine);
        if (!error || error.stage === 'parse' || !errorAlways(text, !scalar, engine)) continue;
        const { from, to } = error;
        report(field, `${key} of ${metricLabel(metric)} is an error for every result: ${error.message}`, {
          within: verbatim && to > from ? { from, to } : undefined,
        });
      }
    }
  },
};
