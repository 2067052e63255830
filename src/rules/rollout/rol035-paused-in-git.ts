import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

export const pausedInGit: Rule = {
  code: 'ROL035',
  severity: 'warning',
  title: 'A Rollout is paused in its manifest',
  why: 'A paused Rollout neither scales nor goes on with its steps, and `kubectl argo rollouts promote` does not change that: the next sync pauses it again.',
  fix: 'Leave out `paused`. To stop a rollout once, use `kubectl argo rollouts pause`.',
  bad: exampleRollout('{}', { spec: 'paused: true' }),
  good: exampleRollout('{}', { spec: 'paused: false' }),
  check(graph, report) {
    for (const { resource } of rollouts(graph)) {
      const paused = resource.field('spec', 'paused');
      if (paused.boolean !== true) continue;
      report(paused, `${resource} is paused: nothing is rolled out or scaled`, {
        fix: { title: "remove 'paused'", edits: [{ at: paused, remove: true }] },
      });
    }
  },
};
