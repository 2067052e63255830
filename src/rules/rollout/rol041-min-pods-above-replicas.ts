import { rollouts, scalersOf } from '../../graph';
import { exampleRollout, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { ARGO_ROLLOUTS, lookUp } from '../../versions';

const canary = (pods: number): string => routedCanary(`minPodsPerReplicaSet: ${pods}`);

export const minPodsAboveReplicas: Rule = {
  code: 'ROL041',
  severity: 'warning',
  title: 'minPodsPerReplicaSet is above the number of replicas',
  why: 'The controller runs at least `minPodsPerReplicaSet` pods of each version, but counts the Rollout as complete only when it has exactly `replicas`. Up to Argo Rollouts 1.9 such a Rollout never becomes Healthy. From 1.10 the controller caps the value at `replicas`.',
  fix: 'Set `minPodsPerReplicaSet` to at most `replicas`, or to at most the minimum of the autoscaler.',
  whenNotToUse: 'With Argo Rollouts 1.10 or newer.',
  confirmedBy: 'Argo Rollouts 1.8.5, 1.9.1 (never Healthy) and 1.10.2 (capped), measured.',
  bad: exampleRollout(canary(3), { spec: 'replicas: 2' }),
  good: exampleRollout(canary(2), { spec: 'replicas: 2' }),
  releases: { argoRollouts: '1.9' },
  checkPart(graph, report, part) {
    const release = graph.releases.argoRollouts;
    if (lookUp(ARGO_ROLLOUTS.capsMinPods, release)) return;
    for (const { resource, canary: fields } of part(rollouts(graph))) {
      const least = fields.get('minPodsPerReplicaSet');
      if (least.number === undefined || !fields.get('trafficRouting').exists) continue;
      const [scaler] = scalersOf(graph, resource).filter(({ resource: { kind } }) => kind !== 'VerticalPodAutoscaler');
      const stated = resource.field('spec', 'replicas');
      const field = scaler ? scaler.least : stated;
      // The number is 1 if it is neither stated nor set by an autoscaler.
      const count = field.number ?? (field.exists ? undefined : 1);
      if (count === undefined || count === 0 || least.number <= count) continue;
      const have = scaler
        ? `${scaler.resource} may scale it to ${count}`
        : `it has ${count} replica${count === 1 ? '' : 's'}`;
      report(
        least,
        `minPodsPerReplicaSet of ${resource} is ${least.number}, but ${have}; with Argo Rollouts ${release} it then never becomes Healthy`,
        { related: field.exists ? { field, message: 'the number of pods' } : undefined },
      );
    }
  },
};
