import { rollouts, serviceOf } from '../../graph';
import type { Rule } from '../shared/rule';
import { meshApp } from '../shared/example';

/** Protocols that Istio reads from a port's name. HTTP routes apply to those of the first list. */
const HTTP = ['http', 'http2', 'grpc', 'grpc-web'];
const OPAQUE = ['https', 'tcp', 'tls', 'mongo', 'mysql', 'redis', 'udp'];

export const portProtocol: Rule = {
  code: 'MSH003',
  severity: 'warning',
  title: 'The port of an http route is declared as another protocol',
  why: "Istio reads the protocol from the port's name or `appProtocol`. For a TCP port the proxies in the mesh see no requests: http routes, weights and matches do not apply, and there are no request metrics.",
  fix: 'Name the port `http`, `http2` or `grpc`, or add a suffix: `http-web`.',
  whenNotToUse: 'When the port is only reached through a gateway, which uses the protocol of its own server.',
  confirmedBy: 'Istio 1.30, read in its source.',
  bad: meshApp({ host: 'checkout-stable' }).replaceAll(
    '- name: http\n      port: 80',
    '- name: tcp-web\n      port: 80',
  ),
  good: meshApp({ host: 'checkout-stable' }).replaceAll(
    '- name: http\n      port: 80',
    '- name: http-web\n      port: 80',
  ),
  peers: { istioctl: 'IST0118', kiali: 'KIA0601' },
  checkPart(graph, report, part) {
    for (const { virtualServices, resource } of part(rollouts(graph))) {
      for (const { routes } of virtualServices) {
        for (const { destinations, protocol } of routes) {
          if (protocol !== 'http') continue;
          for (const { service, port: wanted } of destinations) {
            const ports = serviceOf(graph, service?.target)?.ports ?? [];
            for (const port of ports) {
              // Other ports of the Service may have other protocols.
              if (wanted === undefined ? ports.length > 1 : port.number !== wanted) continue;
              const app = port.field.get('appProtocol');
              const text = (app.string ?? port.name ?? '').toLowerCase().replace(/^kubernetes\.io\/h2c$/, 'http2');
              const name = [...HTTP, ...OPAQUE]
                .filter((one) => text === one || text.startsWith(`${one}-`))
                .sort((a, b) => b.length - a.length)[0];
              if (name === undefined || HTTP.includes(name)) continue;
              const at = app.exists ? app : port.field.get('name');
              report(
                at,
                `${service!.target} declares port ${port.number} as ${name}, but ${resource} splits it with an http route`,
              );
            }
          }
        }
      }
    }
  },
};
