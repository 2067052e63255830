import { type Field, rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

const steps = `
steps:
  - setCanaryScale: { replicas: 1 }
  - pause: {}
`;

export const needsTrafficRouting: Rule = {
  code: 'ROL011',
  severity: 'error',
  title: 'A field needs traffic routing, and the Rollout has none',
  why: 'Without a router, the weight of the canary is its share of the pods. The number of pods cannot be set apart from the weight, and requests cannot be told apart. The controller refuses the Rollout (InvalidSpec, Degraded).',
  fix: 'Configure `trafficRouting`, or remove the field that needs it.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleRollout(steps),
  good: exampleRollout(routedCanary(steps)),
  peers: {
    argo: 'SetCanaryScale requires TrafficRouting to be set; Canary dynamicStableScale can only be used with traffic routing; …',
  },
  checkPart(graph, report, part) {
    for (const { resource, canary, steps: all } of part(rollouts(graph))) {
      if (!canary.exists || canary.get('trafficRouting').exists) continue;
      const found: Field[] = [canary.get('scaleDownDelaySeconds')];
      if (canary.get('dynamicStableScale').boolean === true) found.push(canary.get('dynamicStableScale'));
      for (const { field } of all) {
        for (const kind of ['setCanaryScale', 'setHeaderRoute', 'setMirrorRoute']) found.push(field.get(kind));
        found.push(
          ...field
            .get('experiment', 'templates')
            .items()
            .map((template) => template.get('weight')),
        );
      }
      for (const field of found) {
        if (!field.exists) continue;
        const name = String(field.path[field.path.length - 1]);
        report(field, `${resource} has ${name} but no trafficRouting`, { on: 'key' });
      }
    }
  },
};
