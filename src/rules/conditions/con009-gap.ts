import { stepVerdict } from '../../expr';
import { metricLabel } from '../shared/settings';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { judged, metricConditions } from '../shared/condition';
import { sample } from '../shared/conditions-sample';

/** A warning band is of the order of its bounds; one that spans more is rather a slip of the decimal point. */
const WIDE = 10;

export const gap: Rule = {
  code: 'CON009',
  severity: 'warning',
  title: 'Some values are neither success nor failure',
  why: 'What neither condition covers is inconclusive and pauses the rollout until a person comes. A band between good and bad may be meant; a single value, or a band in which the one bound is ten times the other, seldom is.',
  fix: 'Let one of the conditions include the value (`<=` instead of `<`), or use the same unit in both.',
  bad: sample('len(result) > 0 && result[0] < 5', 'len(result) > 0 && result[0] > 5'),
  good: sample('len(result) > 0 && result[0] <= 5', 'len(result) > 0 && result[0] > 5'),
  check(graph, found) {
    const report = distinct(found);
    for (const { metric, texts, success, failure } of metricConditions(graph)) {
      if (!success || !failure) continue;
      const verdict = judged(() => stepVerdict(texts));
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
