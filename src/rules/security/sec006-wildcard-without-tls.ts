import type { Rule } from '../shared/rule';

const gateway = (host: string): string => `
apiVersion: networking.istio.io/v1
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
        - ${host}
`;

export const wildcardWithoutTls: Rule = {
  code: 'SEC006',
  severity: 'advice',
  title: 'A Gateway accepts every host without TLS',
  why: 'Requests for any host name that resolves to the gateway enter in plain text and reach all routes that are bound to it. This includes the requests of scanners, which name no host.',
  fix: 'Name the hosts and use a server with TLS. Port 80 then only needs `tls.httpsRedirect: true`.',
  whenNotToUse: 'When a load balancer before the gateway ends TLS and filters the hosts.',
  bad: gateway('"*"'),
  good: gateway('shop.example.com'),
  checkPart(graph, report, part) {
    for (const resource of part(graph.ofKind('Gateway', 'networking.istio.io'))) {
      for (const server of resource.field('spec', 'servers').items()) {
        const protocol = server.get('port', 'protocol').string?.toUpperCase();
        if (protocol !== 'HTTP' && protocol !== 'HTTP2' && protocol !== 'GRPC') continue;
        if (server.get('tls', 'httpsRedirect').boolean === true) continue;
        const wide = server
          .get('hosts')
          .items()
          .find(({ string }) => string !== undefined && /^([^/]*\/)?\*$/.test(string));
        if (!wide) continue;
        report(wide, `${resource} takes every host on port ${String(server.get('port', 'number').value)} without TLS`);
      }
    }
  },
};
