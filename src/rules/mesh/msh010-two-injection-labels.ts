import type { Rule } from '../shared/rule';

const namespace = (labels: string): string => `apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
${labels}`;

export const twoInjectionLabels: Rule = {
  code: 'MSH010',
  severity: 'warning',
  title: 'A namespace asks for the proxy in two ways',
  why: '`istio-injection` counts before `istio.io/rev`: the revision that is named is not used, and an upgrade by revision leaves these pods behind.',
  fix: 'Keep `istio.io/rev` where the mesh has revisions, otherwise `istio-injection`.',
  bad: namespace('    istio-injection: enabled\n    istio.io/rev: stable'),
  good: namespace('    istio.io/rev: stable'),
  peers: { istioctl: 'IST0123' },
  check(graph, report) {
    for (const resource of graph.ofKind('Namespace', '')) {
      const labels = resource.field('metadata', 'labels');
      const [plain, revision] = [labels.get('istio-injection'), labels.get('istio.io/rev')];
      if (!plain.exists || !revision.exists) continue;
      report(
        plain,
        `${resource} has istio-injection: ${String(plain.value)} and istio.io/rev: ${String(revision.value)}, of which the second does not count`,
        {
          related: { field: revision, message: 'the revision' },
        },
      );
    }
  },
};
