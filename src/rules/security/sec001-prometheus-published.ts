import { virtualServices } from '../../graph';
import type { Rule } from '../shared/rule';

const sample = (host: string, gateway: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: shop
spec:
  hosts:
    - ${host}
  gateways:
    - ${gateway}
  http:
    - name: prometheus
      match:
        - uri:
            prefix: /api
      route:
        - destination:
            host: prometheus
`;

/** Services that give access to all metrics. */
const DATABASE =
  /(^|-)(prometheus|thanos-(query|querier)|thanos|alertmanager|mimir|cortex|victoria-?metrics|vmselect)(-|$)/;

export const prometheusPublished: Rule = {
  code: 'SEC001',
  severity: 'warning',
  title: 'A route of a wildcard host publishes Prometheus',
  why: 'Everybody who reaches the gateway can query Prometheus without a password: names and versions of all workloads, their traffic and failures, and labels that may hold customers. An expensive query takes it down, and the analyses with it.',
  fix: 'Remove the route: the controller reaches Prometheus inside the cluster (`http://prometheus.monitoring:9090`). If it must be reachable from outside, give it its own host with TLS and a password.',
  whenNotToUse: 'When the gateway is reachable only from a trusted network.',
  confirmedBy: 'Istio 1.30, read in its source.',
  bad: sample('"*"', 'public'),
  good: sample('prometheus.monitoring.svc.cluster.local', 'mesh'),
  checkPart(graph, report, part) {
    for (const { resource, hosts, gateways, routes } of part(virtualServices(graph))) {
      const wildcard = hosts.find(({ host }) => host.form === 'wildcard');
      if (gateways.length === 0 || !wildcard) continue;
      for (const { field, destinations } of routes) {
        const published = destinations.find(({ host }) => DATABASE.test(host.text.split('.')[0]));
        if (!published) continue;
        const paths = field
          .get('match')
          .items()
          .flatMap((match) =>
            match
              .get('uri')
              .entries()
              .map(([, { value }]) => String(value)),
          );
        const under = paths.length > 0 ? ` under ${paths.join(', ')}` : '';
        report(
          published.field.get('destination', 'host'),
          `${resource} publishes '${published.host.text}'${under} for the host '${wildcard.host.text}', to everybody who reaches ${gateways.map(({ to }) => `the Gateway '${to.name}'`).join(' or ')}`,
          {
            related: { field: wildcard.field, message: 'the host' },
          },
        );
      }
    }
  },
};
