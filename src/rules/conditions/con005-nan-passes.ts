import { metricLabel } from '../shared/metric-settings';
import { canBeNaN } from '../shared/nan-result';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { edges, metricConditions } from '../shared/metric-conditions';
import { FAILED_SHARE, withConditions } from '../shared/example';

export const nanPasses: Rule = {
  code: 'CON005',
  severity: 'warning',
  title: 'NaN counts as success',
  why: 'A division returns NaN when there was no traffic (0/0), and every comparison with NaN is false. A lone `failureCondition` is then false, and the measurement is successful. A version that received no request is promoted.',
  fix: 'Handle NaN: `failureCondition: isNaN(result[0]) || result[0] > 0.05` fails it; a `successCondition` beside the `failureCondition` makes it inconclusive and pauses the rollout. Or let the query return nothing below a minimum of requests.',
  whenNotToUse: 'Ignore it when a version without traffic may be promoted, for example in a staging environment.',
  confirmedBy: CONFIRMED_BY.phases,
  bad: withConditions('', 'len(result) > 0 && result[0] > 0.05', FAILED_SHARE),
  good: withConditions('len(result) > 0 && result[0] <= 0.05', 'len(result) > 0 && result[0] > 0.05', FAILED_SHARE),
  checkPart(graph, report, part) {
    for (const one of metricConditions(graph, part)) {
      const { metric, failure, success, query } = one;
      if (!failure || success || !query || /\bisNaN\b/.test(failure.text)) continue;
      const nan = canBeNaN(query);
      if (!nan || edges(one)?.nan.phase !== 'Successful') continue;
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
