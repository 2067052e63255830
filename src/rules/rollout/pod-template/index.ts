import { type Field, isMapping } from '../../../graph';
import type { Report } from '../../shared/rule';
import { checkHandlers, HANDLERS } from './handlers';
import { checkNames, NAMES } from './network';
import { checkHostPorts } from './ports';
import { checkDevices } from './resources';
import { checkScheduling, SCHEDULING } from './scheduling';
import { checkSecurity, SECURITY } from './security';
import { checkVariables } from './variables';
import { checkMountPaths, checkVolumes } from './volumes';

export { checkContainers, labelOf } from './containers';
export { mustBeOneOf } from './say';

/** Reports the settings of pods that Kubernetes refuses. Containers, volumes and probes are checked by themselves, too. */
export function checkSettings(spec: Field, report: Report): void {
  const containers = [...spec.get('initContainers').items(), ...spec.get('containers').items()];
  for (const container of containers) {
    if (hasAny(container, ['env', 'envFrom'])) checkVariables(container, report);
    if (hasAny(container, ['volumeMounts', 'volumeDevices'])) checkMountPaths(container, report);
    if (hasAny(container, ['resources', 'resizePolicy'])) checkDevices(container, spec, report);
  }
  if (containers.some((container) => hasAny(container, ['ports']))) checkHostPorts(spec, report);
  if (containers.some((container) => hasAny(container, HANDLERS))) checkHandlers(spec, report);
  if (hasAny(spec, ['volumes'])) checkVolumes(spec, report);
  if (hasAny(spec, SCHEDULING)) checkScheduling(spec, report);
  if (hasAny(spec, NAMES)) checkNames(spec, report);
  if (hasAny(spec, SECURITY) || containers.some((one) => hasAny(one, ['securityContext']))) checkSecurity(spec, report);
}

/** Most pods have few of all fields, and there are thousands of pods. */
const hasAny = ({ value }: Field, keys: readonly string[]): boolean =>
  isMapping(value) && keys.some((key) => value[key] !== undefined && value[key] !== null);
