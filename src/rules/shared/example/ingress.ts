import { documents, exampleOf } from './manifest';
import { exampleRollout } from './rollout';

/** An Ingress that sends all requests to a port (`number: 80`, `name: http`) of a Service. */
export const exampleIngress = (service: string, port: string, spec = ''): string =>
  exampleOf(
    'networking.k8s.io/v1',
    'Ingress',
    'checkout',
    `${spec}rules:
  - http:
      paths:
        - path: /
          pathType: Prefix
          backend: { service: { name: ${service}, port: { ${port} } } }`,
  );

/** A Rollout whose requests NGINX splits, and its Ingress. */
export const exampleBehindNginx = (service: string, port: string): string =>
  documents(
    exampleRollout(`
canaryService: checkout-canary
stableService: checkout-stable
trafficRouting:
  nginx: { stableIngress: checkout }
`),
    exampleIngress(service, port),
  );
