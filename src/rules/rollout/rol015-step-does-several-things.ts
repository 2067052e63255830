import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';
import { stepOf } from '../shared/routers';

/** Of these a step may have one. The others may stand beside any of them. */
const EXCLUSIVE: readonly string[] = ['setWeight', 'pause', 'experiment', 'analysis'];

export const stepDoesSeveralThings: Rule = {
  code: 'ROL015',
  severity: 'error',
  title: 'A step does several things at once',
  why: 'Steps come one after the other. Two of setWeight, pause, experiment and analysis in one step make the controller refuse the Rollout: InvalidSpec, Degraded.',
  fix: 'Make each a step of its own, with a `-` before it.',
  bad: exampleRollout('steps:\n  - setWeight: 50\n    pause: { duration: 10m }'),
  good: exampleRollout('steps:\n  - setWeight: 50\n  - pause: { duration: 10m }'),
  peers: { argo: 'Step must have one of the following set: …, for setWeight, pause, experiment and analysis' },
  check(graph, report) {
    for (const { resource, steps } of rollouts(graph)) {
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
