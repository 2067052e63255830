import { gatewayRoutes, type Reference, type Resource } from '../../graph';
import { documents, exampleOf } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (from: string): string =>
  documents(
    exampleOf(
      'gateway.networking.k8s.io/v1',
      'HTTPRoute',
      'checkout',
      'parentRefs: [{ name: public }]\nrules: [{ backendRefs: [{ name: checkout, namespace: shop, port: 80 }] }]',
      { namespace: 'edge' },
    ),
    exampleOf(
      'gateway.networking.k8s.io/v1beta1',
      'ReferenceGrant',
      'routes',
      `from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: ${from} }]\nto: [{ group: "", kind: Service }]`,
      { namespace: 'shop' },
    ),
  );

export const backendWithoutGrant: Rule = {
  code: 'TRF043',
  severity: 'warning',
  title: 'A route sends requests to another namespace without a ReferenceGrant',
  why: 'A route may use a Service of another namespace only if a ReferenceGrant there allows it. Without one, the gateway answers requests of that backend with 500, and the route has the condition ResolvedRefs False with the reason RefNotPermitted.',
  fix: 'Add a ReferenceGrant to the namespace of the Service, from the kind and namespace of the route, to Service.',
  whenNotToUse:
    'When the ReferenceGrant is created elsewhere. Without `--closed-world` that is a note, unless the namespace has grants here.',
  confirmedBy: 'Gateway API 1.6, by its specification. No system refuses the manifests; the route gets a condition.',
  bad: manifests('web'),
  good: manifests('edge'),
  checkPart(graph, report, part) {
    for (const { resource, rules } of part(gatewayRoutes(graph))) {
      for (const { service, field } of rules.flatMap(({ backends }) => backends)) {
        const to = service?.to.namespace;
        if (!service || !to || resource.namespace === undefined || to === resource.namespace) continue;
        const grants = graph
          .ofKind('ReferenceGrant', 'gateway.networking.k8s.io')
          .filter(({ namespace }) => namespace === to);
        if (grants.some((grant) => allows(grant, resource, service))) continue;
        report(
          field.get('namespace'),
          `${resource} sends requests to Service ${to}/${service.to.name}, and no ReferenceGrant in '${to}' allows it`,
          {
            outside: grants.length === 0,
            hint: `allow ${resource.kind} of the namespace '${resource.namespace}' in a ReferenceGrant of '${to}'`,
            related:
              grants.length > 0 ? { field: grants[0].field('spec', 'from'), message: 'what is allowed' } : undefined,
          },
        );
      }
    }
  },
};

function allows(grant: Resource, route: Resource, { to }: Reference): boolean {
  const from = grant
    .field('spec', 'from')
    .items()
    .some(
      (one) =>
        one.get('group').string === route.group &&
        one.get('kind').string === route.kind &&
        one.get('namespace').string === route.namespace,
    );
  const target = grant
    .field('spec', 'to')
    .items()
    .some((one) => {
      const name = one.get('name').string;
      return one.get('kind').string === 'Service' && (name === undefined || name === '' || name === to.name);
    });
  return from && target;
}
