import { PROGRESS_DEADLINE_SECONDS } from '../../formats/argo-rollouts/defaults';
import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

export const progressDeadlineTooShort: Rule = {
  code: 'ROL006',
  severity: 'error',
  title: 'progressDeadlineSeconds is not longer than minReadySeconds',
  why: 'A pod counts as available only after `minReadySeconds`. If the deadline is not longer than that, it passes before any pod can be available. The controller refuses the Rollout (InvalidSpec, Degraded).',
  fix: 'Make `progressDeadlineSeconds` (default: 600) longer than `minReadySeconds` plus the time that a pod takes to start.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleRollout('{}', { spec: 'minReadySeconds: 60\nprogressDeadlineSeconds: 60' }),
  good: exampleRollout('{}', { spec: 'minReadySeconds: 60\nprogressDeadlineSeconds: 300' }),
  peers: { argo: 'must be greater than minReadySeconds' },
  checkPart(graph, report, part) {
    for (const { resource } of part(rollouts(graph))) {
      const deadline = resource.field('spec', 'progressDeadlineSeconds');
      const ready = resource.field('spec', 'minReadySeconds');
      const seconds = deadline.exists ? deadline.number : PROGRESS_DEADLINE_SECONDS;
      const least = ready.exists ? ready.number : 0;
      if (seconds === undefined || least === undefined || seconds > least || seconds < 0) continue;
      const stated = deadline.exists ? String(seconds) : `${seconds}, its default,`;
      report(
        deadline.exists ? deadline : ready,
        `progressDeadlineSeconds of ${resource} is ${stated} and must be more than minReadySeconds, which is ${least}`,
      );
    }
  },
};
