import { rollouts, type Step } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { stepOf } from '../shared/routers';

const canary = (scale: string): string =>
  routedCanary(`steps:
  - setCanaryScale: { weight: 10 }
  - pause: { duration: 10m }
${scale}  - setWeight: 50
  - pause: { duration: 10m }
`);

export const canaryScaleStays: Rule = {
  code: 'ROL032',
  severity: 'warning',
  title: 'The canary gets more traffic than its pods can serve',
  why: '`setCanaryScale` stays in force until another `setCanaryScale` changes it. `setWeight` moves the traffic and leaves the number of pods. A few pods then get the load of many, and the canary fails because of the load.',
  fix: 'Put `setCanaryScale: { matchTrafficWeight: true }` before the weight, so that the pods follow the traffic again.',
  whenNotToUse: 'When the canary is overloaded on purpose, as in a load test.',
  confirmedBy: 'Argo Rollouts 1.9.1: the conformance run compares the plan with the controller.',
  bad: exampleRollout(canary('')),
  good: exampleRollout(canary('  - setCanaryScale: { matchTrafficWeight: true }\n')),
  checkPart(graph, report, part) {
    for (const { resource, steps } of part(rollouts(graph))) {
      const replicas = resource.field('spec', 'replicas').number;
      let fixed: { readonly share: number; readonly text: string; readonly step: Step } | undefined;
      for (const step of steps) {
        const scale = step.field.get('setCanaryScale');
        if (scale.exists) {
          const [count, weight] = [scale.get('replicas').number, scale.get('weight').number];
          if (count !== undefined) {
            const pods = `${count} pod${count === 1 ? '' : 's'}`;
            const text = `${pods} of ${replicas}`;
            fixed = replicas === undefined ? undefined : { share: (count / Math.max(replicas, 1)) * 100, text, step };
          } else fixed = weight === undefined ? undefined : { share: weight, text: `${weight} % of the pods`, step };
        }
        const weight = step.field.get('setWeight');
        if (!fixed || !step.percent || step.percent < 2 * fixed.share) continue;
        report(
          weight,
          `${stepOf(step, resource)} gives the canary ${step.percent} % of the traffic while step ${fixed.step.index + 1} keeps it at ${fixed.text}`,
          { related: { field: fixed.step.field.get('setCanaryScale'), message: 'the number of pods' } },
        );
        // Reported once for each setting, because later weights have the same problem.
        fixed = undefined;
      }
    }
  },
};
