import { rollouts } from '../../graph';
import { documents, exampleOf, exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (replicas: number): string =>
  documents(
    exampleRollout('{}', { spec: 'workloadRef: { apiVersion: apps/v1, kind: Deployment, name: checkout }' }).replace(
      / {2}template:.*\n/,
      '',
    ),
    exampleOf(
      'apps/v1',
      'Deployment',
      'checkout',
      `replicas: ${replicas}\nselector: { matchLabels: { app: checkout } }\ntemplate: { metadata: { labels: { app: checkout } }, spec: { containers: [{ name: checkout, image: checkout }] } }`,
    ),
  );

export const workloadRunsToo: Rule = {
  code: 'REF018',
  severity: 'warning',
  title: 'The Deployment that a Rollout refers to still runs pods',
  why: 'The Rollout creates pods of its own from the template, and the pods of the Deployment stay. They are all replaced at once with each new version, and they receive traffic from every Service that selects their labels.',
  fix: 'Set `replicas: 0` in the Deployment, or let the controller scale it down: `workloadRef.scaleDown: onsuccess` or `progressively`.',
  whenNotToUse: 'Ignore it during a migration in which both run side by side for a while.',
  confirmedBy:
    'Argo Rollouts 1.9.1, read in its source: it scales the Deployment down only where `scaleDown` says so. No system reports it.',
  bad: manifests(3),
  good: manifests(0),
  checkPart(graph, report, part) {
    for (const { resource, workload } of part(rollouts(graph))) {
      const target = workload.workloadRef?.target;
      const scaleDown = resource.field('spec', 'workloadRef', 'scaleDown');
      if (target?.kind !== 'Deployment' || (scaleDown.string !== undefined && scaleDown.string !== 'never')) continue;
      const replicas = target.field('spec', 'replicas');
      if (replicas.number === 0) continue;
      report(
        replicas.exists ? replicas : target.field('spec'),
        `${target} runs ${replicas.number ?? 1} pods beside those of ${resource}, which takes its template from it`,
        {
          on: replicas.exists ? 'value' : 'key',
          related: { field: resource.field('spec', 'workloadRef'), message: 'the reference' },
        },
      );
    }
  },
};
