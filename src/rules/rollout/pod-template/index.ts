import type { Field } from '../../../graph';
import type { Report } from '../../shared/rule';
import { checkHandlers } from './handlers';
import { checkNames } from './network';
import { checkHostPorts } from './ports';
import { checkDevices } from './resources';
import { checkScheduling } from './scheduling';
import { checkSecurity } from './security';
import { checkVariables } from './variables';
import { checkMountPaths, checkVolumes } from './volumes';

export { checkContainers, labelOf } from './containers';
export { mustBeOneOf } from './say';

/** What Kubernetes refuses in the settings of pods, besides containers, volumes and probes that are incomplete. */
export function checkSettings(spec: Field, report: Report): void {
  for (const container of [...spec.get('initContainers').items(), ...spec.get('containers').items()]) {
    checkVariables(container, report);
    checkMountPaths(container, report);
    checkDevices(container, spec, report);
  }
  checkHostPorts(spec, report);
  checkHandlers(spec, report);
  checkVolumes(spec, report);
  checkScheduling(spec, report);
  checkNames(spec, report);
  checkSecurity(spec, report);
}
