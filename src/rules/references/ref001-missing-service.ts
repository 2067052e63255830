import { rollouts, type ServiceRole } from '../../graph';
import { documents, exampleRollout, exampleService, routedCanary } from '../shared/example';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { reportMissing } from '../shared/missing-reference';

const manifests = (canary: string): string =>
  documents(exampleRollout(routedCanary()), exampleService('checkout-stable'), exampleService(canary));

export const missingService: Rule = {
  code: 'REF001',
  severity: 'error',
  title: 'A Rollout names a Service that does not exist',
  why: 'The controller refuses the Rollout with InvalidSpec and marks it Degraded until the Service exists. No version is rolled out, not even a fix.',
  fix: 'Name a Service in the namespace of the Rollout, or deploy it in the same or an earlier sync wave.',
  whenNotToUse:
    'Ignore it when the object is created outside the linted manifests and its name is right. Without `--closed-world` such a reference is only a note.',
  confirmedBy: CONFIRMED_BY.rollout,
  bad: manifests('checkout-canry'),
  good: manifests('checkout-canary'),
  peers: { argo: 'controller only: service "x" not found' },
  checkPart(graph, report, part) {
    for (const { resource, services } of part(rollouts(graph))) {
      for (const role of Object.keys(services) as ServiceRole[]) {
        const reference = services[role]!;
        if (reference.target) continue;
        const message = `the ${role} Service of ${resource} is '${reference.to.name}', which nothing here defines`;
        reportMissing(graph, report, reference, message);
      }
    }
  },
};
