import type { Rule } from '../shared/rule';
import { documents, meshApp, peerAuthentication } from '../shared/example';

const ports = '\n  portLevelMtls:\n    8080:\n      mode: PERMISSIVE';

export const portLevelWithoutSelector: Rule = {
  code: 'MSH009',
  severity: 'error',
  title: 'A PeerAuthentication has modes for ports and selects no pods',
  why: 'Modes for single ports count only together with a `selector`. Istio refuses or ignores them otherwise, and the port that was to be left open for Prometheus is guarded like all others.',
  fix: 'Select the pods by `selector.matchLabels`.',
  bad: documents(meshApp(), peerAuthentication('STRICT', ports).replace(/ {2}selector:\n.*\n.*\n/, '')),
  good: documents(meshApp(), peerAuthentication('STRICT', ports)),
  peers: { istioctl: 'IST0106' },
  check(graph, report) {
    for (const resource of graph.ofKind('PeerAuthentication', 'security.istio.io')) {
      const levels = resource.field('spec', 'portLevelMtls');
      if (levels.entries().length === 0 || resource.field('spec', 'selector', 'matchLabels').entries().length > 0)
        continue;
      const named = levels
        .entries()
        .map(([port]) => port)
        .join(', ');
      report(levels, `${resource} has a mode for port ${named}, which does not count without a selector`, {
        on: 'key',
      });
    }
  },
};
