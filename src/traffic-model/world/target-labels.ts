import { type Graph, memoizeOnGraph, monitors, type Rollout } from '../../graph';
import type { TargetSide } from '../sources/app';
import { labelName } from './assumed-monitor';
import type { Hashes } from './version';

/** Labels that Prometheus, its operator or common relabelings add to a target. */
const OF_TARGETS =
  /^(job|instance|namespace|pod|pod_name|service|container|endpoint|node|prometheus|cluster|exported_.*|.*pod_template_hash.*)$/;
const OF_THE_VERSION = /(^|_)(version|revision|role|track|subset|variant|hash)$/;

/** The labels that monitors copy or set. Monitors that select the same share the list of Services. */
const ofMonitors = memoizeOnGraph((graph): ReadonlySet<string> => {
  const labels = new Set<string>();
  for (const { resource, endpoints } of monitors(graph)) {
    for (const key of ['podTargetLabels', 'targetLabels']) {
      for (const one of resource.field('spec', key).items()) if (one.string !== undefined) labels.add(one.string);
    }
    for (const { field } of endpoints) {
      for (const list of ['relabelings', 'metricRelabelings']) {
        for (const rule of field.get(list).items()) {
          const target = rule.get('targetLabel').string;
          if (target !== undefined) labels.add(target);
        }
      }
    }
  }
  for (const services of new Set(monitors(graph).map((monitor) => monitor.services))) {
    for (const service of services) for (const name of Object.keys(service.labels)) labels.add(name);
  }
  return new Set([...labels].map(labelName));
});

/**
 * The labels that a series gets from its target: those of Prometheus, those that monitors copy or set, and those of
 * pods and Services. It is assumed that an app exposes neither these nor a label with a pod-template hash.
 */
export function targetSideLabels(graph: Graph, rollout: Rollout, hashes: Hashes): TargetSide {
  const own = new Set(Object.keys(rollout.workload.labels ?? {}).map(labelName));
  const copied = ofMonitors(graph);
  const hash = (value: string): boolean => value.includes(hashes.canary) || value.includes(hashes.stable);
  return (label, values) =>
    own.has(label) || copied.has(label) || OF_TARGETS.test(label) || OF_THE_VERSION.test(label) || values.some(hash);
}
