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
  title: 'A namespace has two injection labels',
  why: '`istio-injection` takes precedence over `istio.io/rev`. The named revision is not used, and an upgrade by revision leaves these pods behind.',
  fix: 'Keep `istio.io/rev` where the mesh has revisions, otherwise `istio-injection`.',
  whenNotToUse: 'Never: one of the labels has no effect.',
  confirmedBy: 'Istio 1.30, read in its injection code.',
  bad: namespace('    istio-injection: enabled\n    istio.io/rev: stable'),
  good: namespace('    istio.io/rev: stable'),
  peers: { istioctl: 'IST0123' },
  checkPart(graph, report, part) {
    for (const resource of part(graph.ofKind('Namespace', ''))) {
      const labels = resource.field('metadata', 'labels');
      const [plain, revision] = [labels.get('istio-injection'), labels.get('istio.io/rev')];
      if (!plain.exists || !revision.exists) continue;
      report(
        plain,
        `${resource} has istio-injection: ${String(plain.value)} and istio.io/rev: ${String(revision.value)}, of which the second has no effect`,
        {
          related: { field: revision, message: 'the revision' },
        },
      );
    }
  },
};
