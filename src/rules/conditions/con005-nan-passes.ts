import { metricLabel } from '../shared/settings';
import { distinct } from '../shared/distinct';
import { canBeNaN } from '../shared/nan';
import type { Rule } from '../shared/rule';
import { edges, metricConditions } from '../shared/condition';
import { RATIO, sample } from '../shared/conditions-sample';

export const nanPasses: Rule = {
  code: 'CON005',
  severity: 'warning',
  title: 'A metric without a number passes',
  why: 'A division gives NaN when there was no traffic (0/0), and every comparison with NaN is false. A lone `failureCondition` is then false and the measurement successful: a version that nobody reached is promoted.',
  fix: 'Name the case: `failureCondition: isNaN(result[0]) || result[0] > 0.05` fails it, and `successCondition` beside the `failureCondition` makes it inconclusive, which pauses the rollout. Or let the query give nothing below a number of requests.',
  bad: sample('', 'len(result) > 0 && result[0] > 0.05', RATIO),
  good: sample('len(result) > 0 && result[0] <= 0.05', 'len(result) > 0 && result[0] > 0.05', RATIO),
  check(graph, found) {
    const report = distinct(found);
    for (const { metric, texts, failure, success, query } of metricConditions(graph)) {
      if (!failure || success || !query || /\bisNaN\b/.test(failure.text)) continue;
      const nan = canBeNaN(query);
      if (!nan || edges(texts)?.nan.phase !== 'Successful') continue;
      report(
        failure.field,
        `failureCondition of ${metricLabel(metric)} is false for NaN, which the query gives when there was no traffic, so the measurement is successful`,
        {
          hint: 'add isNaN(result[0]) ||, or a successCondition',
          related: { field: metric.query, message: `${nan} can be NaN` },
        },
      );
    }
  },
};
