import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricConditions } from '../shared/metric-conditions';
import { verdictsOf } from '../shared/value-range';
import { withConditions } from '../shared/example';

export const alwaysPasses: Rule = {
  code: 'CON007',
  severity: 'warning',
  title: 'A condition is true for every value the query can return',
  why: 'Counts are never negative and shares lie between 0 and 1, so some comparisons cannot be false. Every measurement is then successful: the analysis looks like a check and is none.',
  fix: 'Reverse the comparison, or use a threshold that the query can cross.',
  whenNotToUse: 'Ignore it when the condition only checks that there is data.',
  confirmedBy: CONFIRMED_BY.phases,
  bad: withConditions('len(result) > 0 && result[0] >= 0'),
  good: withConditions('len(result) > 0 && result[0] <= 5'),
  checkPart(graph, report, part) {
    for (const one of metricConditions(graph, part)) {
      const { metric, all } = one;
      if (all.length === 0) continue;
      const { domain, phases } = verdictsOf(one);
      if (phases?.size !== 1 || !phases.has('Successful')) continue;
      const because = domain.because ? `: ${domain.because}` : '';
      const which = all.map(({ key }) => key).join(' and ');
      report(
        all[0].field,
        `${which} of ${metricLabel(metric)} ${all.length > 1 ? 'are' : 'is'} true for every value the query can return${because}`,
      );
    }
  },
};
