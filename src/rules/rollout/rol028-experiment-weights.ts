import { rollouts } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { stepOf } from '../shared/routers';

const canary = (weight: number): string =>
  routedCanary(`steps:
  - setWeight: 50
  - experiment:
      duration: 10m
      templates:
        - { name: baseline, specRef: stable, weight: ${weight} }
        - { name: candidate, specRef: canary, weight: ${weight} }
`);

export const experimentWeights: Rule = {
  code: 'ROL028',
  severity: 'error',
  title: 'The weights of an experiment and the canary exceed 100 %',
  why: 'The stable version gets what the canary and the experiment leave. If they leave less than nothing, the controller writes weights whose sum is above 100, and the versions get other shares than the steps say.',
  fix: 'Lower the weights so that those of the experiment and the `setWeight` before it add up to at most 100, or `maxTrafficWeight`.',
  whenNotToUse: 'Never: the shares cannot be met.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: exampleRollout(canary(30)),
  good: exampleRollout(canary(20)),
  checkPart(graph, report, part) {
    for (const { resource, canary: fields, steps } of part(rollouts(graph))) {
      const most = fields.get('trafficRouting', 'maxTrafficWeight').number ?? 100;
      let weight = 0;
      for (const step of steps) {
        weight = step.field.get('setWeight').number ?? weight;
        const templates = step.field.get('experiment', 'templates');
        const sum = templates.items().reduce((all, one) => all + (one.get('weight').number ?? 0), 0);
        if (sum === 0 || sum + weight <= most) continue;
        const unit = most === 100 ? ' %' : '';
        const of = most === 100 ? ' %' : ` of ${most}`;
        report(
          templates,
          `${stepOf(step, resource)} gives its experiment ${sum}${unit} while the canary has ${weight}${unit}, together ${sum + weight}${of}`,
          { on: 'key' },
        );
      }
    }
  },
};
