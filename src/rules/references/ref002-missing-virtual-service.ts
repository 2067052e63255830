import { describeWanted, rollouts } from '../../graph';
import { documents, EXAMPLE_ROUTE, exampleRollout, exampleVirtualService, routedCanary } from '../shared/example';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { reportMissing } from '../shared/missing-reference';

const manifests = (name: string): string =>
  documents(
    exampleRollout(routedCanary('', `virtualService: { name: ${name} }`)),
    exampleVirtualService(`hosts: [checkout]\nhttp:${EXAMPLE_ROUTE}`),
  );

export const missingVirtualService: Rule = {
  code: 'REF002',
  severity: 'error',
  title: 'A Rollout names a VirtualService that does not exist',
  why: 'The controller refuses the Rollout with InvalidSpec and marks it Degraded until the VirtualService exists. No version is rolled out. In `name.namespace` the part after the last dot is the namespace.',
  fix: 'Name a VirtualService in the namespace of the Rollout, or `name.namespace`; or deploy it in the same or an earlier sync wave.',
  whenNotToUse:
    'Ignore it when the object is created outside the linted manifests and its name is right. Without `--closed-world` such a reference is only a note.',
  confirmedBy: CONFIRMED_BY.rollout,
  bad: manifests('chekout'),
  good: manifests('checkout'),
  peers: { argo: 'controller only: the VirtualService is not found' },
  checkPart(graph, report, part) {
    for (const { resource, istio, virtualServices, gatewayApi } of part(rollouts(graph))) {
      for (const name of [istio.get('virtualService'), ...istio.get('virtualServices').items()].map((one) =>
        one.get('name'),
      ))
        if (name.value === '') report(name, `${resource} routes traffic through a VirtualService without a name`);
      for (const { reference } of [...virtualServices, ...(gatewayApi?.routes ?? [])]) {
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
