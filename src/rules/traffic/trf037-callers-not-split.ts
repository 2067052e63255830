import { append } from '../../formats/append';
import {
  type Field,
  type Graph,
  type Host,
  memoizeOnGraph,
  type Rollout,
  rollouts,
  type Service,
  servicesSelecting,
  virtualServices,
  workloads,
} from '../../graph';
import {
  documents,
  EXAMPLE_ROUTE,
  exampleOf,
  exampleRollout,
  exampleService,
  exampleVirtualService,
  routedCanary,
} from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (gateways: string): string =>
  documents(
    exampleRollout(routedCanary(), { namespace: 'shop' }),
    exampleVirtualService(
      `hosts: [checkout.example.com, checkout]\ngateways: [${gateways}]\nhttp:${EXAMPLE_ROUTE}`,
      'checkout',
      {
        namespace: 'shop',
      },
    ),
    exampleService('checkout', undefined, { namespace: 'shop' }),
    exampleOf(
      'apps/v1',
      'Deployment',
      'web',
      `selector: { matchLabels: { app: web } }
template:
  metadata: { labels: { app: web } }
  spec:
    containers:
      - name: web
        image: registry.example.com/web:1
        env: [{ name: CHECKOUT_URL, value: 'http://checkout:80/v1' }]`,
      { namespace: 'shop' },
    ),
  );

export const callersNotSplit: Rule = {
  code: 'TRF037',
  severity: 'warning',
  title: 'Callers in the cluster are split by pods, not by weight',
  why: 'The VirtualService of the Rollout belongs to a gateway only, so only requests that enter there follow the weights. A workload in the cluster calls the Service of all pods directly. No VirtualService of the mesh covers that host, so its requests are spread over the pods of both versions: with one canary pod of two, half of them reach the canary at a weight of 10.',
  fix: 'Add the host of the Service to `hosts` and `mesh` to `gateways` of the VirtualService, or let the caller use the host of the gateway.',
  whenNotToUse: 'When the share of the canary does not matter for callers in the cluster.',
  confirmedBy: 'Istio 1.30, read in its source (argo-rollouts#3317).',
  bad: manifests('public'),
  good: manifests('public, mesh'),
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      if (
        rollout.virtualServices.length === 0 ||
        rollout.virtualServices.some(({ virtualService }) => virtualService?.mesh ?? true)
      )
        continue;
      for (const service of rootServices(rollout, graph)) {
        const { name, namespace } = service.resource;
        const hosts = meshHosts(graph).get(name) ?? [];
        if (hosts.some((host) => (host.namespace ?? namespace) === namespace)) continue;
        for (const call of calls(graph).get(name) ?? []) {
          const caller = call.field.resource;
          const isMeant =
            call.namespace === undefined
              ? caller.namespace === namespace
              : namespace === undefined || call.namespace === namespace;
          if (caller === rollout.resource || !isMeant) continue;
          report(
            call.field,
            `${caller} calls ${service.resource}, which no VirtualService of the mesh covers, so its requests are split by pods and not by the weights of ${rollout.resource}`,
            {
              hint: `add the host ${name} and the gateway mesh to the VirtualService`,
              related: {
                field: rollout.virtualServices[0].reference.target!.field('spec', 'gateways'),
                message: 'the gateways',
              },
            },
          );
          break;
        }
      }
    }
  },
};

/** The Services of all pods of a Rollout. */
const rootServices = ({ resource, services: named }: Rollout, graph: Graph): readonly Service[] => {
  const own = Object.values(named).map((reference) => reference?.target);
  return servicesSelecting(graph, resource).filter((service) => !own.includes(service.resource));
};

/** The hosts that VirtualServices of the mesh cover, by the name of the Service. */
const meshHosts = memoizeOnGraph((graph) => {
  const found = new Map<string, Host[]>();
  for (const { mesh, hosts } of virtualServices(graph)) {
    for (const { host } of mesh ? hosts : []) if (host.service !== undefined) append(found, host.service, host);
  }
  return found;
});

/** Where a container names the host of a Service. */
interface Call {
  readonly field: Field;
  /** Undefined for the namespace of the caller. */
  readonly namespace: string | undefined;
}

const HOST = /(?:^|:\/\/|@)([\w-]+)(?:\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?)?(?::\d+)?(?=\/|$)/g;

/** The hosts that the containers of workloads call, in a URL or by a full name, by the name of the Service. */
const calls = memoizeOnGraph((graph) => {
  const found = new Map<string, Call[]>();
  for (const { resource, template } of workloads(graph)) {
    if (template.resource !== resource) continue;
    for (const field of textsOf(template)) {
      const text = field.string!.replace(/^-+[\w.-]+=/, '');
      // A short name is a host only in a URL.
      if (!text.includes('://') && !text.includes('.')) continue;
      for (const [, name, namespace] of text.matchAll(HOST)) append(found, name, { field, namespace });
    }
  }
  return found;
});

const textsOf = (template: Field): Field[] =>
  template
    .get('spec', 'containers')
    .items()
    .flatMap((container) => [
      ...container
        .get('env')
        .items()
        .map((one) => one.get('value')),
      ...container.get('args').items(),
      ...container.get('command').items(),
    ])
    .filter(({ string }) => string !== undefined);
