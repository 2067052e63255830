import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import { podAmount } from '../shared/pod-amount';
import type { Rule } from '../shared/rule';

export const noPodMayBeReplaced: Rule = {
  code: 'ROL008',
  severity: 'error',
  title: 'maxSurge and maxUnavailable are both zero',
  why: 'With both at zero, the controller may neither add a pod nor remove one, so no pod can ever be replaced. It refuses the Rollout (InvalidSpec, Degraded).',
  fix: 'Leave one of them out (default: 25 %), or set it above zero.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleRollout('maxSurge: 0\nmaxUnavailable: 0%'),
  good: exampleRollout('maxSurge: 1\nmaxUnavailable: 0'),
  peers: { argo: 'MaxSurge and MaxUnavailable both can not be zero' },
  checkPart(graph, report, part) {
    for (const { resource, canary } of part(rollouts(graph))) {
      const [surge, unavailable] = [canary.get('maxSurge'), canary.get('maxUnavailable')];
      if (podAmount(surge) !== 0 || podAmount(unavailable) !== 0) continue;
      report(
        surge,
        `maxSurge (${String(surge.value)}) and maxUnavailable (${String(unavailable.value)}) of ${resource} are both zero`,
        { related: { field: unavailable, message: 'the other one' } },
      );
    }
  },
};
