import { rollouts } from '../../graph';
import { exampleRollout, routedCanary, SUBSETS } from '../shared/example';
import type { Rule } from '../shared/rule';

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
      const pingPong = fields.get('pingPong');
      if (istio.exists && pingPong.exists) {
        report(
          pingPong,
          `${resource} uses ping-pong with Istio: while pods start, errors feed the back-off of the controller, so later steps come seconds late`,
          { on: 'key', hint: 'use canaryService and stableService instead' },
        );
      }
      if (!rule.exists || pingPong.exists) continue;
      if (fields.get('canaryService').string || fields.get('stableService').string) continue;
      report(rule, `${resource} splits traffic between subsets and names neither canaryService nor stableService`, {
        on: 'key',
      });
    }
  },
};
