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
  title: 'An autoscaler measures a share of what no container requests',
  why: 'A utilization is a share of the request. If one container of the pod has no request for that resource, the autoscaler cannot tell, reports an error, and does not scale.',
  fix: 'Give every container a request (or a limit, which counts as one), or set a target of `AverageValue`. The proxy of Istio has requests of its own.',
  bad: manifests('requests: { memory: 256Mi }'),
  good: manifests('requests: { cpu: 100m }'),
  check(graph, report) {
    for (const { resource, target } of scalers(graph)) {
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
