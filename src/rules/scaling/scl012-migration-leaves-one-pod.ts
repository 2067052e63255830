import { rollouts, scalersOf } from '../../graph';
import { documents, exampleAutoscaler, exampleOf, exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (spec: string): string =>
  documents(
    exampleRollout('{}', {
      spec: `${spec}workloadRef: { apiVersion: apps/v1, kind: Deployment, name: checkout, scaleDown: onsuccess }`,
      withoutPods: true,
    }),
    exampleAutoscaler(),
    exampleOf(
      'apps/v1',
      'Deployment',
      'checkout',
      `replicas: 4
selector: { matchLabels: { app: checkout } }
template:
  metadata: { labels: { app: checkout } }
  spec: { containers: [{ name: checkout, image: registry.example.com/checkout:1 }] }`,
    ),
  );

export const migrationLeavesOnePod: Rule = {
  code: 'SCL012',
  severity: 'warning',
  title: 'A migration with an autoscaler leaves one pod',
  why: 'A Rollout without `replicas` starts with one pod, until the autoscaler reacts. With `workloadRef.scaleDown`, the controller scales the Deployment to zero as soon as that one pod is ready. During the migration, all traffic then meets a single pod.',
  fix: 'Use `scaleDown: never`, and scale the Deployment down once the Rollout has as many pods; in a canary file, with `deployment.scaleDown: never` and later `deployment.replicas: 0`. Or state `replicas` of the Rollout for the first deployment, at least as many as the Deployment has, and remove the field afterwards (first ignore `/spec/replicas` in Argo CD); in a canary file by `patches`, because `replicas` and `autoscaling` contradict each other.',
  whenNotToUse: 'After the migration, when the Deployment is already at zero.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: manifests(''),
  good: manifests('replicas: 4\n'),
  checkPart(graph, report, part) {
    for (const { resource } of part(rollouts(graph))) {
      const scaleDown = resource.field('spec', 'workloadRef', 'scaleDown');
      if (!['onsuccess', 'progressively'].includes(scaleDown.string?.toLowerCase() ?? '')) continue;
      if (resource.field('spec', 'replicas').exists) continue;
      const deployment = graph.find(
        {
          group: 'apps',
          kind: 'Deployment',
          name: resource.field('spec', 'workloadRef', 'name').string ?? '',
          namespace: resource.namespace,
        },
        resource,
      );
      if (deployment?.field('spec', 'replicas').number === 0) continue;
      const [scaler] = scalersOf(graph, resource).filter(({ resource: { kind } }) => kind !== 'VerticalPodAutoscaler');
      if (scaler === undefined) continue;
      report(
        scaleDown,
        `${resource} states no replicas, so it starts with one pod, and the Deployment is scaled to zero before ${scaler.resource} adds more`,
        {
          // Only its manifest states how many pods the Deployment has.
          outside: deployment === undefined,
          hint: 'use scaleDown: never during the migration, and replicas: 0 in the Deployment after it',
          related: { field: scaler.resource.field('spec'), message: 'the autoscaler' },
        },
      );
    }
  },
};
