import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';
import { stepOf } from '../shared/routers';

const canary = (more: string): string => `
steps:
  - experiment:
${more}      templates:
        - { name: candidate, specRef: canary }
`;

export const experimentNeverEnds: Rule = {
  code: 'ROL031',
  severity: 'warning',
  title: 'Nothing ends an experiment',
  why: 'An experiment without `duration` runs until every analysis that is marked `requiredForCompletion` is over. With none so marked it runs until somebody ends it, and the rollout waits.',
  fix: 'Give the experiment a `duration`, or mark the analysis that decides with `requiredForCompletion: true`.',
  bad: exampleRollout(canary('')),
  good: exampleRollout(canary('      duration: 10m\n')),
  check(graph, report) {
    for (const { resource, steps } of rollouts(graph)) {
      for (const step of steps) {
        const experiment = step.field.get('experiment');
        if (!experiment.exists || experiment.get('duration').exists) continue;
        const analyses = experiment.get('analyses').items();
        if (analyses.some((one) => one.get('requiredForCompletion').boolean === true)) continue;
        report(
          experiment,
          `the experiment in ${stepOf(step, resource)} has no duration and no analysis that is required for its completion`,
          { on: 'key' },
        );
      }
    }
  },
};
