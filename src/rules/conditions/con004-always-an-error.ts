import { metricLabel } from '../shared/settings';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { errorAlways, isScalarQuery, metricConditions } from '../shared/condition';
import { sample } from '../shared/conditions-sample';

export const alwaysAnError: Rule = {
  code: 'CON004',
  severity: 'error',
  title: 'A condition is an error whatever was measured',
  why: 'It names something that is not there, compares what cannot be compared, or comes to something else than true or false. Every measurement is an error; after five in a row, 40 seconds, the rollout is aborted.',
  fix: 'Mend the condition at the place shown. It must come to true or false over `result`.',
  bad: sample('results[0] <= 5'),
  good: sample('len(result) > 0 && result[0] <= 5'),
  check(graph, found) {
    const report = distinct(found);
    for (const { metric, all, query } of metricConditions(graph)) {
      const scalar = isScalarQuery(query);
      for (const { key, field, text, verbatim } of all) {
        const error = errorAlways(text, scalar);
        if (!error || error.stage === 'parse' || !errorAlways(text, !scalar)) continue;
        const { from, to } = error;
        report(field, `${key} of ${metricLabel(metric)} is an error whatever is measured: ${error.message}`, {
          within: verbatim && to > from ? { from, to } : undefined,
        });
      }
    }
  },
};
