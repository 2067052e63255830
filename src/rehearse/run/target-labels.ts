import { type Graph, monitors, type Rollout } from '../../graph';

const OF_THE_VERSION = /(^|_)(version|revision|role|track|subset|variant|hash)$/;

/**
 * Which labels come to a series from its target, by the manifests or by any that would be right: the app is never taken
 * to expose them itself. `known` are values by which queries tell versions apart.
 */
export function targetSideLabels(
  graph: Graph,
  rollout: Rollout,
  known: readonly string[],
): (label: string, value: string) => boolean {
  const labels = new Set<string>(['job', 'instance', 'namespace', 'pod', 'service', 'container', 'endpoint', 'node']);
  const add = (name: string): void => void labels.add(name.replace(/[^a-zA-Z0-9_]/g, '_'));
  for (const name of Object.keys(rollout.workload.labels ?? {})) add(name);
  for (const { resource, services, endpoints } of monitors(graph)) {
    for (const key of ['podTargetLabels', 'targetLabels']) {
      for (const one of resource.field('spec', key).items()) if (one.string !== undefined) add(one.string);
    }
    for (const service of services) for (const name of Object.keys(service.labels)) add(name);
    for (const { field } of endpoints) {
      for (const list of ['relabelings', 'metricRelabelings']) {
        for (const rule of field.get(list).items()) {
          const target = rule.get('targetLabel').string;
          if (target !== undefined) add(target);
        }
      }
    }
  }
  const names = [rollout.resource.name, ...Object.values(rollout.services).map(({ to }) => to.name), ...known];
  return (label, value) => {
    if (labels.has(label) || OF_THE_VERSION.test(label)) return true;
    return value.includes('{{') || names.some((name) => name !== '' && value.includes(name));
  };
}
