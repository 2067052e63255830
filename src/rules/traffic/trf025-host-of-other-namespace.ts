import { rollouts } from '../../graph';
import { documents, EXAMPLE_ROUTE, exampleRollout, exampleVirtualService, routedCanary } from '../shared/example';
import type { Rule } from '../shared/rule';
import { roleOf, routeLabel } from './roles';

const manifests = (suffix: string): string =>
  documents(
    exampleRollout(routedCanary('', 'virtualService: { name: checkout.edge }'), { namespace: 'shop' }),
    exampleVirtualService(
      `hosts: [checkout.example.com]\ngateways: [public]\nhttp:${EXAMPLE_ROUTE.replace(/host: ([\w-]+)/g, `host: $1${suffix}`)}`,
    ).replace('  name: checkout', '  name: checkout\n  namespace: edge'),
  );

export const hostOfOtherNamespace: Rule = {
  code: 'TRF025',
  severity: 'error',
  title: 'A VirtualService in another namespace uses short hosts',
  why: 'The controller compares hosts up to the first dot and accepts them. Istio completes a short host with the namespace of the VirtualService, where the Services of the Rollout are not. Requests answer 503.',
  fix: 'Write the hosts in full: `checkout-canary.shop.svc.cluster.local`.',
  whenNotToUse: 'Never: the host means another Service.',
  confirmedBy: 'Istio 1.30, read in its source.',
  bad: manifests(''),
  good: manifests('.shop.svc.cluster.local'),
  peers: { istioctl: 'IST0101, if the Service is not there' },
  checkPart(graph, report, part) {
    for (const rollout of part(rollouts(graph))) {
      const { namespace } = rollout.resource;
      for (const { virtualService, routes } of rollout.virtualServices) {
        for (const route of routes) {
          for (const destination of route.destinations) {
            const { host, field } = destination;
            if (host.service === undefined || roleOf(rollout, destination) === undefined) continue;
            if (!namespace || !host.namespace || host.namespace === namespace || host.form === 'other') continue;
            const at = field.get('destination', 'host');
            const full = `${host.service}.${namespace}.svc.cluster.local`;
            report(
              at,
              `${routeLabel(route)} of ${virtualService?.resource} sends requests to '${host.text}' in the namespace '${host.namespace}', and ${rollout.resource} is in '${namespace}'`,
              { hint: `write ${full}`, fix: { title: `write '${full}'`, edits: [{ at, set: full }] } },
            );
          }
        }
      }
    }
  },
};
