import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';
import { stepOf } from '../shared/routers';

const canary = (second: number): string => `
steps:
  - setWeight: 20
  - pause: { duration: 10m }
  - setWeight: ${second}
  - pause: { duration: 10m }
`;

export const weightDoesNotRise: Rule = {
  code: 'ROL023',
  severity: 'advice',
  title: "A step does not raise the canary's weight",
  why: 'A canary gets more traffic as it proves itself. A lower weight moves users back to the old version in the middle of the rollout. The same weight twice has no effect.',
  fix: 'Order the weights from low to high, or explain the exception in a suppression.',
  whenNotToUse: 'When a rollout lowers the weight on purpose, for example to repeat a load test at a smaller share.',
  bad: exampleRollout(canary(10)),
  good: exampleRollout(canary(50)),
  checkPart(graph, report, part) {
    for (const { resource, steps } of part(rollouts(graph))) {
      let before: { readonly weight: number; readonly index: number } | undefined;
      for (const step of steps) {
        const field = step.field.get('setWeight');
        const weight = field.number;
        if (weight === undefined) continue;
        // Weight 0 removes the canary from traffic on purpose, for example before another test.
        if (before && weight <= before.weight && weight > 0) {
          const how = weight === before.weight ? 'the same as' : 'less than';
          report(
            field,
            `${stepOf(step, resource)} sets the weight ${weight}, ${how} the ${before.weight} of step ${before.index + 1}`,
          );
        }
        before = { weight, index: step.index };
      }
    }
  },
};
