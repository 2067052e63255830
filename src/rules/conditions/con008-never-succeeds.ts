import { metricLabel } from '../shared/settings';
import { distinct } from '../shared/distinct';
import type { Rule } from '../shared/rule';
import { metricConditions } from '../shared/condition';
import { verdictsOf } from '../shared/domain';
import { sample } from '../shared/conditions-sample';

export const neverSucceeds: Rule = {
  code: 'CON008',
  severity: 'error',
  title: 'A condition lets no value pass',
  why: 'Whatever the version does, no measurement is successful: every rollout is aborted, or paused for ever.',
  fix: 'Turn the comparison round, set the threshold to a value that the query can reach, or see to it that success and failure do not exclude each other everywhere.',
  bad: sample('len(result) > 0 && result[0] < 0'),
  good: sample('len(result) > 0 && result[0] <= 5'),
  check(graph, found) {
    const report = distinct(found);
    for (const one of metricConditions(graph)) {
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
