import {
  containerPorts,
  destinationRules,
  type Field,
  type Graph,
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
  title: 'The pods refuse the TLS mode of a DestinationRule',
  why: 'The DestinationRule sets how clients connect, and the PeerAuthentication sets what the pods accept. If one uses plain text and the other demands mutual TLS, every request ends with 503. A PeerAuthentication governs only what a proxy gets: pods without a sidecar, and ports that it does not intercept, accept plain text, and `ISTIO_MUTUAL` fails there.',
  fix: 'Remove `trafficPolicy.tls`, so that Istio uses what the pods accept, or use `ISTIO_MUTUAL` for STRICT. The settings of a port (`portLevelSettings`) replace the others for that port.',
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
      const injection = injectionOf(graph, workload);
      // Clients tunnel to pods of an ambient mesh whatever the mode.
      if (injection.state === 'ambient') continue;
      for (const policy of [resource.field('spec'), ...subsets.map(({ field }) => field)]) {
        const reported = new Set<string>();
        for (const port of target.ports) {
          const at = modeFor(policy.get('trafficPolicy'), port.number);
          const number = portNumber(workload, port.target);
          const against = refusalOf(graph, workload, number, at.string);
          if (against === undefined || reported.has(`${at}`)) continue;
          reported.add(`${at}`);
          report(at, `${resource} uses the TLS mode ${at.string} for ${target.resource}, but ${against.why}`, {
            related: against.decidedBy && { field: against.decidedBy, message: 'what the pods accept' },
          });
        }
      }
    }
  },
};

/** The TLS mode that a policy has for a port of the Service. The settings of a port replace all of the others. */
function modeFor(policy: Field, port: number | undefined): Field {
  const own = policy
    .get('portLevelSettings')
    .items()
    .find((one) => port !== undefined && one.get('port', 'number').number === port);
  return (own ?? policy).get('tls', 'mode');
}

/** Why the pods refuse connections of a TLS mode to one of their ports. Undefined if they do not. */
function refusalOf(
  graph: Graph,
  workload: Workload,
  port: number | undefined,
  mode: string | undefined,
): { readonly why: string; readonly decidedBy: Field | undefined } | undefined {
  if (!interceptsPort(graph, workload, port ?? 0)) {
    // Without a proxy the pods accept plain text, and what TLS they have is their own.
    if (mode !== 'ISTIO_MUTUAL') return undefined;
    const { state, decidedBy } = injectionOf(graph, workload);
    if (state === 'disabled') return { why: `the pods of ${workload.resource} have no proxy`, decidedBy };
    const leftOut = ['includeInboundPorts', 'excludeInboundPorts']
      .map((name) => workload.template.get('metadata', 'annotations', `traffic.sidecar.istio.io/${name}`))
      .find((field) => field.exists);
    return leftOut && port !== undefined
      ? { why: `the proxy of ${workload.resource} leaves out port ${port}`, decidedBy: leftOut }
      : undefined;
  }
  const tls = mutualTlsOf(graph, workload, port);
  if (!tls) return undefined;
  const refused =
    tls.mode === 'STRICT' ? mode === 'DISABLE' || mode === 'SIMPLE' : tls.mode === 'DISABLE' && mode === 'ISTIO_MUTUAL';
  return refused ? { why: `${tls.decidedBy.resource} is ${tls.mode}`, decidedBy: tls.decidedBy } : undefined;
}

/** The number of a port that a Service targets. Undefined for a name that the pods do not declare. */
const portNumber = (workload: Workload, target: string | number | undefined): number | undefined =>
  typeof target === 'number' ? target : containerPorts(workload).find(({ name }) => name === target)?.number;
