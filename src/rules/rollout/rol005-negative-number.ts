import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const DELAYS = ['scaleDownDelaySeconds', 'scaleDownDelayRevisionLimit', 'abortScaleDownDelaySeconds'];
const FIELDS = ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'];

export const negativeNumber: Rule = {
  code: 'ROL005',
  severity: 'error',
  title: 'A number of a Rollout is negative',
  why: 'Counts and times of a Rollout cannot be negative. The controller refuses the Rollout (InvalidSpec, Degraded), and nothing is rolled out.',
  fix: 'Write 0 or more, or leave the field out to use its default.',
  whenNotToUse: 'Never: the controller refuses such a Rollout in every supported release.',
  confirmedBy: "Argo Rollouts 1.9.1: the conformance run asks the controller's own validation.",
  bad: exampleRollout('{}', { spec: 'revisionHistoryLimit: -1' }),
  good: exampleRollout('{}', { spec: 'revisionHistoryLimit: 2' }),
  peers: { argo: 'must be greater than or equal to 0' },
  checkPart(graph, report, part) {
    for (const { resource, canary, steps } of part(rollouts(graph))) {
      for (const name of FIELDS) {
        const field = resource.field('spec', name);
        if ((field.number ?? 0) < 0) report(field, `${name} of ${resource} is ${field.number}, which is negative`);
      }
      const others = [
        ...steps.map(({ field }) => field.get('setCanaryScale', 'replicas')),
        ...DELAYS.map((name) => canary.get(name)),
      ];
      // The controller does not look at these, and does something else with a negative number than what was meant.
      for (const field of others) {
        if ((field.number ?? 0) >= 0) continue;
        report(field, `${field} of ${resource} is ${field.number}, which is negative`, {
          severity: 'warning',
          hint: 'use 0 or more',
        });
      }
    }
  },
};
