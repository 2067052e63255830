import { comparisons, prepareCondition } from '../../expr';
import { metricLabel } from '../shared/settings';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { isScalarQuery, judged, metricConditions } from '../shared/condition';
import { sample } from '../shared/conditions-sample';

export const overlap: Rule = {
  code: 'CON010',
  severity: 'warning',
  title: 'Some values are success and failure at once',
  why: 'Failure wins, so that a value which the author called good aborts the rollout.',
  fix: 'Let the conditions touch without overlapping: `<= 5` and `> 5`.',
  bad: sample('len(result) > 0 && result[0] <= 5', 'len(result) > 0 && result[0] >= 5'),
  good: sample('len(result) > 0 && result[0] <= 5', 'len(result) > 0 && result[0] > 5'),
  check(graph, found) {
    const report = distinct(found);
    for (const { metric, success, failure, query } of metricConditions(graph)) {
      if (!success || !failure) continue;
      const scalar = isScalarQuery(query);
      const both = judged(() => {
        const [good, bad] = [prepareCondition(success.text), prepareCondition(failure.text)];
        return points([success.text, failure.text]).find((value) => {
          const [first, second] = [good, bad].map((one) => one(scalar ? value : [value]));
          return 'value' in first && first.value && 'value' in second && second.value;
        });
      });
      if (both === undefined) continue;
      report(failure.field, `${both} is both success and failure of ${metricLabel(metric)}, and failure wins`, {
        related: { field: success.field, message: 'the successCondition' },
      });
    }
  },
};

/** The thresholds, and values around and between them. */
function points(conditions: readonly string[]): number[] {
  const thresholds = conditions.flatMap((one) => comparisons(one)).map(({ threshold }) => threshold);
  const sorted = [...new Set([0, ...thresholds])].sort((a, b) => a - b);
  const between = sorted.slice(1).map((value, i) => (value + sorted[i]) / 2);
  return [...sorted, ...between, sorted[0] - 1, sorted[sorted.length - 1] + 1];
}
