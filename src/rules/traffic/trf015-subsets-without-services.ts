import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { SUBSETS } from '../shared/traffic-example';

const canary = routedCanary('', SUBSETS);

export const subsetsWithoutServices: Rule = {
  code: 'TRF015',
  severity: 'warning',
  title: 'Traffic is split between subsets, and no Service is named',
  why: 'Without `canaryService` and `stableService` the controller waits with the subsets until all pods of both versions are available, and while it waits does nothing else: no scaling, no analysis, no deadline. A canary whose pods do not come up hangs for good.',
  fix: 'Name a `canaryService` or a `stableService` (or both) beside the `destinationRule`; they need not be used in any route.',
  bad: exampleRollout(canary.replace(/^(canary|stable)Service.*\n/gm, '')),
  good: exampleRollout(canary),
  check(graph, report) {
    for (const { resource, canary: fields, istio } of rollouts(graph)) {
      const rule = istio.get('destinationRule');
      if (!rule.exists || fields.get('pingPong').exists) continue;
      if (fields.get('canaryService').string || fields.get('stableService').string) continue;
      report(rule, `${resource} splits traffic between subsets and names neither canaryService nor stableService`, {
        on: 'key',
      });
    }
  },
};
