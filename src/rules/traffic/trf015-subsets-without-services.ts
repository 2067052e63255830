import { rollouts } from '../../graph';
import { exampleRollout, routedCanary, SUBSETS } from '../shared/example';
import type { Rule } from '../shared/rule';

const canary = routedCanary('', SUBSETS);

export const subsetsWithoutServices: Rule = {
  code: 'TRF015',
  severity: 'warning',
  title: 'Subset routing without Services delays the rollout',
  why: 'Without `canaryService` and `stableService`, the controller waits with the subsets until all pods of both versions are available, and does nothing else meanwhile: no scaling, no analysis, no deadline. A canary whose pods do not start hangs for ever. With ping-pong, errors while pods start feed the back-off of the controller, so later steps come seconds late.',
  fix: 'Name a `canaryService` or a `stableService` (or both) beside the `destinationRule`. No route has to use them.',
  whenNotToUse: 'When a delay of seconds does not matter and each rollout is watched.',
  confirmedBy: 'Argo Rollouts 1.9.1 and 1.10.2, measured on a real API server and controller.',
  bad: exampleRollout(canary.replace(/^(canary|stable)Service.*\n/gm, '')),
  good: exampleRollout(canary),
  checkPart(graph, report, part) {
    for (const { resource, canary: fields, istio } of part(rollouts(graph))) {
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
