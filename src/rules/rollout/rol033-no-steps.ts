import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

export const noSteps: Rule = {
  code: 'ROL033',
  severity: 'warning',
  title: 'Traffic is routed and there are no steps',
  why: 'Without steps all traffic goes to the new version as soon as its pods are ready. No one is spared a bad version, and no analysis in the background has time to say anything.',
  fix: 'Give the canary steps: a weight, something that waits (a pause, an analysis), the next weight.',
  bad: exampleRollout(routedCanary()),
  good: exampleRollout(routedCanary('steps:\n  - setWeight: 20\n  - pause: { duration: 10m }')),
  check(graph, report) {
    for (const { resource, canary, steps } of rollouts(graph)) {
      const routing = canary.get('trafficRouting');
      if (!routing.exists || steps.length > 0) continue;
      report(routing, `${resource} routes traffic and has no steps: a new version gets all of it at once`, {
        on: 'key',
      });
    }
  },
};
