import { parseCondition } from '../../expr';
import { metrics } from '../../graph';
import { distinct } from '../shared/distinct';
import { fillIn, metricLabel, usesOf } from '../shared/settings';
import type { Rule } from '../shared/rule';
import { sample } from '../shared/conditions-sample';

export const doesNotParse: Rule = {
  code: 'CON002',
  severity: 'error',
  title: 'A condition is no expression',
  why: 'Every measurement is an error, whatever was measured; after five in a row, 40 seconds, the analysis errs and the rollout is aborted.',
  fix: 'Mend the condition at the place shown. The language is that of github.com/expr-lang/expr.',
  bad: sample('result[0] <= 5 &&'),
  good: sample('len(result) > 0 && result[0] <= 5'),
  check(graph, found) {
    const report = distinct(found);
    for (const metric of metrics(graph)) {
      for (const key of ['successCondition', 'failureCondition']) {
        const field = metric.field.get(key);
        if (!field.string) continue;
        for (const use of usesOf(metric)) {
          const text = fillIn(field.string, metric, use);
          const error = text === undefined ? undefined : parseCondition(text).error;
          if (!error) continue;
          const { from, to } = error;
          report(field, `${key} of ${metricLabel(metric)} is no expression: ${error.message}`, {
            within: text === field.string && to > from ? { from, to } : undefined,
          });
        }
      }
    }
  },
};
