import { applications, rolloutsTouching } from '../../graph';
import { documents, exampleApplication, exampleOf, exampleRollout, ignoring } from '../shared/example';
import type { Rule } from '../shared/rule';
import { ignoresBelow } from '../shared/argo-cd-ignores';

const manifests = (spec: string): string =>
  documents(
    exampleApplication(spec),
    exampleRollout('{}', {
      namespace: 'shop',
      spec: 'workloadRef: { apiVersion: apps/v1, kind: Deployment, name: checkout, scaleDown: onsuccess }',
    }).replace(/ {2}template:.*\n/, ''),
    exampleOf(
      'apps/v1',
      'Deployment',
      'checkout',
      'replicas: 3\nselector: { matchLabels: { app: checkout } }\ntemplate: { metadata: { labels: { app: checkout } }, spec: { containers: [{ name: checkout, image: checkout }] } }',
    ).replace('  name: checkout\n', '  name: checkout\n  namespace: shop\n'),
  );

export const scaledDownDeployment: Rule = {
  code: 'GIT009',
  severity: 'warning',
  title: 'Argo CD scales up the Deployment that the controller scaled down',
  why: 'With `workloadRef.scaleDown` the controller sets the replicas of the Deployment to 0. Git has another number, so every sync starts its pods again, beside those of the Rollout. The controller does not scale it down a second time.',
  fix: 'Set `replicas: 0` in the Deployment after it is scaled down, or ignore its `/spec/replicas`.',
  whenNotToUse: 'During a migration in which the Deployment should keep its pods for a while.',
  confirmedBy: 'Argo CD 3.5.7 (measured) and Argo Rollouts 1.9.1 (read).',
  bad: manifests('syncPolicy: { automated: {} }'),
  good: manifests(ignoring('Deployment', 'jsonPointers: [/spec/replicas]', 'apps')),
  checkPart(graph, report, part) {
    for (const application of part(applications(graph))) {
      const applied = new Set(application.resources);
      for (const { resource, workload } of rolloutsTouching(graph, application)) {
        const target = workload.workloadRef?.target;
        const scaleDown = resource.field('spec', 'workloadRef', 'scaleDown').string ?? 'never';
        const replicas = target?.field('spec', 'replicas');
        if (!target || !applied.has(target) || scaleDown === 'never' || !replicas?.exists || replicas.number === 0)
          continue;
        if (ignoresBelow(graph, application, target, '.spec.replicas')) continue;
        report(
          replicas,
          `${application.resource} sets ${target} to ${String(replicas.value)} replicas, and ${resource} scales it down`,
          {
            related: { field: resource.field('spec', 'workloadRef', 'scaleDown'), message: `scaleDown: ${scaleDown}` },
          },
        );
      }
    }
  },
};
