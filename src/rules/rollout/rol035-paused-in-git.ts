import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

export const pausedInGit: Rule = {
  code: 'ROL035',
  severity: 'warning',
  title: 'A Rollout is paused in its manifest',
  why: 'A paused Rollout neither scales nor continues with its steps. `kubectl argo rollouts promote` helps only until the next sync, which pauses it again.',
  fix: 'Remove `paused`. To pause a rollout once, use `kubectl argo rollouts pause`.',
  whenNotToUse: 'When the application is frozen on purpose, for example during a migration.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: exampleRollout('{}', { spec: 'paused: true' }),
  good: exampleRollout('{}', { spec: 'paused: false' }),
  checkPart(graph, report, part) {
    for (const { resource } of part(rollouts(graph))) {
      const paused = resource.field('spec', 'paused');
      if (paused.boolean !== true) continue;
      report(paused, `${resource} is paused: nothing is rolled out or scaled`, {
        fix: { title: "remove 'paused'", edits: [{ at: paused, remove: true }] },
      });
    }
  },
};
