import { declaredProtocol, HTTP_PROTOCOLS } from '../../formats/istio-values';
import { rollouts, type Route, serviceOf } from '../../graph';
import type { Rule } from '../shared/rule';
import { meshApp } from '../shared/example';

export const portProtocol: Rule = {
  code: 'MSH003',
  severity: 'warning',
  title: 'The port of an http route is declared as another protocol',
  why: "Istio reads the protocol from the port's name or `appProtocol`. For a TCP port the proxies in the mesh see no requests: http routes, weights and matches do not apply, and there are no request metrics. A gateway uses the protocol of its own server, so routes that only a gateway uses are not checked.",
  fix: 'Name the port `http`, `http2` or `grpc`, or add a suffix: `http-web`.',
  whenNotToUse: 'When all requests come through a gateway, although the VirtualService also applies in the mesh.',
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
      for (const { routes, virtualService } of virtualServices) {
        if (!virtualService?.mesh) continue;
        for (const route of routes) {
          const { destinations, protocol } = route;
          if (protocol !== 'http' || !appliesInMesh(route)) continue;
          for (const { service, port: wanted } of destinations) {
            const ports = serviceOf(graph, service?.target)?.ports ?? [];
            for (const port of ports) {
              // Other ports of the Service may have other protocols.
              if (wanted === undefined ? ports.length > 1 : port.number !== wanted) continue;
              const app = port.field.get('appProtocol');
              const text = (app.string ?? port.name ?? '').replace(/^kubernetes\.io\/h2c$/i, 'http2');
              const name = declaredProtocol(text);
              if (name === undefined || HTTP_PROTOCOLS.includes(name)) continue;
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

/** A match may name the gateways that it is for. Without a match, a route is for all of its VirtualService. */
function appliesInMesh({ field }: Route): boolean {
  const gateways = field
    .get('match')
    .items()
    .map((match) => match.get('gateways').items());
  return gateways.length === 0 || gateways.some((of) => of.length === 0 || of.some(({ string }) => string === 'mesh'));
}
