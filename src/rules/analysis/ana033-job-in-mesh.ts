import { analyses, type Field, type Graph, memoizeOnGraph, metrics, type Resource, textsIn } from '../../graph';
import { analysisTemplate, documents } from '../shared/example';
import { metricLabel } from '../shared/metric-settings';
import type { Rule } from '../shared/rule';

const manifests = (metadata: string): string =>
  documents(
    'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { istio-injection: enabled } }',
    analysisTemplate(`
- name: smoke
  provider:
    job:
      spec:
        backoffLimit: 0
        activeDeadlineSeconds: 300
        template:
${metadata}          spec:
            restartPolicy: Never
            containers: [{ name: smoke, image: registry.example.com/smoke:3 }]`).replace(
      '  name: checkout-errors',
      '  name: checkout-errors\n  namespace: shop',
    ),
  );

/** Commands that stop the proxy when the Job's container has ended. */
const ENDS_PROXY = /quitquitquit|scuttle|pkill/i;

export const jobInMesh: Rule = {
  code: 'ANA033',
  severity: 'warning',
  title: 'The Job of an analysis gets a sidecar and may never complete',
  why: 'In a namespace with sidecar injection the pod of the Job gets the proxy as a second container. Unless Istio uses native sidecars (Kubernetes 1.29 or newer, on by default from Istio 1.27), the proxy keeps running after the container of the Job has ended: the Job never completes, and the analysis waits for its deadline or for ever. See https://github.com/argoproj/argo-rollouts/issues/1077.',
  fix: 'Add the label `sidecar.istio.io/inject: "false"` to the pod template of the Job, or use native sidecars.',
  whenNotToUse: 'Ignore it when your mesh uses native sidecars.',
  confirmedBy:
    'Istio 1.30 and Kubernetes 1.34, by their documentation of native sidecars. No system reports it beforehand.',
  bad: manifests(''),
  good: manifests('          metadata: { labels: { sidecar.istio.io/inject: "false" } }\n'),
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      const pod = metric.field.get('provider', 'job', 'spec', 'template');
      const native = pod.get('metadata', 'annotations', 'sidecar.istio.io/nativeSidecar').string === 'true';
      if (!pod.exists || native || [...textsIn(pod)].some(({ string }) => ENDS_PROXY.test(string!))) continue;
      // The Job runs in the namespace of the AnalysisRun, which is that of the Rollout.
      const own = metric.resource.namespace;
      const namespaces = new Set([
        ...(namespacesOf(graph).get(metric.resource) ?? []),
        ...(own === undefined ? [] : [own]),
      ]);
      for (const namespace of namespaces) {
        const by = injectedBy(graph, pod, namespace, metric.resource);
        if (by === undefined) continue;
        report(
          pod,
          `the Job of ${metricLabel(metric)} runs in the namespace '${namespace}' with a sidecar, which keeps it from completing`,
          {
            on: 'key',
            hint: 'label its pods sidecar.istio.io/inject: "false"',
            related: { field: by, message: 'what injects the sidecar' },
          },
        );
      }
    }
  },
};

/** The namespaces in which a template runs. */
const namespacesOf = memoizeOnGraph((graph) => {
  const places = new Map<Resource, Set<string>>();
  for (const { owner, resolved } of analyses(graph)) {
    for (const template of resolved) {
      const names = places.get(template) ?? new Set<string>();
      if (owner.namespace !== undefined) names.add(owner.namespace);
      places.set(template, names);
    }
  }
  return places;
});

function injectedBy(graph: Graph, pod: Field, name: string, near: Resource): Field | undefined {
  for (const where of ['labels', 'annotations']) {
    const field = pod.get('metadata', where, 'sidecar.istio.io/inject');
    if (field.exists) return String(field.value) === 'true' ? field : undefined;
  }
  const labels = graph.find({ group: '', kind: 'Namespace', name, namespace: null }, near)?.field('metadata', 'labels');
  const injection = labels?.get('istio-injection');
  if (injection?.exists) return injection.string === 'enabled' ? injection : undefined;
  const revision = labels?.get('istio.io/rev');
  return revision?.exists ? revision : undefined;
}
