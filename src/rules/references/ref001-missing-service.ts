import { rollouts, type ServiceRole } from '../../graph';
import { documents, exampleRollout, exampleService, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { reportMissing } from '../shared/missing';

const manifests = (canary: string): string =>
  documents(exampleRollout(routedCanary()), exampleService('checkout-stable'), exampleService(canary));

export const missingService: Rule = {
  code: 'REF001',
  severity: 'error',
  title: 'A Rollout names a Service that is not there',
  why: 'The controller refuses the Rollout (InvalidSpec, Degraded) until the Service exists: no version is rolled out.',
  fix: 'Name a Service of the namespace of the Rollout, or add it to what is deployed, in the same or an earlier sync wave.',
  bad: manifests('checkout-canry'),
  good: manifests('checkout-canary'),
  peers: { argo: 'controller only: service "x" not found' },
  check(graph, report) {
    for (const { resource, services } of rollouts(graph)) {
      for (const role of Object.keys(services) as ServiceRole[]) {
        const reference = services[role]!;
        if (reference.target) continue;
        const message = `the ${role} Service of ${resource} is '${reference.to.name}', which nothing here defines`;
        reportMissing(graph, report, reference, message);
      }
    }
  },
};
