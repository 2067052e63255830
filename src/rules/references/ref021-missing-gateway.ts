import { describeWanted, gatewayRoutes, virtualServices } from '../../graph';
import { documents, EXAMPLE_ROUTE, exampleGateway, exampleVirtualService } from '../shared/example';
import { CONFIRMED_BY } from '../shared/confirmed-by';
import type { Rule } from '../shared/rule';
import { namespaceSlip, reportMissing } from '../shared/missing-reference';

const manifests = (name: string): string =>
  documents(
    exampleVirtualService(`gateways: [${name}]\nhosts: [checkout.example.com]\nhttp:${EXAMPLE_ROUTE}`),
    exampleGateway('checkout.example.com'),
  );

export const missingGateway: Rule = {
  code: 'REF021',
  severity: 'error',
  title: 'A VirtualService names a Gateway that does not exist',
  why: 'Istio accepts the VirtualService and applies it to no proxy of that Gateway. Requests from outside get a 404, and the weights of the canary apply to none of them. A Gateway of the Gateway API is none to which a VirtualService can be bound.',
  fix: 'Name a Gateway in the same namespace, or `namespace/name`. `mesh` stands for the sidecars.',
  whenNotToUse:
    'Ignore it when the object is created outside the linted manifests and its name is right. Without `--closed-world` such a reference is only a note.',
  confirmedBy: CONFIRMED_BY.istio,
  bad: manifests('checkout-gatway'),
  good: manifests('checkout-gateway'),
  peers: { istioctl: 'IST0101', kiali: 'KIA1102', other: 'kubevious istio-virtual-service-to-gateway-ref' },
  checkPart(graph, report, part) {
    for (const { resource, parents } of part(gatewayRoutes(graph))) {
      for (const { reference } of parents) {
        if (reference?.to.kind !== 'Gateway' || reference.target) continue;
        reportMissing(
          graph,
          report,
          reference,
          `${resource} is attached to ${describeWanted(reference)}, which nothing here defines`,
        );
      }
    }
    for (const { resource, gateways } of part(virtualServices(graph))) {
      for (const reference of gateways) {
        if (reference.target) continue;
        const other = graph.find({ ...reference.to, group: 'gateway.networking.k8s.io' }, resource);
        if (other) {
          report(reference.from, `${resource} is bound to ${other}, which is a Gateway of the Gateway API`, {
            hint: 'a VirtualService needs a Gateway of networking.istio.io, and a Gateway of the Gateway API an HTTPRoute',
            related: { field: other.field('apiVersion'), message: 'its group' },
          });
          continue;
        }
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
