import { comparisons } from '../../expr';
import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricConditions } from '../shared/metric-conditions';
import { valueRangeOf } from '../shared/value-range';
import { FAILED_SHARE, withConditions } from '../shared/example';

export const percentOrRatio: Rule = {
  code: 'CON012',
  severity: 'warning',
  title: 'A share is compared with percent, or percent with a share',
  why: 'A query that divides two counts returns a share between 0 and 1: `result[0] <= 5` is always true and `result[0] >= 95` never. A query that multiplies the share by 100 returns percent: `<= 0.05` allows one failure in two thousand requests.',
  fix: 'Use the same unit on both sides: `0.05` for a share, `5` for percent.',
  whenNotToUse: 'Ignore it when the threshold really is that extreme, for example 0.5 %.',
  confirmedBy: CONFIRMED_BY.phases,
  bad: withConditions('len(result) > 0 && result[0] <= 5', '', FAILED_SHARE),
  good: withConditions('len(result) > 0 && result[0] <= 0.05', '', FAILED_SHARE),
  checkPart(graph, report, part) {
    for (const { metric, all, query, engine } of metricConditions(graph, part)) {
      const domain = query && valueRangeOf(query.root);
      const share = domain?.most === 1 && domain.least === 0;
      const percents = domain?.most === 100 && domain.least === 0;
      if (!share && !percents) continue;
      for (const { key, field, text, verbatim } of all) {
        for (const { subject, threshold, from, to } of comparisons(text, engine)) {
          if (subject.startsWith('len')) continue;
          const wrong = share
            ? threshold > 1 && threshold <= 100
            : threshold > 0 && threshold < 1 && !/\.\d{3,}/.test(String(threshold));
          // 99.9 and 0.5 are common as percentages; 0.95 and 0.05 rarely are.
          if (!wrong || (percents && threshold >= 0.1 && threshold < 0.9)) continue;
          const right = share ? threshold / 100 : threshold * 100;
          report(
            field,
            `${key} of ${metricLabel(metric)} compares ${subject} with ${threshold}, but the query gives ${share ? 'a share between 0 and 1' : 'percents between 0 and 100'}`,
            {
              within: verbatim ? { from, to } : undefined,
              hint: `did you mean ${Number(right.toPrecision(6))}?`,
            },
          );
        }
      }
    }
  },
};
