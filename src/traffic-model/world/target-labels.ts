import { type Graph, monitors, type Rollout } from '../../graph';
import type { TargetSide } from '../sources/app';
import { labelName } from './assumed-monitor';
import type { Hashes } from './version';

/** Labels that Prometheus, its operator or common relabelings add to a target. */
const OF_TARGETS =
  /^(job|instance|namespace|pod|pod_name|service|container|endpoint|node|prometheus|cluster|exported_.*|.*pod_template_hash.*)$/;
const OF_THE_VERSION = /(^|_)(version|revision|role|track|subset|variant|hash)$/;

/**
 * The labels that a series gets from its target: those of Prometheus, those that monitors copy or set, and those of
 * pods and Services. It is assumed that an app exposes neither these nor a label with a pod-template hash.
 */
export function targetSideLabels(graph: Graph, rollout: Rollout, hashes: Hashes): TargetSide {
  const labels = new Set<string>();
  const add = (name: string): void => void labels.add(labelName(name));
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
  const hash = (value: string): boolean => value.includes(hashes.canary) || value.includes(hashes.stable);
  return (label, values) =>
    labels.has(label) || OF_TARGETS.test(label) || OF_THE_VERSION.test(label) || values.some(hash);
}
