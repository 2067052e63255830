import type { Rule } from '../shared/rule';
import { documents, meshApp, peerAuthentication } from '../shared/example';

const ports = '\n  portLevelMtls:\n    8080:\n      mode: PERMISSIVE';

export const portLevelWithoutSelector: Rule = {
  code: 'MSH009',
  severity: 'error',
  title: 'A PeerAuthentication has port modes but no selector',
  why: 'Modes for single ports only apply together with a `selector`. Istio ignores them otherwise, and the port that Prometheus should reach stays guarded like all others.',
  fix: 'Select the pods with `selector.matchLabels`.',
  whenNotToUse: 'Never: the modes have no effect.',
  confirmedBy: "Istio (commit eed52ebb66ad, 1.30): the conformance run asks the webhook's validation.",
  bad: documents(meshApp(), peerAuthentication('STRICT', ports).replace(/ {2}selector:\n.*\n.*\n/, '')),
  good: documents(meshApp(), peerAuthentication('STRICT', ports)),
  peers: { istioctl: 'IST0106' },
  checkPart(graph, report, part) {
    for (const resource of part(graph.ofKind('PeerAuthentication', 'security.istio.io'))) {
      const levels = resource.field('spec', 'portLevelMtls');
      if (levels.entries().length === 0 || resource.field('spec', 'selector', 'matchLabels').entries().length > 0)
        continue;
      const named = levels
        .entries()
        .map(([port]) => port)
        .join(', ');
      report(levels, `${resource} has a mode for port ${named}, which has no effect without a selector`, {
        on: 'key',
      });
    }
  },
};
