import { rollouts } from '../../graph';
import { exampleRollout } from '../example';
import type { Rule } from '../rule';
import { stepOf } from './routers';

/** Of these a step may have one. Combinations with others pass, but only one of them is the step's end. */
const EXCLUSIVE: readonly string[] = ['setWeight', 'pause', 'experiment', 'analysis'];

export const stepDoesSeveralThings: Rule = {
  code: 'ROL015',
  severity: 'error',
  title: 'A step does several things at once',
  why: 'Steps come one after the other. Two of setWeight, pause, experiment and analysis in one step make the controller refuse the Rollout: InvalidSpec, Degraded. Other combinations are accepted, but a step is over when one of its parts is, so that the other may never be done.',
  fix: 'Make each a step of its own, with a `-` before it.',
  bad: exampleRollout('steps:\n  - setWeight: 50\n    pause: { duration: 10m }'),
  good: exampleRollout('steps:\n  - setWeight: 50\n  - pause: { duration: 10m }'),
  peers: { argo: 'Step must have one of the following set: …, for setWeight, pause, experiment and analysis' },
  check(graph, report) {
    for (const { resource, steps } of rollouts(graph)) {
      for (const step of steps) {
        if (step.kinds.length < 2) continue;
        const refused = step.kinds.filter((kind) => EXCLUSIVE.includes(kind)).length > 1;
        report(step.field, `${stepOf(step, resource)} has ${step.kinds.join(' and ')} in one`, {
          severity: refused ? undefined : 'warning',
          hint: 'each needs a step of its own',
        });
      }
    }
  },
};
