import { type Field, type Resource, replicaScalers, workloadOf } from '../../graph';
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
  why: 'A utilization is a share of the request. If one container of the pod, a native sidecar included, has no request for that resource and the pod as a whole has none either, the autoscaler reports an error and does not scale.',
  fix: 'Give every container a request (or a limit, which counts as one), or use a target of type `AverageValue`. An autoscaler without metrics measures the utilization of CPU. The proxy of Istio has its own requests.',
  whenNotToUse: 'When a LimitRange of the namespace sets the request.',
  confirmedBy: 'Kubernetes 1.34, read in its source.',
  bad: manifests('requests: { memory: 256Mi }'),
  good: manifests('requests: { cpu: 100m }'),
  checkPart(graph, report, part) {
    for (const { resource, target } of part(replicaScalers(graph))) {
      if (target?.target?.kind !== 'Rollout') continue;
      const workload = workloadOf(graph, target.target);
      if (!workload?.template.exists) continue;
      for (const { field, name, only } of utilizations(resource)) {
        const pod = workload.template.get('spec');
        const containers = runningContainers(pod);
        if (only === undefined && isOfWholePod(pod, containers, name)) continue;
        for (const container of containers) {
          const label = container.get('name').string ?? '';
          if (isRequested(container, name) || (only !== undefined && only !== label)) continue;
          report(
            field,
            `${resource} measures the utilization of ${name}, which container '${label}' of ${target.target} does not request`,
            { related: { field: container, message: 'the container' } },
          );
        }
      }
    }
  },
};

/** Whether a container, or the pod as a whole, requests a resource. A limit counts as a request. */
const isRequested = (of: Field, name: string): boolean =>
  ['requests', 'limits'].some((kind) => of.get('resources', kind, name).exists);

/** Whether requests are those of the pod as a whole, which are the sum of its containers' for what it does not state. */
const isOfWholePod = (pod: Field, containers: readonly Field[], name: string): boolean =>
  pod.get('resources').entries().length > 0 && [pod, ...containers].some((of) => isRequested(of, name));

/** The containers whose usage is measured, because they run as long as the pod: also init containers that are sidecars. */
const runningContainers = (pod: Field): readonly Field[] => [
  ...pod.get('containers').items(),
  ...pod
    .get('initContainers')
    .items()
    .filter((one) => one.get('restartPolicy').string === 'Always'),
];

/** A resource whose utilization an autoscaler measures. */
interface Utilization {
  readonly field: Field;
  readonly name: string;
  /** The only container that counts. Undefined: all do. */
  readonly only?: string;
}

function utilizations(scaler: Resource): readonly Utilization[] {
  const spec = scaler.field('spec');
  if (scaler.kind === 'ScaledObject') return spec.get('triggers').items().flatMap(ofTrigger);
  const cpu = spec.get('targetCPUUtilizationPercentage');
  if (cpu.exists) return [{ field: cpu, name: 'cpu' }];
  const metrics = spec.get('metrics').items();
  // The API server writes a utilization of 80 % where nothing is measured.
  return metrics.length === 0 ? [{ field: spec.get('metrics'), name: 'cpu' }] : metrics.flatMap(ofMetric);
}

function ofMetric(metric: Field): readonly Utilization[] {
  const source = metric.get(metric.get('type').string === 'ContainerResource' ? 'containerResource' : 'resource');
  const field = source.get('name');
  const name = field.string;
  const measured = source.get('target', 'averageUtilization').exists || source.get('targetAverageUtilization').exists;
  return name !== undefined && measured ? [{ field, name, only: source.get('container').string }] : [];
}

/** @see https://keda.sh/docs/latest/replicaScalers/cpu/ */
function ofTrigger(trigger: Field): readonly Utilization[] {
  const field = trigger.get('type');
  const name = field.string;
  if (name !== 'cpu' && name !== 'memory') return [];
  const kind = trigger.get('metricType').string ?? trigger.get('metadata', 'type').string;
  return kind === 'Utilization' ? [{ field, name, only: trigger.get('metadata', 'containerName').string }] : [];
}
