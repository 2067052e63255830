import { memoizeBy } from '../../formats/memoize';
import { comparisons, type EngineRelease, prepareCondition } from '../../expr';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { allConditions, isScalarQuery, judged } from '../shared/metric-conditions';
import { withConditions } from '../shared/example';

export const overlap: Rule = {
  code: 'CON010',
  severity: 'warning',
  title: 'Some values are both success and failure',
  why: 'The controller checks the failure condition first. A value that the success condition accepts still fails the measurement and may abort the rollout.',
  fix: 'Let the conditions meet without overlapping: `<= 5` and `> 5`.',
  whenNotToUse: 'Ignore it when the failure condition is meant to take precedence.',
  confirmedBy: CONFIRMED_BY.phases,
  bad: withConditions('len(result) > 0 && result[0] <= 5', 'len(result) > 0 && result[0] >= 5'),
  good: withConditions('len(result) > 0 && result[0] <= 5', 'len(result) > 0 && result[0] > 5'),
  checkPart(graph, report, part) {
    for (const { metric, success, failure, query, engine } of allConditions(graph, part)) {
      if (!success || !failure) continue;
      const scalar = isScalarQuery(query);
      const both = overlapOf(success.text, failure.text, scalar, engine);
      if (both === undefined) continue;
      report(failure.field, `${both} is both success and failure of ${metricLabel(metric)}, and failure wins`, {
        related: { field: success.field, message: 'the successCondition' },
      });
    }
  },
};

/** A value for which both conditions hold. */
const overlapOf = memoizeBy(
  (success: string, failure: string, scalar: boolean, engine: EngineRelease) =>
    JSON.stringify([success, failure, scalar, engine]),
  (success, failure, scalar, engine) =>
    judged(() => {
      const [good, bad] = [success, failure].map((text) => prepareCondition(text, 'prometheus', engine));
      return points([success, failure], engine).find((value) => {
        const [first, second] = [good, bad].map((one) => one(scalar ? value : [value]));
        return 'value' in first && first.value && 'value' in second && second.value;
      });
    }),
);

/** The thresholds, and values around and between them. */
function points(conditions: readonly string[], engine: EngineRelease): number[] {
  const thresholds = conditions.flatMap((one) => comparisons(one, engine)).map(({ threshold }) => threshold);
  const sorted = [...new Set([0, ...thresholds])].sort((a, b) => a - b);
  const between = sorted.slice(1).map((value, i) => (value + sorted[i]) / 2);
  return [...sorted, ...between, sorted[0] - 1, sorted[sorted.length - 1] + 1];
}
