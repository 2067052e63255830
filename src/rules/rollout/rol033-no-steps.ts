import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

export const noSteps: Rule = {
  code: 'ROL033',
  severity: 'warning',
  title: 'Traffic is routed, but there are no steps',
  why: 'Without steps, all traffic moves to the new version as soon as its pods are ready. Every user meets a bad version, and a background analysis has no time to stop it.',
  fix: 'Give the canary steps: a weight, something that waits (a pause or an analysis), then the next weight.',
  whenNotToUse: 'When the traffic routing only shifts all traffic at once, for example in a test environment.',
  confirmedBy: 'Argo Rollouts 1.9.1: the conformance run compares the plan with the controller.',
  bad: exampleRollout(routedCanary()),
  good: exampleRollout(routedCanary('steps:\n  - setWeight: 20\n  - pause: { duration: 10m }')),
  checkPart(graph, report, part) {
    for (const { resource, canary, steps } of part(rollouts(graph))) {
      const routing = canary.get('trafficRouting');
      if (!routing.exists || steps.length > 0) continue;
      report(routing, `${resource} routes traffic but has no steps, so a new version gets all traffic at once`, {
        on: 'key',
      });
    }
  },
};
