import { metricLabel } from '../shared/metric-settings';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { metricConditions } from '../shared/metric-conditions';
import { verdictsOf } from '../shared/value-range';
import { withConditions } from '../shared/example';

export const neverSucceeds: Rule = {
  code: 'CON008',
  severity: 'error',
  title: 'No value of the query makes a measurement successful',
  why: 'Counts are never negative and shares lie between 0 and 1, so some comparisons cannot be true. No measurement is ever successful: every rollout is aborted, or paused until someone decides.',
  fix: 'Reverse the comparison, use a threshold that the query can reach, or make sure that the two conditions do not contradict each other.',
  whenNotToUse: 'Ignore it in a template that must always stop a rollout, for example in a drill.',
  confirmedBy: CONFIRMED_BY.phases,
  bad: withConditions('len(result) > 0 && result[0] < 0'),
  good: withConditions('len(result) > 0 && result[0] <= 5'),
  checkPart(graph, report, part) {
    for (const one of metricConditions(graph, part)) {
      const { metric, all } = one;
      if (all.length === 0) continue;
      const { domain, phases } = verdictsOf(one);
      if (phases === undefined || phases.has('Successful') || phases.has('Error') || phases.size === 0) continue;
      const because = domain.because ? `: ${domain.because}` : '';
      const which = all.map(({ key }) => key).join(' and ');
      const what = [...phases.keys()].sort().join(' or ');
      report(
        all[0].field,
        `${which} of ${metricLabel(metric)} ${all.length > 1 ? 'make' : 'makes'} every value ${what}${because}`,
      );
    }
  },
};
