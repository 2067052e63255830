import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const canary = (start: number): string => `
analysis:
  templates: [{ templateName: checkout-errors }]
  startingStep: ${start}
steps:
  - setWeight: 20
  - pause: { duration: 10m }
`;

export const startingStepBeyond: Rule = {
  code: 'ROL024',
  severity: 'warning',
  title: 'startingStep is beyond the last step',
  why: '`startingStep` is an index that counts from 0. If no step has that index, the background analysis never starts, and nothing reports it.',
  fix: 'Write the index of the step at which the canary first has traffic: 1 for the second step.',
  whenNotToUse: 'Never: an analysis that never starts protects nothing.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: exampleRollout(canary(2)),
  good: exampleRollout(canary(1)),
  checkPart(graph, report, part) {
    for (const { resource, canary: fields, steps } of part(rollouts(graph))) {
      const start = fields.get('analysis', 'startingStep');
      if (start.number === undefined) continue;
      if (start.number < 0) report(start, `startingStep of ${resource} is ${start.number}, but steps count from 0`);
      if (start.number < steps.length || start.number === 0) continue;
      const there = steps.length === 0 ? 'there are no steps' : `the last step has the index ${steps.length - 1}`;
      report(
        start,
        `the background analysis of ${resource} never starts: startingStep is ${start.number} and ${there}`,
      );
    }
  },
};
