import { edgeVerdicts, UnsupportedExpression } from '../../expr';
import { remembered } from '../../formats/memoize';
import { metrics } from '../../graph';
import { analysisTemplate } from '../shared/examples';
import type { Rule } from '../shared/rule';

export const noDataIsAnError: Rule = {
  code: 'CON001',
  severity: 'warning',
  title: 'A condition ends in an error when the query returns nothing',
  why: 'Prometheus returns an empty result when no series matches: a version that never failed has no series of failures, a version without traffic none at all. `result[0]` of it is an error; after five errors in a row, 40 seconds, the analysis errs and the rollout is aborted, though nothing is known against the version.',
  fix: 'Say what no data means. It fails: `len(result) > 0 && result[0] <= 5`. It passes: `len(result) == 0 || result[0] <= 5`. It pauses the rollout for a person: `successCondition: len(result) > 0 && result[0] <= 5` together with `failureCondition: len(result) > 0 && result[0] > 5`.',
  bad: analysisTemplate({ condition: 'result[0] <= 5' }),
  good: analysisTemplate({}),
  check(graph, report) {
    for (const { field, prometheus, name } of metrics(graph)) {
      if (!prometheus.exists) continue;
      for (const which of ['successCondition', 'failureCondition']) {
        const condition = field.get(which);
        const { string } = condition;
        if (!string) continue;
        const message = errorOnEmpty(string);
        if (!message) continue;
        report(condition, `${which} of metric '${name}' is an error when the query returns nothing: ${message}`, {
          hint: 'guard it with len(result) > 0',
        });
      }
    }
  },
};

/** The error for an empty vector alone: what is wrong with every result is another rule's to say. */
const errorOnEmpty = remembered((condition): string | undefined => {
  try {
    const { empty, nan } = edgeVerdicts({ successCondition: condition });
    return empty.phase === 'Error' && nan.phase !== 'Error' ? (empty.message ?? 'error') : undefined;
  } catch (error) {
    if (error instanceof UnsupportedExpression) return undefined;
    throw error;
  }
});
