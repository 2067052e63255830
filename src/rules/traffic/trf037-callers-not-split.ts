import {
  type Field,
  rollouts,
  type Rollout,
  type Service,
  services,
  virtualServices,
  type Workload,
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
  check(graph, report) {
    for (const rollout of rollouts(graph)) {
      if (
        rollout.virtualServices.length === 0 ||
        rollout.virtualServices.some(({ virtualService }) => virtualService?.mesh ?? true)
      )
        continue;
      for (const service of rootServices(rollout, services(graph))) {
        const { name, namespace } = service.resource;
        const covered = virtualServices(graph).some(
          (one) =>
            one.mesh &&
            one.hosts.some(({ host }) => host.service === name && (host.namespace ?? namespace) === namespace),
        );
        if (covered) continue;
        for (const workload of workloads(graph)) {
          if (workload.resource === rollout.resource || workload.template.resource !== workload.resource) continue;
          const call = callOf(workload, service);
          if (call === undefined) continue;
          report(
            call,
            `${workload.resource} calls ${service.resource}, which no VirtualService of the mesh covers, so its requests are split by pods and not by the weights of ${rollout.resource}`,
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
const rootServices = ({ resource, services: named }: Rollout, all: readonly Service[]): Service[] => {
  const own = Object.values(named).map((reference) => reference?.target);
  return all.filter(
    (service) => !own.includes(service.resource) && service.workloads.some((one) => one.resource === resource),
  );
};

/** Where the containers of a workload name the host of a Service: in a URL, or in full. */
function callOf({ resource, template }: Workload, service: Service): Field | undefined {
  const { name, namespace } = service.resource;
  const escaped = name.replace(/[^\w-]/g, '\\$&');
  const full = `${escaped}\\.${namespace ?? '[a-z0-9-]+'}(\\.svc(\\.cluster\\.local)?)?`;
  const short = resource.namespace === namespace ? `|${escaped}` : '';
  const host = new RegExp(`(^|://|@)(${full}${short})(:\\d+)?(/|$)`);
  // A bare short name may be anything; in a URL it is a host.
  const isCall = (text: string): boolean => host.test(text) && (text.includes('://') || text.includes('.'));
  return template
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
    .find(({ string }) => string !== undefined && isCall(string.replace(/^-+[\w.-]+=/, '')));
}
