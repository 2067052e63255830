import { type Field, rollouts } from '../../graph';
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
  title: 'An experiment has no end',
  why: 'An experiment without `duration` runs until every analysis with `requiredForCompletion` ends. If there is none, it runs until it is terminated manually, and the rollout waits. An Experiment of its own keeps its pods.',
  fix: 'Give the experiment a `duration`, or set `requiredForCompletion: true` for the analysis that decides.',
  whenNotToUse: 'When the experiment is ended manually.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: exampleRollout(canary('')),
  good: exampleRollout(canary('      duration: 10m\n')),
  checkPart(graph, report, part) {
    const why = 'has no duration and no analysis that is required for its completion';
    for (const resource of part(graph.ofKind('Experiment', 'argoproj.io'))) {
      const spec = resource.field('spec');
      if (isEndless(spec)) report(spec, `${resource} ${why}`, { on: 'key' });
    }
    for (const { resource, steps } of part(rollouts(graph))) {
      for (const step of steps) {
        const experiment = step.field.get('experiment');
        if (!isEndless(experiment)) continue;
        report(experiment, `the experiment in ${stepOf(step, resource)} ${why}`, { on: 'key' });
      }
    }
  },
};

const isEndless = (experiment: Field): boolean =>
  experiment.exists &&
  !experiment.get('duration').exists &&
  experiment
    .get('analyses')
    .items()
    .every((one) => one.get('requiredForCompletion').boolean !== true);
