import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { stepOf } from '../shared/routers';

const canary = (weight: number): string =>
  routedCanary(`dynamicStableScale: true
steps:
  - setWeight: 20
  - pause: { duration: 10m }
  - setWeight: ${weight}
  - pause: { duration: 10m }
`);

export const noStableLeft: Rule = {
  code: 'SCL010',
  severity: 'advice',
  title: 'No stable pods are left while the canary is still judged',
  why: 'With `dynamicStableScale`, the stable version is scaled down as the canary gets its weight. At 100 % none of it runs. If the canary is aborted then, every user stays on the bad version until stable pods have started.',
  fix: 'End the steps below 100 % (the end of the steps is 100 % anyway), or remove `dynamicStableScale`.',
  whenNotToUse: 'When the pods start within seconds.',
  bad: exampleRollout(canary(100)),
  good: exampleRollout(canary(80)),
  checkPart(graph, report, part) {
    for (const { resource, canary: fields, steps } of part(rollouts(graph))) {
      if (fields.get('dynamicStableScale').boolean !== true) continue;
      for (const [index, step] of steps.entries()) {
        const weight = step.field.get('setWeight');
        const judged = steps
          .slice(index + 1)
          .some(({ kinds }) => kinds.includes('pause') || kinds.includes('analysis'));
        if ((step.percent ?? 0) < 100 || !judged) continue;
        report(
          weight,
          `${stepOf(step, resource)} leaves no stable pods, by dynamicStableScale, and more steps follow`,
          {
            related: { field: fields.get('dynamicStableScale'), message: 'dynamicStableScale' },
          },
        );
        break;
      }
    }
  },
};
