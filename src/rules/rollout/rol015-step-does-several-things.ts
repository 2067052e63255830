import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';
import { stepOf } from '../shared/routers';

/** A step may have one of these. The others may be combined with them. */
const EXCLUSIVE: readonly string[] = ['setWeight', 'pause', 'experiment', 'analysis'];

export const stepDoesSeveralThings: Rule = {
  code: 'ROL015',
  severity: 'error',
  title: 'A step has several actions',
  why: 'Steps run one after the other. If one step has two of setWeight, pause, experiment and analysis, the controller refuses the Rollout (InvalidSpec, Degraded).',
  fix: 'Make each action a step of its own, with its own `-`.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleRollout('steps:\n  - setWeight: 50\n    pause: { duration: 10m }'),
  good: exampleRollout('steps:\n  - setWeight: 50\n  - pause: { duration: 10m }'),
  peers: { argo: 'Step must have one of the following set: …, for setWeight, pause, experiment and analysis' },
  checkPart(graph, report, part) {
    for (const { resource, steps } of part(rollouts(graph))) {
      for (const step of steps) {
        const exclusive = step.kinds.filter((kind) => EXCLUSIVE.includes(kind));
        if (exclusive.length < 2) continue;
        report(step.field, `${stepOf(step, resource)} has ${exclusive.join(' and ')} in one`, {
          hint: 'each needs a step of its own',
        });
      }
    }
  },
};
