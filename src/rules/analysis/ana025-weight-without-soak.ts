import { rollouts } from '../../graph';
import type { Rule } from '../rule';
import { canaryRollout } from '../samples';
import { weightOf } from './timeline';

export const weightWithoutSoak: Rule = {
  code: 'ANA025',
  severity: 'warning',
  title: 'A weight is left again as soon as it is set',
  why: '`setWeight` waits for pods and for nothing else: with no pause, analysis or experiment after it the next step follows within the second, and no request has shown anything.',
  fix: 'Let a pause or an analysis follow, or leave the weight out.',
  bad: canaryRollout({ steps: '- setWeight: 20\n- setWeight: 60\n- pause: { duration: 10m }' }),
  good: canaryRollout({
    steps: '- setWeight: 20\n- pause: { duration: 10m }\n- setWeight: 60\n- pause: { duration: 10m }',
  }),
  check(graph, report) {
    for (const { resource, steps } of rollouts(graph)) {
      steps.forEach((step, index) => {
        const weight = weightOf(step);
        if (weight === undefined || weight <= 0 || weight >= 100) return;
        const rest = steps.slice(index + 1);
        const next = rest.findIndex((one) => weightOf(one) !== undefined);
        const during = next < 0 ? rest : rest.slice(0, next);
        const waits = [step, ...during].some(({ kinds }) =>
          kinds.some((kind) => kind === 'pause' || kind === 'analysis' || kind === 'experiment' || kind === 'plugin'),
        );
        if (waits) return;
        const then =
          next < 0 ? 'the version is promoted' : `step ${rest[next].index + 1} sets ${weightOf(rest[next])} %`;
        report(step.field.get('setWeight'), `step ${index + 1} of ${resource} sets ${weight} %, and at once ${then}`, {
          hint: 'nothing waits or measures at this weight',
        });
      });
    }
  },
};
