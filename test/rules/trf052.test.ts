import { gatewayNotNamed } from '../../src/rules/traffic/trf052-gateway-not-named';
import { describeRule } from './describe-rule';

const routed = (name: string, spec: string, namespace = 'shop'): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ${spec}, http: [{ route: [{ destination: { host: web.shop.svc.cluster.local } }] }] }
---`;
const gateway = (hosts: string, namespace = 'shop'): string => `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: ${namespace} }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: [${hosts}] }]
`;
const connections = (kind: string): string => `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web, namespace: shop }
spec: { hosts: [web.example.com], ${kind}: [{ match: [{ port: 443, sniHosts: [web.example.com] }], route: [{ destination: { host: web } }] }] }
---`;
const opened = (protocol: string, tls = ''): string =>
  gateway('web.example.com').replace('HTTP }', `${protocol} }${tls && `, tls: { mode: ${tls}, credentialName: web }`}`);
const WEB = 'hosts: [web.example.com]';

describeRule(gatewayNotNamed, [
  {
    name: 'a host that a Gateway opens, and no gateways',
    manifest: routed('web', WEB) + gateway('web.example.com'),
    finds: [
      {
        path: 'spec.hosts[0]',
        message:
          "VirtualService shop/web has the host 'web.example.com', which Gateway shop/edge opens, and names no Gateway",
        hint: 'add gateways: [edge]',
      },
    ],
  },
  {
    name: 'a Gateway of another namespace, which opens the host for this one',
    manifest: routed('web', WEB) + gateway("'shop/web.example.com'", 'infra'),
    finds: [{ hint: 'add gateways: [infra/edge]' }],
  },
  { name: 'a Gateway that is named', manifest: routed('web', `${WEB}, gateways: [edge]`) + gateway('web.example.com') },
  { name: 'the mesh by name', manifest: routed('web', `${WEB}, gateways: [mesh]`) + gateway('web.example.com') },
  {
    name: 'another VirtualService for the Gateway',
    manifest: routed('web', WEB) + routed('edge', `${WEB}, gateways: [edge]`) + gateway('web.example.com'),
  },
  {
    name: 'another VirtualService with all hosts of the Gateway',
    manifest: routed('web', WEB) + routed('edge', "hosts: ['*'], gateways: [edge]") + gateway('web.example.com'),
  },
  { name: 'a Gateway for every host', manifest: routed('web', WEB) + gateway("'*.example.com'") },
  { name: 'a Gateway for another host', manifest: routed('web', WEB) + gateway('api.example.com') },
  { name: 'the name of a Service', manifest: routed('web', 'hosts: [web]') + gateway('web') },
  {
    name: 'a host that is also outside of the mesh',
    manifest: `${routed('web', WEB)}
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: web, namespace: shop }
spec: { hosts: [web.example.com], ports: [{ number: 443, name: tls, protocol: TLS }], resolution: DNS }
---${gateway('web.example.com')}`,
  },
  {
    name: 'routes of TCP at a server of TCP',
    manifest: connections('tcp') + opened('TCP'),
    finds: [{ hint: 'add gateways: [edge]' }],
  },
  {
    name: 'routes of TCP at a server that ends TLS',
    manifest: connections('tcp') + opened('TLS', 'SIMPLE'),
    finds: [{ hint: 'add gateways: [edge]' }],
  },
  {
    name: 'routes of TLS at a server that passes it through',
    manifest: connections('tls') + opened('HTTPS', 'PASSTHROUGH'),
    finds: [{ hint: 'add gateways: [edge]' }],
  },
  { name: 'routes of TCP at a server of HTTP', manifest: connections('tcp') + opened('HTTP') },
  { name: 'routes of TLS at a server that ends it', manifest: connections('tls') + opened('HTTPS', 'SIMPLE') },
  { name: 'routes of HTTP at a server of TCP', manifest: routed('web', WEB) + opened('TCP') },
  {
    name: 'routes of HTTP at a server that ends TLS',
    manifest: routed('web', WEB) + opened('HTTPS', 'SIMPLE'),
    finds: [{ hint: 'add gateways: [edge]' }],
  },
]);
