import { rollouts } from '../../graph';
import { documents, exampleRollout, exampleService, routedCanary } from '../shared/example';
import { CONFIRMED_BY } from '../shared/confirmed-by';
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
  title: 'A Service is annotated as managed by another Rollout',
  why: 'The controller writes the annotation, and refuses a Rollout whose Service carries the name of another one (InvalidSpec). In a manifest the annotation usually comes from an export of a live object.',
  fix: 'Remove the annotation from the manifest. The controller adds it.',
  whenNotToUse: 'Ignore it while two Rollouts hand over a Service on purpose.',
  confirmedBy: CONFIRMED_BY.rollout,
  bad: manifests('payments'),
  good: manifests('checkout'),
  peers: { argo: 'controller only: Service is managed by another Rollout' },
  checkPart(graph, report, part) {
    for (const { resource, services } of part(rollouts(graph))) {
      for (const { target, from } of Object.values(services)) {
        const annotation = target?.field('metadata', 'annotations', MANAGED_BY);
        if (!target || annotation?.string === undefined || annotation.string === resource.name) continue;
        report(annotation, `${target} is used by ${resource} and says that '${annotation.string}' manages it`, {
          about: [resource.field()],
          related: { field: from, message: 'where it is used' },
          fix: { title: 'remove the annotation', edits: [{ at: annotation, remove: true }] },
        });
      }
    }
  },
};
