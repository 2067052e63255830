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
  severity: 'advice',
  upTo: 'warning',
  title: 'The Job of an analysis gets a sidecar and may never complete',
  why: 'In a namespace with sidecar injection the pod of the Job gets the proxy. Istio 1.30 injects it as a native sidecar, which ends with the Job, if every node runs Kubernetes 1.33 or newer and nothing turns that off (`ENABLE_NATIVE_SIDECARS=false` of istiod, a compatibility profile, or the annotation `sidecar.istio.io/nativeSidecar: "false"`). Otherwise the proxy is a second container, which keeps running after the container of the Job has ended: the Job never completes, and the analysis waits for its deadline or for ever. The manifests do not show the release of the nodes, so the finding is advice. With the annotation `"false"` it is a warning. See https://github.com/argoproj/argo-rollouts/issues/1077.',
  fix: 'Add the label `sidecar.istio.io/inject: "false"` to the pod template of the Job. If its requests need the mesh, add the annotation `sidecar.istio.io/nativeSidecar: "true"` (Kubernetes 1.29 or newer). To check what a cluster does, list the init containers of a pod in the namespace: `kubectl get pod <name> -o jsonpath=\'{.spec.initContainers[*].name}\'` names `istio-proxy` if the sidecar is native.',
  whenNotToUse: 'When the mesh uses native sidecars, as Istio 1.30 does on Kubernetes 1.33 or newer.',
  confirmedBy:
    'Istio 1.30, read in its source (`pilot/pkg/features/pilot.go` and `pkg/kube/inject/webhook.go`). No system reports it beforehand.',
  bad: manifests(''),
  good: manifests('          metadata: { labels: { sidecar.istio.io/inject: "false" } }\n'),
  checkPart(graph, report, part) {
    for (const metric of part(metrics(graph))) {
      const pod = metric.field.get('provider', 'job', 'spec', 'template');
      const native = pod.get('metadata', 'annotations', 'sidecar.istio.io/nativeSidecar').string;
      if (!pod.exists || native === 'true' || [...textsIn(pod)].some(({ string }) => ENDS_PROXY.test(string!)))
        continue;
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
          `the Job of ${metricLabel(metric)} runs in the namespace '${namespace}' with a sidecar, which keeps it from completing${native === 'false' ? '' : ' unless the sidecar is native (Istio 1.30 on Kubernetes 1.33 or newer)'}`,
          {
            on: 'key',
            ...(native === 'false' ? { severity: 'warning' } : {}),
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
  if (pod.get('spec', 'hostNetwork').boolean === true) return undefined;
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
