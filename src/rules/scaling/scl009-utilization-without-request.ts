import { scalers, workloadOf } from '../../graph';
import { documents, exampleAutoscaler, examplePod, exampleRollout } from '../shared/example';
import type { Rule } from '../shared/rule';

const metrics = `maxReplicas: 10
metrics:
  - type: Resource
    resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } }`;

const manifests = (resources: string): string =>
  documents(
    exampleRollout('{}').replace(/ {2}template:.*/, examplePod(`resources: { ${resources} }`)),
    exampleAutoscaler(undefined, metrics),
  );

export const utilizationWithoutRequest: Rule = {
  code: 'SCL009',
  severity: 'error',
  title: 'An autoscaler uses a utilization that no request defines',
  why: 'A utilization is a share of the request. If one container of the pod has no request for that resource, the autoscaler reports an error and does not scale.',
  fix: 'Give every container a request (or a limit, which counts as one), or use a target of type `AverageValue`. The proxy of Istio has its own requests.',
  whenNotToUse: 'When a LimitRange of the namespace sets the request.',
  confirmedBy: 'Kubernetes 1.34, by its documentation.',
  bad: manifests('requests: { memory: 256Mi }'),
  good: manifests('requests: { cpu: 100m }'),
  checkPart(graph, report, part) {
    for (const { resource, target } of part(scalers(graph))) {
      if (resource.kind !== 'HorizontalPodAutoscaler' || target?.target?.kind !== 'Rollout') continue;
      const workload = workloadOf(graph, target.target);
      if (!workload?.template.exists) continue;
      for (const metric of resource.field('spec', 'metrics').items()) {
        const source = metric.get('type').string === 'ContainerResource' ? 'containerResource' : 'resource';
        const name = metric.get(source, 'name');
        const only = metric.get(source, 'container').string;
        if (name.string === undefined || !metric.get(source, 'target', 'averageUtilization').exists) continue;
        for (const container of workload.template.get('spec', 'containers').items()) {
          const label = container.get('name').string ?? '';
          const has = ['requests', 'limits'].some((kind) => container.get('resources', kind, name.string!).exists);
          if (has || (only !== undefined && only !== label)) continue;
          report(
            name,
            `${resource} measures the utilization of ${name.string}, which container '${label}' of ${target.target} does not request`,
            {
              related: { field: container, message: 'the container' },
            },
          );
        }
      }
    }
  },
};
