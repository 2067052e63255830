import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';
import { stepOf } from '../shared/routers';

export const weightOutOfRange: Rule = {
  code: 'ROL016',
  severity: 'error',
  title: 'A weight is out of range',
  why: 'A weight is a percentage of the traffic. Below 0 or above 100 (or `maxTrafficWeight`), the controller refuses the Rollout (InvalidSpec, Degraded), and nothing is rolled out.',
  fix: 'Write a weight from 0 to 100. With nginx or a plugin, the maximum is `trafficRouting.maxTrafficWeight`.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleRollout('steps:\n  - setWeight: 150\n  - pause: {}'),
  good: exampleRollout('steps:\n  - setWeight: 50\n  - pause: {}'),
  peers: { argo: 'SetWeight needs to be between 0 and 100' },
  checkPart(graph, report, part) {
    for (const { resource, canary, steps } of part(rollouts(graph))) {
      const most = canary.get('trafficRouting', 'maxTrafficWeight').number ?? 100;
      for (const step of steps) {
        const weight = step.field.get('setWeight');
        if (weight.number === undefined || (weight.number >= 0 && weight.number <= most)) continue;
        report(weight, `${stepOf(step, resource)} sets the weight ${weight.number}, which is outside 0 to ${most}`);
      }
      // The controller does not look at the weight of pods: below 0 there are none, above 100 more than the stable has.
      for (const step of steps) {
        const weight = step.field.get('setCanaryScale', 'weight');
        if (weight.number === undefined || (weight.number >= 0 && weight.number <= 100)) continue;
        report(weight, `${stepOf(step, resource)} scales the canary to ${weight.number} %, which is outside 0 to 100`, {
          severity: 'warning',
        });
      }
    }
  },
};
