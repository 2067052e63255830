import { comparisons } from '../../expr';
import { metricLabel } from '../shared/settings';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { metricConditions } from '../shared/condition';
import { domainOf } from '../shared/domain';
import { RATIO, sample } from '../shared/conditions-sample';

export const percentOrRatio: Rule = {
  code: 'CON012',
  severity: 'warning',
  title: 'A share is compared with percents, or percents with a share',
  why: 'A query that divides gives a share between 0 and 1: `result[0] <= 5` holds for each of them, and `result[0] >= 95` for none. A query that multiplies it by 100 gives percents: `<= 0.05` allows one failure in two thousand.',
  fix: 'Use the same unit on both sides: `0.05` for a share, `5` for percents.',
  bad: sample('len(result) > 0 && result[0] <= 5', '', RATIO),
  good: sample('len(result) > 0 && result[0] <= 0.05', '', RATIO),
  check(graph, found) {
    const report = distinct(found);
    for (const { metric, all, query } of metricConditions(graph)) {
      const domain = query && domainOf(query.root);
      const share = domain?.most === 1 && domain.least === 0;
      const percents = domain?.most === 100 && domain.least === 0;
      if (!share && !percents) continue;
      for (const { key, field, text, verbatim } of all) {
        for (const { subject, threshold, from, to } of comparisons(text)) {
          if (subject.startsWith('len')) continue;
          const wrong = share
            ? threshold > 1 && threshold <= 100
            : threshold > 0 && threshold < 1 && !/\.\d{3,}/.test(String(threshold));
          // 99.9 and 0.5 are both percents that people write; 0.95 and 0.05 seldom are.
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
