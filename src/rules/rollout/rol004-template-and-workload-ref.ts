import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const ref = { spec: 'workloadRef: { apiVersion: apps/v1, kind: Deployment, name: checkout }' };

export const templateAndWorkloadRef: Rule = {
  code: 'ROL004',
  severity: 'error',
  title: 'A Rollout has both a pod template and a reference to one',
  why: 'The two say different things about what is to run. `kubectl argo rollouts lint` refuses it; the controller takes the template of the workload that is referred to, and whoever edits the other one changes nothing.',
  fix: 'Keep `spec.template`, or `spec.workloadRef`, not both.',
  bad: exampleRollout('{}', ref),
  good: exampleRollout('{}', ref).replace(/ {2}template:.*\n/, ''),
  peers: { argo: 'template must be empty for workload reference rollout' },
  check(graph, report) {
    for (const { resource } of rollouts(graph)) {
      const template = resource.field('spec', 'template');
      const workloadRef = resource.field('spec', 'workloadRef');
      if (!workloadRef.exists || template.entries().length === 0) continue;
      report(template, `${resource} has a template of its own beside its workloadRef`, {
        on: 'key',
        related: { field: workloadRef, message: 'the reference' },
      });
    }
  },
};
