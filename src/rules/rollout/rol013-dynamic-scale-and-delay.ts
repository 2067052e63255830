import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

export const dynamicScaleAndDelay: Rule = {
  code: 'ROL013',
  severity: 'error',
  title: 'The stable version is to be scaled down at once, and after a delay',
  why: 'With `dynamicStableScale` the stable pods go as the canary grows, so that none are left to be delayed. The controller refuses the Rollout: InvalidSpec, Degraded.',
  fix: 'Leave out `scaleDownDelaySeconds`, or `dynamicStableScale`.',
  bad: exampleRollout(routedCanary('dynamicStableScale: true\nscaleDownDelaySeconds: 60')),
  good: exampleRollout(routedCanary('dynamicStableScale: true')),
  peers: { argo: 'Canary dynamicStableScale cannot be used with scaleDownDelaySeconds' },
  check(graph, report) {
    for (const { resource, canary } of rollouts(graph)) {
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
