import { memoizeBy } from '../../formats/memoize';
import { stepVerdict } from '../../expr';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { allConditions, judged, type MetricConditions, verdictKey } from '../shared/metric-conditions';
import { withConditions } from '../shared/example';

/** A warning band is of the same magnitude as its bounds. A wider one is probably a misplaced decimal point. */
const WIDE = 10;

/** What the conditions say at and between their thresholds; undefined where that cannot be judged. */
const stepsOf = memoizeBy(verdictKey, ({ texts, engine }: MetricConditions) =>
  judged(() => stepVerdict(texts, engine)),
);

export const gap: Rule = {
  code: 'CON009',
  severity: 'warning',
  title: 'Some values are neither success nor failure',
  why: 'A value that neither condition covers makes the measurement inconclusive, which pauses the rollout until someone approves or aborts it. A band between good and bad can be intended. A single value in between, or a band whose upper bound is ten times the lower one, is more likely a typo.',
  fix: 'Include the value in one of the conditions (`<=` instead of `<`), or use the same unit in both.',
  whenNotToUse: 'Ignore it when a manual decision is wanted for these values.',
  confirmedBy: CONFIRMED_BY.phases,
  bad: withConditions('len(result) > 0 && result[0] < 5', 'len(result) > 0 && result[0] > 5'),
  good: withConditions('len(result) > 0 && result[0] <= 5', 'len(result) > 0 && result[0] > 5'),
  checkPart(graph, report, part) {
    for (const one of allConditions(graph, part)) {
      const { metric, success, failure } = one;
      if (!success || !failure) continue;
      const verdict = stepsOf(one);
      if (!verdict) continue;
      const { thresholds, at, between } = verdict;
      const of = `of ${metricLabel(metric)}`;
      const related = { field: failure.field, message: 'the failureCondition' };
      thresholds.forEach((value, i) => {
        if (at[i] !== 'Inconclusive' || between[i] === 'Inconclusive' || between[i + 1] === 'Inconclusive') return;
        report(success.field, `exactly ${value} is neither success nor failure ${of}`, { related });
      });
      for (let i = 1; i < thresholds.length; i++) {
        const [low, high] = [thresholds[i - 1], thresholds[i]];
        if (between[i] !== 'Inconclusive' || !(low > 0) || high / low < WIDE) continue;
        report(
          success.field,
          `from ${low} to ${high} is neither success nor failure ${of}; are both in the same unit?`,
          { related },
        );
      }
    }
  },
};
