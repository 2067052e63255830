import {
  type Endpoint,
  injectionOf,
  interceptsPort,
  mutualTlsOf,
  prometheusInAmbientMesh,
  rollouts,
  scrapedAddresses,
  scrapesOf,
} from '../../graph';
import { documents, meshApp, peerAuthentication, serviceMonitor } from '../shared/example';
import type { Rule } from '../shared/rule';

const monitor = serviceMonitor('port: http');

export const strictRefusesScrape: Rule = {
  code: 'MSH002',
  severity: 'error',
  title: 'Strict mutual TLS refuses the scrape',
  why: 'Prometheus has no certificate of the mesh unless it is given one. A proxy that demands mutual TLS resets its connection. The target is down, and every query over its metrics is empty. A Prometheus in the ambient mesh has a certificate: ztunnel gives it one. Where the manifests do not show whether it is, the finding about ambient pods is a warning.',
  fix: 'Let the agent of Istio serve the metrics on port 15020 (`prometheus.istio.io/merge-metrics`), give the monitor the certificates of the mesh (`scheme: https`, `tlsConfig`), or leave the port out (`traffic.sidecar.istio.io/excludeInboundPorts`, `includeInboundPorts` without it, or `portLevelMtls`).',
  whenNotToUse:
    'When Prometheus itself runs in the mesh and its proxy intercepts scrapes. In an ambient mesh it is enough that its namespace is labelled `istio.io/dataplane-mode: ambient`: ztunnel then tunnels the scrapes. The rule sees that if the Prometheus object and its namespace are among the manifests.',
  confirmedBy:
    'Istio 1.30, read in its documentation and source (the redirection: `tools/istio-iptables/pkg/capture/run.go`; the tunnel between pods of an ambient mesh: `src/proxy/outbound.rs` of ztunnel). The port is that after relabeling, by the code that the conformance item `scrape` confirms.',
  bad: documents(meshApp(), peerAuthentication('STRICT'), monitor),
  good: documents(
    meshApp(),
    peerAuthentication('STRICT', '\n  portLevelMtls:\n    8080:\n      mode: PERMISSIVE'),
    monitor,
  ),
  checkPart(graph, report, part) {
    if (graph.ofKind('PeerAuthentication', 'security.istio.io').length === 0) return;
    const inMesh = prometheusInAmbientMesh(graph);
    if (inMesh === 'yes') return;
    for (const { resource, workload } of part(rollouts(graph))) {
      const reported = new Set<Endpoint>();
      const assumed = inMesh === 'unknown' && injectionOf(graph, workload).state === 'ambient';
      for (const one of scrapesOf(graph, resource)) {
        const { monitor: by, endpoint } = one;
        // A certificate makes the client one of the mesh.
        if (reported.has(endpoint) || endpoint.field.get('tlsConfig').exists) continue;
        for (const { scheme, port } of scrapedAddresses(graph, one)) {
          if (scheme === 'https' || !interceptsPort(graph, workload, port)) continue;
          const tls = mutualTlsOf(graph, workload, port);
          if (tls?.mode !== 'STRICT') continue;
          reported.add(endpoint);
          report(
            endpoint.field,
            `${by.resource} scrapes port ${port} of ${resource} without a certificate${assumed ? ', unless Prometheus is in the ambient mesh,' : ','} and ${tls.decidedBy.resource} demands mutual TLS there`,
            {
              ...(assumed ? { severity: 'warning' } : {}),
              related: { field: tls.decidedBy, message: 'demanded here' },
            },
          );
          break;
        }
      }
    }
  },
};
