import { rollouts, serviceOf } from '../../graph';
import type { Rule } from '../shared/rule';
import { distinct } from '../shared/distinct';
import { meshApp } from '../shared/example';

/** Protocols that Istio reads from a port's name. Those of the first list it routes by http routes. */
const HTTP = ['http', 'http2', 'grpc', 'grpc-web'];
const OPAQUE = ['https', 'tcp', 'tls', 'mongo', 'mysql', 'redis', 'udp'];

export const portProtocol: Rule = {
  code: 'MSH003',
  severity: 'warning',
  title: 'A port of an http route is declared to be something else',
  why: "Istio reads the protocol from the port's name (or `appProtocol`). A port of TCP has no requests for the proxies in the mesh: their http routes do not apply, weights and matches have no effect there, and there are no metrics of requests.",
  fix: 'Name the port `http`, `http2` or `grpc`, or one of these with a suffix: `http-web`.',
  bad: meshApp({ host: 'checkout-stable' }).replaceAll(
    '- name: http\n      port: 80',
    '- name: tcp-web\n      port: 80',
  ),
  good: meshApp({ host: 'checkout-stable' }).replaceAll(
    '- name: http\n      port: 80',
    '- name: http-web\n      port: 80',
  ),
  peers: { istioctl: 'IST0118', kiali: 'KIA0601' },
  check(graph, found) {
    const report = distinct(found);
    for (const { virtualServices, resource } of rollouts(graph)) {
      for (const { routes } of virtualServices) {
        for (const { destinations, protocol } of routes) {
          if (protocol !== 'http') continue;
          for (const { service, port: wanted } of destinations) {
            const ports = serviceOf(graph, service?.target)?.ports ?? [];
            for (const port of ports) {
              // Other ports of the Service may well be of other protocols.
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
                `${service!.target} declares port ${port.number} to be ${name}, and ${resource} splits it by an http route`,
              );
            }
          }
        }
      }
    }
  },
};
