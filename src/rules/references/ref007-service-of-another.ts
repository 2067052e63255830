import { rollouts } from '../../graph';
import { documents, exampleRollout, exampleService, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

const MANAGED_BY = 'argo-rollouts.argoproj.io/managed-by-rollouts';

const manifests = (owner: string): string =>
  documents(
    exampleRollout(routedCanary()),
    exampleService('checkout-canary').replace('  name:', `  annotations: { ${MANAGED_BY}: ${owner} }\n  name:`),
  );

export const serviceOfAnother: Rule = {
  code: 'REF007',
  severity: 'error',
  title: 'A Service is said to be managed by another Rollout',
  why: 'The controller writes the annotation, and refuses a Rollout whose Service bears the name of another one: InvalidSpec, Degraded. In a manifest it is a copy of what was once in a cluster.',
  fix: 'Remove the annotation from the manifest: the controller writes it itself.',
  bad: manifests('payments'),
  good: manifests('checkout'),
  peers: { argo: 'controller only: Service is managed by another Rollout' },
  check(graph, report) {
    for (const { resource, services } of rollouts(graph)) {
      for (const { target, from } of Object.values(services)) {
        const annotation = target?.field('metadata', 'annotations', MANAGED_BY);
        if (!target || annotation?.string === undefined || annotation.string === resource.name) continue;
        report(annotation, `${target} is used by ${resource} and says that '${annotation.string}' manages it`, {
          related: { field: from, message: 'where it is used' },
          fix: { title: 'remove the annotation', edits: [{ at: annotation, remove: true }] },
        });
      }
    }
  },
};
