import { memoizeByObject } from '../../formats/memoize';
import { type Endpoint, injectionOf, mutualTlsOf, rollouts, scrapesOf } from '../../graph';
import { documents, meshApp, peerAuthentication, serviceMonitor } from '../shared/example';
import type { Rule } from '../shared/rule';

const monitor = serviceMonitor('port: http');

export const strictRefusesScrape: Rule = {
  code: 'MSH002',
  severity: 'error',
  title: 'Strict mutual TLS refuses the scrape',
  why: 'Prometheus has no certificate of the mesh unless it is given one. A proxy that demands mutual TLS resets its connection. The target is down, and every query over its metrics is empty.',
  fix: 'Let the agent of Istio serve the metrics on port 15020 (`prometheus.istio.io/merge-metrics`), give the monitor the certificates of the mesh (`scheme: https`, `tlsConfig`), or exclude the port (`traffic.sidecar.istio.io/excludeInboundPorts` or `portLevelMtls`).',
  whenNotToUse: 'When Prometheus itself runs in the mesh and its proxy intercepts scrapes.',
  confirmedBy: 'Istio 1.30, read in its documentation and source.',
  bad: documents(meshApp(), peerAuthentication('STRICT'), monitor),
  good: documents(
    meshApp(),
    peerAuthentication('STRICT', '\n  portLevelMtls:\n    8080:\n      mode: PERMISSIVE'),
    monitor,
  ),
  checkPart(graph, report, part) {
    for (const { resource, workload } of part(rollouts(graph))) {
      if (injectionOf(graph, workload).state === 'disabled') continue;
      const excluded = (
        workload.template.get('metadata', 'annotations', 'traffic.sidecar.istio.io/excludeInboundPorts').string ?? ''
      ).split(/\s*,\s*/);
      const reported = new Set<Endpoint>();
      for (const { monitor: by, endpoint, scrape } of scrapesOf(graph, resource)) {
        const port = scrape.containerPort?.number;
        if (
          port === undefined ||
          excluded.includes(String(port)) ||
          (port >= 15000 && port < 15100) ||
          isPrepared(endpoint)
        )
          continue;
        const tls = mutualTlsOf(graph, workload, port);
        if (tls?.mode !== 'STRICT' || reported.has(endpoint)) continue;
        reported.add(endpoint);
        report(
          endpoint.field,
          `${by.resource} scrapes port ${port} of ${resource} without a certificate, and ${tls.decidedBy.resource} demands mutual TLS there`,
          {
            related: { field: tls.decidedBy, message: 'demanded here' },
          },
        );
      }
    }
  },
};

/** Whether an endpoint presents a certificate, or is relabeled to a port that the proxy does not guard. */
const isPrepared = memoizeByObject(({ field }: Endpoint): boolean => {
  const relabelings = JSON.stringify(field.get('relabelings').value ?? '');
  return (
    field.get('tlsConfig').exists ||
    field.get('scheme').string?.toLowerCase() === 'https' ||
    /__address__|__scheme__/.test(relabelings)
  );
});
