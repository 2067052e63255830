import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

export const dynamicScaleAndDelay: Rule = {
  code: 'ROL013',
  severity: 'error',
  title: 'dynamicStableScale and scaleDownDelaySeconds exclude each other',
  why: 'With `dynamicStableScale`, stable pods are removed as the canary grows, so no old pods are left to delay at the end. The controller refuses a Rollout that has both (InvalidSpec, Degraded).',
  fix: 'Remove `scaleDownDelaySeconds` or `dynamicStableScale`.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleRollout(routedCanary('dynamicStableScale: true\nscaleDownDelaySeconds: 60')),
  good: exampleRollout(routedCanary('dynamicStableScale: true')),
  peers: { argo: 'Canary dynamicStableScale cannot be used with scaleDownDelaySeconds' },
  checkPart(graph, report, part) {
    for (const { resource, canary } of part(rollouts(graph))) {
      const [dynamic, delay] = [canary.get('dynamicStableScale'), canary.get('scaleDownDelaySeconds')];
      if (dynamic.boolean !== true || !delay.exists || !canary.get('trafficRouting').exists) continue;
      report(delay, `${resource} has both dynamicStableScale and scaleDownDelaySeconds (${String(delay.value)})`, {
        on: 'key',
        related: { field: dynamic, message: 'dynamicStableScale' },
        fix: { title: "remove 'scaleDownDelaySeconds'", edits: [{ at: delay, remove: true }] },
      });
    }
  },
};
