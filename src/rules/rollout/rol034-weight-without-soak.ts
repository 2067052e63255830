import { rollouts, type Step } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';
import { stepOf } from '../shared/routers';

const canary = (wait: string): string => `
steps:
  - setWeight: 20
${wait}  - setWeight: 50
  - pause: { duration: 10m }
`;

/** Whether a step takes time in addition to that until pods are ready. A pause of zero takes none. */
function waits({ field, kinds }: Step): boolean {
  if (kinds.some((kind) => ['analysis', 'experiment', 'plugin'].includes(kind))) return true;
  const duration = field.get('pause', 'duration');
  return kinds.includes('pause') && !(duration.exists && /^\+?0*(\.0*)?(s|m|h|ms)?$/.test(String(duration.value)));
}

const hasWeight = ({ field }: Step): boolean => field.get('setWeight').exists;

export const weightWithoutSoak: Rule = {
  code: 'ROL034',
  severity: 'warning',
  title: 'A weight has no pause or analysis after it',
  why: 'A `setWeight` step is complete when the weight is set. Without a pause or an analysis after it, the next step follows within seconds. Hardly any user meets the canary at this weight, and nothing is measured.',
  fix: 'Put a pause, an analysis or an experiment after the weight, or remove the weight.',
  whenNotToUse: 'When the weight only warms up caches or connections before the next one.',
  confirmedBy: 'Argo Rollouts 1.9.1: the conformance run compares the plan with the controller.',
  bad: exampleRollout(canary('')),
  good: exampleRollout(canary('  - pause: { duration: 10m }\n')),
  checkPart(graph, report, part) {
    for (const { resource, steps } of part(rollouts(graph))) {
      for (const [index, step] of steps.entries()) {
        const weight = step.field.get('setWeight');
        // At 0 there is nothing to observe, and 100 at the end has no effect.
        if (step.percent === undefined || step.percent <= 0 || step.percent >= 100) continue;
        // Looked at one by one: there may be many steps, and mostly the next one waits.
        let at = index + 1;
        while (at < steps.length && !hasWeight(steps[at]) && !waits(steps[at])) at++;
        if (waits(step) || (at < steps.length && !hasWeight(steps[at]))) continue;
        const next = steps[at]?.field.get('setWeight');
        const then =
          next === undefined ? 'the end of the steps, 100 %,' : `the weight ${String(next.value)} of step ${at + 1}`;
        report(weight, `${stepOf(step, resource)} sets the weight ${weight.number}, and ${then} follows at once`, {
          related: next && { field: next, message: 'the next weight' },
        });
      }
    }
  },
};
