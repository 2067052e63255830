import { type Resource, replicaScalers } from '../../graph';
import { documents, exampleAutoscaler, exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const keda = (name: string): string => `
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: checkout
spec:
  scaleTargetRef: { apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: ${name} }
  maxReplicaCount: 10
`;

export const twoAutoscalers: Rule = {
  code: 'SCL004',
  severity: 'error',
  title: 'Two autoscalers scale the same Rollout',
  why: 'Each sets its own number of pods, one after the other, for ever. KEDA creates a HorizontalPodAutoscaler of its own.',
  fix: 'Keep one of them, with the metrics of both.',
  whenNotToUse: 'Never: they work against each other.',
  confirmedBy: 'Kubernetes 1.34 and KEDA 2.19, by their documentation.',
  bad: documents(exampleRollout('{}'), exampleAutoscaler(), keda('checkout')),
  good: documents(exampleRollout('{}'), exampleAutoscaler(), exampleRollout('{}', { name: 'queue' }), keda('queue')),
  check(graph, report) {
    const first = new Map<Resource, Resource>();
    for (const { resource, target } of replicaScalers(graph)) {
      const rollout = target?.target;
      if (!target || rollout?.kind !== 'Rollout') continue;
      const other = first.get(rollout);
      if (other === undefined) first.set(rollout, resource);
      // The same name in another folder is an overlay.
      else if (other.kind !== resource.kind || other.name !== resource.name) {
        report(target.from, `both ${resource} and ${other} scale ${rollout}`, {
          related: { field: other.field('metadata', 'name'), message: 'the other one' },
        });
      }
    }
  },
};
