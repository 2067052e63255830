import {
  containerPorts,
  destinationRules,
  injectionOf,
  interceptsPort,
  mutualTlsOf,
  serviceOf,
  type Workload,
} from '../../graph';
import type { Rule } from '../shared/rule';
import { documents, meshApp, peerAuthentication } from '../shared/example';

const rule = (mode: string): string => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata:
  name: checkout-canary
spec:
  host: checkout-canary
  trafficPolicy:
    tls:
      mode: ${mode}`;

export const tlsMode: Rule = {
  code: 'MSH004',
  severity: 'error',
  title: 'The TLS mode of a DestinationRule contradicts the PeerAuthentication',
  why: 'The DestinationRule sets how clients connect, and the PeerAuthentication sets what the pods accept. If one uses plain text and the other demands mutual TLS, every request ends with 503. A PeerAuthentication governs only what a proxy gets: pods without a sidecar, and ports that it does not intercept, accept plain text.',
  fix: 'Remove `trafficPolicy.tls`, so that Istio uses what the pods accept, or use `ISTIO_MUTUAL` for STRICT.',
  whenNotToUse: 'Never: the connection fails.',
  confirmedBy: 'Istio 1.30, read in its source.',
  bad: documents(meshApp(), peerAuthentication('STRICT'), rule('DISABLE')),
  good: documents(meshApp(), peerAuthentication('STRICT'), rule('ISTIO_MUTUAL')),
  peers: { kiali: 'KIA0207, KIA0208' },
  checkPart(graph, report, part) {
    for (const { resource, service, subsets } of part(destinationRules(graph))) {
      const target = serviceOf(graph, service?.target);
      const workload = target?.workloads[0];
      if (!target || !workload) continue;
      // Clients tunnel to pods of an ambient mesh whatever the mode.
      if (injectionOf(graph, workload).state === 'ambient') continue;
      const ports = target.ports.map(({ target: port }) => portNumber(workload, port));
      // Without a proxy the pods accept plain text.
      if (!ports.some((port) => interceptsPort(graph, workload, port ?? 0))) continue;
      const tls = mutualTlsOf(graph, workload, ports.length === 1 ? ports[0] : undefined);
      if (!tls) continue;
      const policies = [resource.field('spec'), ...subsets.map(({ field }) => field)];
      for (const policy of policies) {
        const at = policy.get('trafficPolicy', 'tls', 'mode');
        const refused =
          tls.mode === 'STRICT'
            ? at.string === 'DISABLE' || at.string === 'SIMPLE'
            : tls.mode === 'DISABLE' && at.string === 'ISTIO_MUTUAL';
        if (!refused) continue;
        report(
          at,
          `${resource} uses the TLS mode ${at.string} for ${target.resource}, but ${tls.decidedBy.resource} is ${tls.mode}`,
          {
            related: { field: tls.decidedBy, message: 'what the pods accept' },
          },
        );
      }
    }
  },
};

/** The number of a port that a Service targets. Undefined for a name that the pods do not declare. */
const portNumber = (workload: Workload, target: string | number | undefined): number | undefined =>
  typeof target === 'number' ? target : containerPorts(workload).find(({ name }) => name === target)?.number;
