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
  title: 'The background analysis is to start at a step that does not come',
  why: '`startingStep` is an index, counting from 0. An index beyond the last step is never reached before the rollout is over: the analysis does not start, and nothing says so.',
  fix: 'Give the index of the step from which on the canary has traffic: 1 for the second step.',
  bad: exampleRollout(canary(2)),
  good: exampleRollout(canary(1)),
  check(graph, report) {
    for (const { resource, canary: fields, steps } of rollouts(graph)) {
      const start = fields.get('analysis', 'startingStep');
      if (start.number === undefined) continue;
      if (start.number < 0) report(start, `startingStep of ${resource} is ${start.number}, which is before the first`);
      if (start.number < steps.length || start.number === 0) continue;
      const there = steps.length === 0 ? 'there are no steps' : `the last step has the index ${steps.length - 1}`;
      report(
        start,
        `the background analysis of ${resource} never starts: startingStep is ${start.number} and ${there}`,
      );
    }
  },
};
