import { type ExampleMetadata, exampleOf } from './manifest';

/** A VirtualService by the fields of `spec`. */
export function exampleVirtualService(spec: string, name = 'checkout', metadata?: ExampleMetadata): string {
  return exampleOf('networking.istio.io/v1', 'VirtualService', name, spec, metadata);
}

/** The http route with both destinations that Git should have. */
export const EXAMPLE_ROUTE = `
- name: primary
  route:
    - { destination: { host: checkout-stable }, weight: 100 }
    - { destination: { host: checkout-canary }, weight: 0 }
`;

/** A Gateway that opens a host for HTTP. */
export const exampleGateway = (host: string, server = ''): string =>
  exampleOf(
    'networking.istio.io/v1',
    'Gateway',
    'checkout-gateway',
    `selector: { istio: ingressgateway }
servers:
  - port: { number: 80, name: http, protocol: HTTP }
    hosts: [${host}]${server}`,
  );
