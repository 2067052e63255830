import { injectionOf, rollouts } from '../../graph';
import type { Rule } from '../shared/rule';
import { meshApp } from '../shared/example';

export const notInTheMesh: Rule = {
  code: 'MSH001',
  severity: 'warning',
  title: 'The pods of a Rollout with Istio routing are not in the mesh',
  why: 'A gateway still splits the requests that enter through it. But the pods have no proxy: what they call is not split, mutual TLS does not reach them, and Istio reports no metrics with `reporter="destination"` for them, so analyses over those find no data.',
  fix: 'Label the pod template `sidecar.istio.io/inject: "true"`, or the namespace `istio-injection: enabled`. In an ambient mesh, label the namespace `istio.io/use-waypoint` instead.',
  whenNotToUse: 'When all requests come through an ingress gateway and no analysis uses the metrics of the proxies.',
  confirmedBy: 'Istio 1.30, read in its injection code.',
  bad: meshApp({ labels: 'sidecar.istio.io/inject: "false"' }),
  good: meshApp(),
  peers: { istioctl: 'IST0102, IST0103, not for Rollouts', kiali: 'KIA1301' },
  checkPart(graph, report, part) {
    for (const { resource, istio, workload, virtualServices } of part(rollouts(graph))) {
      if (!istio.exists || workload.labels === undefined) continue;
      const { state, decidedBy } = injectionOf(graph, workload);
      if (state === 'enabled' || state === 'ambient') continue;
      const routed = virtualServices[0]
        ? `${virtualServices[0].reference.to.kind} '${virtualServices[0].reference.to.name}'`
        : 'Istio';
      if (state === 'disabled' && decidedBy) {
        report(
          decidedBy,
          `${resource} is routed by ${routed}, and its pods are kept out of the mesh by ${decidedBy.path[decidedBy.path.length - 1]}: ${String(decidedBy.value)}`,
        );
        continue;
      }
      const namespace =
        resource.namespace === undefined
          ? undefined
          : graph.find({ group: '', kind: 'Namespace', name: resource.namespace, namespace: null }, resource);
      const annotation = workload.template.get('metadata', 'annotations', 'sidecar.istio.io/inject');
      const asks = annotation.string === 'true' ? annotation : undefined;
      report(
        asks ?? workload.template.get('metadata'),
        asks
          ? `${resource} is routed by ${routed}, and its pods ask for a proxy by an annotation alone, which injection does not look for`
          : `${resource} is routed by ${routed}, and neither its pods nor ${namespace ?? 'a namespace here'} ask for a proxy`,
        {
          on: 'key',
          outside: namespace === undefined,
          hint: asks
            ? 'write it as a label, or label the namespace istio-injection: enabled'
            : 'label the pods sidecar.istio.io/inject: "true", or the namespace istio-injection: enabled',
          related: namespace && { field: namespace.field('metadata', 'name'), message: 'the namespace' },
        },
      );
    }
  },
};
