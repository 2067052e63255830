import { type Field, ISTIO_NETWORKING } from '../../graph';
import { documents, exampleGateway, exampleOf } from '../shared/example';
import type { Rule } from '../shared/rule';

const manifests = (termination: string): string =>
  documents(
    exampleOf(
      'route.openshift.io/v1',
      'Route',
      'checkout',
      `host: shop.example.com
to: { kind: Service, name: istio-ingressgateway }
port: { targetPort: http2 }
tls: { termination: ${termination} }`,
    ),
    exampleGateway('shop.example.com', '\n    tls: { httpsRedirect: true }'),
  );

export const redirectLoop: Rule = {
  code: 'TRF047',
  severity: 'warning',
  title: 'A Route ends TLS and the Gateway behind it redirects to HTTPS',
  why: 'The router of OpenShift ends TLS and passes plain HTTP on, with `x-forwarded-proto: https`. The gateway believes that header only if it is told to trust a proxy in front of it (`numTrustedProxies`, 0 by default) and otherwise sets it from its own connection. It then answers each request with a redirect to HTTPS, which comes back through the same Route: an endless loop, and no request reaches the app.',
  fix: 'Remove `httpsRedirect` from the server of the Gateway, use `termination: reencrypt` to its HTTPS port, or let the gateway trust the router (`numTrustedProxies: 1` in `gatewayTopology`).',
  whenNotToUse: 'When `gatewayTopology.numTrustedProxies` of the gateway, or of the mesh, is 1 or more.',
  confirmedBy:
    'Istio 1.30 and its Envoy, read: a server with `httpsRedirect` requires TLS for its virtual hosts (`require_tls`), and Envoy trusts `x-forwarded-proto` with `xff_num_trusted_hops` above 0 only. No system refuses the manifests.',
  bad: manifests('edge'),
  good: manifests('reencrypt'),
  checkPart(graph, report, part) {
    const redirecting = graph
      .ofKind('Gateway', ISTIO_NETWORKING)
      .flatMap((gateway) => gateway.field('spec', 'servers').items())
      .filter((server) => server.get('tls', 'httpsRedirect').boolean === true);
    for (const route of part(graph.ofKind('Route', 'route.openshift.io'))) {
      const [host, termination] = [route.field('spec', 'host'), route.field('spec', 'tls', 'termination')];
      const service = route.field('spec', 'to', 'name').string ?? '';
      if (termination.string !== 'edge' || !host.string || !service.includes('ingressgateway')) continue;
      const server = redirecting.find((one) => answers(one, host.string!));
      if (server === undefined) continue;
      report(termination, `${route} ends TLS, and ${server.resource} redirects '${host.string}' to HTTPS without end`, {
        related: { field: server.get('tls', 'httpsRedirect'), message: 'the redirect' },
      });
    }
  },
};

function answers(server: Field, host: string): boolean {
  return server
    .get('hosts')
    .items()
    .some(({ string = '' }) => {
      const name = string.slice(string.indexOf('/') + 1);
      return name === '*' || name === host || (name.startsWith('*.') && host.endsWith(name.slice(1)));
    });
}
