import { describeWanted, virtualServices } from '../../graph';
import { documents, EXAMPLE_ROUTE, exampleOf, exampleVirtualService } from '../shared/example';
import type { Rule } from '../shared/rule';
import { namespaceSlip, reportMissing } from '../shared/missing';

const manifests = (name: string): string =>
  documents(
    exampleVirtualService(`gateways: [${name}]\nhosts: [checkout.example.com]\nhttp:${EXAMPLE_ROUTE}`),
    exampleOf(
      'networking.istio.io/v1',
      'Gateway',
      'checkout-gateway',
      `selector: { istio: ingressgateway }
servers:
  - port: { number: 80, name: http, protocol: HTTP }
    hosts: [checkout.example.com]`,
    ),
  );

export const missingGateway: Rule = {
  code: 'REF021',
  severity: 'error',
  title: 'A VirtualService names a Gateway that is not there',
  why: 'Istio takes the VirtualService and gives it to nobody: requests from outside get a 404, and the weights of the canary count for none of them.',
  fix: 'Name a Gateway of the same namespace, or `namespace/name`. (`mesh` stands for the proxies inside.)',
  bad: manifests('checkout-gatway'),
  good: manifests('checkout-gateway'),
  peers: { istioctl: 'IST0101', kiali: 'KIA1102', other: 'kubevious istio-virtual-service-to-gateway-ref' },
  check(graph, report) {
    for (const { resource, gateways } of virtualServices(graph)) {
      for (const reference of gateways) {
        if (reference.target) continue;
        const elsewhere = reference.from.string?.includes('/')
          ? undefined
          : graph.find({ ...reference.to, namespace: undefined });
        reportMissing(
          graph,
          report,
          reference,
          `${resource} is bound to ${describeWanted(reference)}, which nothing here defines`,
          elsewhere?.namespace
            ? {
                outside: false,
                mistake: namespaceSlip(graph, reference)?.mistake,
                didYouMean: {
                  name: `${elsewhere.namespace}/${elsewhere.name}`,
                  field: elsewhere.field('metadata', 'name'),
                },
              }
            : {},
        );
      }
    }
  },
};
