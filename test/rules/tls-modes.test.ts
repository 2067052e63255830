import { documents, meshApp, peerAuthentication } from '../../src/rules/shared/example';
import { tlsMode } from '../../src/rules/mesh/msh004-tls-mode';
import { describeRule } from './describe-rule';

const clients = (mode: string, more = ''): string => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: canary }
spec: { host: checkout-canary, trafficPolicy: { ${more} tls: { mode: ${mode} } } }
`;

const ofPort = (settings: string): string => `portLevelSettings: [{ port: { number: 80 }, ${settings} }],`;

describeRule(tlsMode, [
  {
    name: 'mutual TLS to pods without a proxy',
    manifest: documents(meshApp({ labels: 'sidecar.istio.io/inject: "false"' }), clients('ISTIO_MUTUAL')),
    finds: [
      {
        message:
          'DestinationRule canary uses the TLS mode ISTIO_MUTUAL for Service checkout-canary, but the pods of Rollout checkout have no proxy',
      },
    ],
  },
  {
    name: 'mutual TLS to pods of which it is not known',
    manifest: documents(meshApp({ labels: 'tier: web' }), clients('ISTIO_MUTUAL')),
  },
  {
    name: 'TLS of their own that pods without a proxy may have',
    manifest: documents(meshApp({ labels: 'sidecar.istio.io/inject: "false"' }), clients('SIMPLE')),
  },
  {
    name: 'mutual TLS to a port that the proxy does not get',
    manifest: documents(
      meshApp({ annotations: 'traffic.sidecar.istio.io/excludeInboundPorts: "8080"' }),
      clients('ISTIO_MUTUAL'),
    ),
    finds: [{ message: expect.stringContaining('the proxy of Rollout checkout leaves out port 8080') as never }],
  },
  {
    name: 'a mode of the port that contradicts',
    manifest: documents(
      meshApp(),
      peerAuthentication('STRICT'),
      clients('ISTIO_MUTUAL', ofPort('tls: { mode: DISABLE }')),
    ),
    finds: [{ path: 'spec.trafficPolicy.portLevelSettings[0].tls.mode' }],
  },
  {
    name: 'settings of the port without a mode, in whose place Istio finds out itself',
    manifest: documents(
      meshApp(),
      peerAuthentication('STRICT'),
      clients('DISABLE', ofPort('connectionPool: { tcp: { maxConnections: 9 } }')),
    ),
  },
]);
