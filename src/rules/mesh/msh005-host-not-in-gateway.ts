import { virtualServices } from '../../graph';
import type { Rule } from '../rule';
import { documents } from '../samples';
import { meshApp } from './sample';

const gateway = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata:
  name: shop
spec:
  selector:
    istio: ingressgateway
  servers:
    - port:
        number: 80
        name: http
        protocol: HTTP
      hosts:
        - shop.example.com`;

export const hostNotInGateway: Rule = {
  code: 'MSH005',
  severity: 'error',
  title: 'A VirtualService is bound to a Gateway that does not take its host',
  why: 'The gateway has no route for the host and answers 404: nobody reaches the application by it.',
  fix: "Name the host in the Gateway's `servers[].hosts`, or a host of the Gateway in the VirtualService.",
  bad: documents(meshApp({ gateway: 'shop', host: 'store.example.com' }), gateway),
  good: documents(meshApp({ gateway: 'shop', host: 'shop.example.com' }), gateway),
  peers: { istioctl: 'IST0132' },
  check(graph, report) {
    for (const { resource, hosts, gateways, mesh } of virtualServices(graph)) {
      for (const { target, from } of gateways) {
        if (!target) continue;
        const taken = target
          .field('spec', 'servers')
          .items()
          .flatMap((server) => server.get('hosts').items())
          .flatMap(({ string }) => string ?? []);
        // Hosts of the mesh may be meant for the mesh alone; of the others each must come in somewhere.
        const missing = hosts.filter(
          ({ host }) => !taken.some((one) => takes(one, host.text, resource.namespace, target.namespace)),
        );
        const wrong = mesh || gateways.length > 1 ? (missing.length === hosts.length ? missing : []) : missing;
        for (const { field, host } of wrong) {
          report(
            field,
            `${resource} takes '${host.text}' through ${target}, which takes ${taken.map((one) => `'${one}'`).join(', ') || 'no host'}`,
            {
              related: { field: from, message: 'bound here' },
            },
          );
        }
      }
    }
  },
};

/** Whether a host of a Gateway (`*`, `*.example.com`, `namespace/host`) lets one of a VirtualService come in. */
function takes(entry: string, host: string, namespace: string | undefined, own: string | undefined): boolean {
  const slash = entry.indexOf('/');
  const scope = slash < 0 ? '*' : entry.slice(0, slash);
  const pattern = entry.slice(slash + 1);
  const wanted = scope === '.' ? own : scope;
  if (wanted !== '*' && wanted !== undefined && namespace !== undefined && wanted !== namespace) return false;
  return covers(pattern, host) || covers(host, pattern);
}

const covers = (pattern: string, host: string): boolean =>
  pattern === '*' || pattern === host || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)));
