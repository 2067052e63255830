import { type Field, rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import { stepOf } from '../shared/routers';
import type { Rule } from '../shared/rule';

const canary = (weight: number): string =>
  `maxSurge: 0\nsteps:\n  - setWeight: 50\n  - pause: {}\n  - setWeight: ${weight}\n  - pause: {}`;

export const weightRoundsToNoPod: Rule = {
  code: 'ROL047',
  severity: 'warning',
  title: 'A high weight is rounded to no canary pod at all',
  why: 'Without traffic routing and with `maxSurge: 0`, the controller rounds the number of canary pods up or down. If the exact number ends in .5 and rounding up would leave no stable pod, it finds no allowed number and runs no canary pod at all. At 95 % of 10 pods, all pods are of the stable version, and the next analysis judges nothing.',
  fix: 'Choose a weight that gives a whole number of pods, or allow a surge of one pod.',
  whenNotToUse: 'Never: the step takes the canary out of traffic.',
  confirmedBy: "Argo Rollouts 1.9.1, measured with the controller's own function, which 1.10.2 has unchanged.",
  bad: exampleRollout(canary(95), { spec: 'replicas: 10' }),
  good: exampleRollout(canary(90), { spec: 'replicas: 10' }),
  checkPart(graph, report, part) {
    for (const { resource, canary: fields, steps } of part(rollouts(graph))) {
      const replicas = resource.field('spec', 'replicas').number;
      if (replicas === undefined || replicas < 2 || fields.get('trafficRouting').exists) continue;
      if (!isZero(fields.get('maxSurge'))) continue;
      for (const step of steps) {
        const field = step.field.get('setWeight');
        const weight = field.number ?? 0;
        if (weight >= 100 || (replicas * weight) % 100 !== 50 || Math.ceil((replicas * weight) / 100) !== replicas) {
          continue;
        }
        report(
          field,
          `${stepOf(step, resource)} runs no canary pod: ${weight} % of ${replicas} pods is ${(replicas * weight) / 100}, which the controller rounds to 0 with maxSurge 0`,
          { related: { field: fields.get('maxSurge'), message: 'maxSurge' } },
        );
      }
    }
  },
};

/** A number or a percentage of zero. */
const isZero = ({ value }: Field): boolean => value === 0 || (typeof value === 'string' && /^0+%?$/.test(value));
