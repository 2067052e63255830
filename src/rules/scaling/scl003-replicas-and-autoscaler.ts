import { scalers } from '../../graph';
import { documents, exampleAutoscaler, exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

export const replicasAndAutoscaler: Rule = {
  code: 'SCL003',
  severity: 'warning',
  title: 'A Rollout that is scaled automatically states its replicas',
  why: 'Whoever applies the manifest sets the number of pods back to what it says: at every sync the load of many falls on a few, until the autoscaler has noticed.',
  fix: 'Leave `replicas` out of the manifest.',
  bad: documents(exampleRollout('{}', { spec: 'replicas: 2' }), exampleAutoscaler()),
  good: documents(exampleRollout('{}'), exampleAutoscaler()),
  peers: { other: 'kube-score and KICS, for Deployments' },
  check(graph, report) {
    for (const { resource, target } of scalers(graph)) {
      const rollout = target?.target;
      if (rollout?.kind !== 'Rollout' || resource.kind === 'VerticalPodAutoscaler') continue;
      const replicas = rollout.field('spec', 'replicas');
      if (!replicas.exists) continue;
      report(replicas, `${rollout} states ${String(replicas.value)} replicas, and ${resource} scales it`, {
        on: 'key',
        related: { field: target!.from, message: 'the autoscaler' },
        fix: { title: "remove 'replicas'", edits: [{ at: replicas, remove: true }] },
      });
    }
  },
};
