import { rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const ref = { spec: 'workloadRef: { apiVersion: apps/v1, kind: Deployment, name: checkout }' };

export const templateAndWorkloadRef: Rule = {
  code: 'ROL004',
  severity: 'error',
  title: 'A Rollout has both a pod template and a workloadRef',
  why: 'The two describe different pods. `kubectl argo rollouts lint` refuses the manifest. The controller uses the template of the referenced workload, so edits of `spec.template` have no effect.',
  fix: 'Keep either `spec.template` or `spec.workloadRef`.',
  whenNotToUse: 'Never: one of the two is ignored.',
  confirmedBy: 'Argo Rollouts 1.9.1: `kubectl argo rollouts lint` refuses it; the conformance run asks its code.',
  bad: exampleRollout('{}', ref),
  good: exampleRollout('{}', ref).replace(/ {2}template:.*\n/, ''),
  peers: { argo: 'template must be empty for workload reference rollout' },
  checkPart(graph, report, part) {
    for (const { resource } of part(rollouts(graph))) {
      const template = resource.field('spec', 'template');
      const workloadRef = resource.field('spec', 'workloadRef');
      if (!workloadRef.exists || template.entries().length === 0) continue;
      report(template, `${resource} has both spec.template and workloadRef`, {
        on: 'key',
        related: { field: workloadRef, message: 'the reference' },
      });
    }
  },
};
