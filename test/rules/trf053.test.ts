import { serviceEntry } from '../../src/rules/traffic/trf053-service-entry';
import { describeRule } from './describe-rule';

const entry = (spec: string): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: payments, namespace: shop }
spec: { ${spec} }
`;
const HOST = 'hosts: [pay.example.com]';
const HTTPS = 'ports: [{ number: 443, name: https, protocol: HTTPS }]';

describeRule(serviceEntry, [
  {
    name: 'a wildcard that DNS is asked for',
    manifest: entry(`hosts: [pay.example.com, '*.example.com'], ${HTTPS}, resolution: DNS`),
    finds: [
      {
        path: 'spec.hosts[1]',
        message: "ServiceEntry shop/payments asks DNS for '*.example.com', which is no name of one host",
      },
    ],
  },
  {
    name: 'a wildcard with endpoints',
    manifest: entry(`hosts: ['*.example.com'], ${HTTPS}, resolution: DNS, endpoints: [{ address: a.example.com }]`),
  },
  { name: 'a wildcard that is not resolved', manifest: entry(`hosts: ['*.example.com'], ${HTTPS}`) },
  {
    name: 'a name for a STATIC endpoint',
    manifest: entry(
      `${HOST}, ${HTTPS}, resolution: STATIC, endpoints: [{ address: a.example.com }, { address: '::1' }]`,
    ),
    finds: [{ path: 'spec.endpoints[0].address', hint: 'use resolution: DNS' }],
  },
  {
    name: 'a socket, which STATIC endpoints may be',
    manifest: entry(`${HOST}, ${HTTPS}, resolution: STATIC, endpoints: [{ address: 'unix:///var/run/pay' }]`),
  },
  {
    name: 'a port of an endpoint that the entry does not have',
    manifest: entry(`${HOST}, ${HTTPS}, resolution: DNS, endpoints: [{ address: a.example.com, ports: { http: 80 } }]`),
    finds: [{ path: 'spec.endpoints[0].ports.http', hint: 'there is https' }],
  },
  {
    name: 'the port that the entry has',
    manifest: entry(
      `${HOST}, ${HTTPS}, resolution: DNS, endpoints: [{ address: a.example.com, ports: { https: 8443 } }]`,
    ),
  },
  {
    name: 'two hosts with TCP',
    manifest: entry(
      'hosts: [a.example.com, b.example.com], ports: [{ number: 1, name: db, protocol: tcp }], resolution: DNS',
    ),
    finds: [{ message: 'ServiceEntry shop/payments has 2 hosts, which tcp cannot tell apart' }],
  },
  {
    name: 'two hosts with TCP that are not resolved',
    manifest: entry('hosts: [a.example.com, b.example.com], ports: [{ number: 1, name: db, protocol: TCP }]'),
  },
  {
    name: 'a misspelt protocol, an address and a name that are none',
    manifest: entry(
      `hosts: [a.example.com, b.example.com], addresses: [db], ports: [{ number: 1, name: a_b, protocol: HTPP }], resolution: DNS`,
    ),
    finds: [{ path: 'spec.addresses[0]' }, { path: 'spec.ports[0].name' }, { path: 'spec.ports[0].protocol' }],
  },
  {
    name: 'the host of each request, by HTTPS',
    manifest: entry(`hosts: ['*.example.com'], ${HTTPS}, resolution: DYNAMIC_DNS`),
    finds: [{ hint: 'it is for HTTP, HTTP2, GRPC and TLS' }],
  },
  {
    name: 'the host of each request, by TLS',
    manifest: entry(`hosts: ['*.example.com'], ${HTTPS.replace('HTTPS', 'TLS')}, resolution: DYNAMIC_DNS`),
  },
]);
