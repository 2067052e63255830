import { metricLabel } from '../shared/settings';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { metricConditions } from '../shared/condition';
import { verdictsOf } from '../shared/domain';
import { sample } from '../shared/conditions-sample';

export const alwaysPasses: Rule = {
  code: 'CON007',
  severity: 'warning',
  title: 'A condition lets every value pass',
  why: 'Whatever the version does, each measurement is successful: the analysis guards nothing, and looks as if it did.',
  fix: 'Turn the comparison round, or set the threshold to a value that the query can reach.',
  bad: sample('len(result) > 0 && result[0] >= 0'),
  good: sample('len(result) > 0 && result[0] <= 5'),
  check(graph, found) {
    const report = distinct(found);
    for (const one of metricConditions(graph)) {
      const { metric, all } = one;
      if (all.length === 0) continue;
      const { domain, phases } = verdictsOf(one);
      if (phases?.size !== 1 || !phases.has('Successful')) continue;
      const because = domain.because ? `: ${domain.because}` : '';
      const which = all.map(({ key }) => key).join(' and ');
      report(
        all[0].field,
        `${which} of ${metricLabel(metric)} ${all.length > 1 ? 'let' : 'lets'} every value pass that the query can give${because}`,
      );
    }
  },
};
