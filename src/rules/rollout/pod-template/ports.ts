import type { Field } from '../../../graph';
import type { Report } from '../../shared/rule';
import { refuse } from './say';

/**
 * Ports of the node: one for each port of a pod, which must be the port itself if the pod is in the network of its node.
 *
 * @see pkg/apis/core/validation/validation.go of Kubernetes 1.37, `checkHostPortConflicts` and `validatePodHostNetworkDeps`
 */
export function checkHostPorts(spec: Field, report: Report): void {
  const containers = spec.get('containers').items();
  conflicts(containers, report);
  // Init containers run one after the other.
  for (const container of spec.get('initContainers').items()) conflicts([container], report);
  if (spec.get('hostNetwork').boolean !== true) return;
  for (const container of containers) {
    for (const port of container.get('ports').items()) {
      const [host, own] = [port.get('hostPort'), port.get('containerPort')];
      if (!host.number || own.number === undefined || host.number === own.number) continue;
      refuse(
        report,
        host,
        `and the pod is in the network of its node, so that it must be ${own.number}`,
        'leave it out',
      );
    }
  }
}

function conflicts(containers: readonly Field[], report: Report): void {
  const seen = new Map<string, Field>();
  for (const container of containers) {
    for (const port of container.get('ports').items()) {
      const host = port.get('hostPort');
      if (!host.number) continue;
      const key = [port.get('protocol').string ?? 'TCP', port.get('hostIP').string ?? '', host.number].join(' ');
      const first = seen.get(key);
      if (first === undefined) seen.set(key, host);
      else {
        report(host, `${host} is ${host.number}, which another port of the pod takes on its node`, {
          related: { field: first, message: 'the other one' },
        });
      }
    }
  }
}
