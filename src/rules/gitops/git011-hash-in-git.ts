import { destinationRules, type Field, HASH_LABEL, rollouts, services } from '../../graph';
import { documents, exampleRollout, exampleService, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (selector: string): string =>
  documents(
    exampleRollout(routedCanary()),
    exampleService('checkout-stable', `selector:\n${selector}ports: [{ name: http, port: 80 }]`),
  );

export const hashInGit: Rule = {
  code: 'GIT011',
  severity: 'warning',
  title: 'A manifest contains what the controller writes in the cluster',
  why: 'The controller sets the hash of a version and changes it with every version. If a manifest has one, every sync sends requests to the pods of that version, which no longer exist, until the controller corrects it. Such a manifest was usually copied from a cluster.',
  fix: `Remove \`${HASH_LABEL}\` from selectors, subsets and templates, and the revision from the annotations. Mostly it is there because a manifest was copied out of a cluster.`,
  whenNotToUse: 'Never: the value is wrong after the next version.',
  confirmedBy: 'Argo Rollouts 1.9.1, read in the source of the controller.',
  bad: manifests(`  app: checkout\n  ${HASH_LABEL}: 6bf84f9dcb\n`),
  good: manifests('  app: checkout\n'),
  check(graph, report) {
    const found: Field[] = [];
    for (const { resource } of services(graph)) found.push(resource.field('spec', 'selector', HASH_LABEL));
    for (const { subsets } of destinationRules(graph)) {
      for (const { field } of subsets) found.push(field.get('labels', HASH_LABEL));
    }
    for (const { resource } of rollouts(graph)) {
      found.push(resource.field('metadata', 'annotations', 'rollout.argoproj.io/revision'));
      found.push(resource.field('spec', 'selector', 'matchLabels', HASH_LABEL));
      found.push(resource.field('spec', 'template', 'metadata', 'labels', HASH_LABEL));
    }
    for (const field of found) {
      if (!field.exists) continue;
      const key = String(field.path[field.path.length - 1]);
      report(field, `${field.resource} states ${key}, '${String(field.value)}', which the controller sets`, {
        on: 'key',
        fix: { title: `remove '${key}'`, edits: [{ at: field, remove: true }] },
      });
    }
  },
};
