import { memoizeOnGraph, rollouts, workloads } from '../../graph';
import { documents, exampleOf, exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (app: string): string =>
  documents(
    exampleRollout('{}'),
    exampleOf(
      'apps/v1',
      'Deployment',
      app,
      `replicas: 3
selector: { matchLabels: { app: ${app} } }
template: { metadata: { labels: { app: ${app} } }, spec: { containers: [{ name: ${app}, image: ${app} }] } }`,
    ),
  );

export const deploymentBeside: Rule = {
  code: 'REF025',
  severity: 'warning',
  title: 'A Deployment runs pods that the selector of a Rollout selects',
  why: 'Both controllers create pods with the same labels. The Services of the Rollout, its monitors and its disruption budget select the pods of the Deployment as well, outside of every weight, and a new version reaches them all at once. Usually the Deployment was left over when the Rollout was introduced.',
  fix: 'Remove the Deployment, or let the Rollout refer to it by `workloadRef`.',
  whenNotToUse: 'Ignore it during a migration in which both run side by side for a while.',
  confirmedBy:
    'Kubernetes 1.34 and Argo Rollouts 1.9.1, by their documentation: Services select by labels alone. No system reports it.',
  bad: manifests('checkout'),
  good: manifests('basket'),
  checkPart(graph, report, part) {
    for (const { resource, workload } of part(rollouts(graph))) {
      const selector = resource.field('spec', 'selector', 'matchLabels');
      const wanted = Object.entries(selector.strings);
      if (wanted.length === 0 || workload.workloadRef) continue;
      for (const { resource: other, labels } of deploymentsByNamespace(graph).get(resource.namespace ?? '') ?? []) {
        const replicas = other.field('spec', 'replicas').number;
        if (replicas === 0 || !wanted.every(([key, value]) => labels?.[key] === value)) continue;
        // A Deployment in another file may belong to another cluster or be outdated, unless it has the same name.
        if (other.name !== resource.name && other.origin.file !== resource.origin.file) continue;
        report(other.field('metadata', 'name'), `${other} runs pods that the selector of ${resource} selects as well`, {
          related: { field: selector, message: 'the selector of the Rollout' },
        });
      }
    }
  },
};

/** The Deployments of each namespace. */
const deploymentsByNamespace = memoizeOnGraph((graph) => {
  const deployments = workloads(graph).filter(({ resource }) => resource.kind === 'Deployment');
  const byNamespace = new Map<string, typeof deployments>();
  for (const one of deployments) {
    const key = one.resource.namespace ?? '';
    byNamespace.set(key, [...(byNamespace.get(key) ?? []), one]);
  }
  return byNamespace;
});
