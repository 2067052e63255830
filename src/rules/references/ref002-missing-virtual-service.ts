import { describeWanted, rollouts } from '../../graph';
import { documents, EXAMPLE_ROUTE, exampleRollout, exampleVirtualService, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { reportMissing } from '../shared/missing';

const manifests = (name: string): string =>
  documents(
    exampleRollout(routedCanary('', `virtualService: { name: ${name} }`)),
    exampleVirtualService(`hosts: [checkout]\nhttp:${EXAMPLE_ROUTE}`),
  );

export const missingVirtualService: Rule = {
  code: 'REF002',
  severity: 'error',
  title: 'A Rollout names a VirtualService that is not there',
  why: 'The controller refuses the Rollout (InvalidSpec, Degraded) until the VirtualService exists: no version is rolled out. What stands after the last dot of the name is its namespace.',
  fix: 'Name a VirtualService of the namespace of the Rollout, or `name.namespace`; or add it to what is deployed, in the same or an earlier sync wave.',
  bad: manifests('chekout'),
  good: manifests('checkout'),
  peers: { argo: 'controller only: the VirtualService is not found' },
  check(graph, report) {
    for (const { resource, virtualServices } of rollouts(graph)) {
      for (const { reference } of virtualServices) {
        if (reference.target) continue;
        reportMissing(
          graph,
          report,
          reference,
          `${resource} routes traffic through ${describeWanted(reference)}, which nothing here defines`,
        );
      }
    }
  },
};
