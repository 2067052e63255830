import type { Field } from '../../../graph';
import type { Report } from '../../shared/rule';
import { mustBeOneOf, mustBeWithin, mustStayInside, refuse } from './say';

const MOST = 2 ** 31 - 1;
/** Fields of a securityContext that only Linux has: of a pod, and of a container. */
const LINUX = {
  pod: [
    ...['appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'seLinuxChangePolicy', 'fsGroup', 'fsGroupChangePolicy'],
    ...['sysctls', 'runAsUser', 'runAsGroup', 'supplementalGroups', 'supplementalGroupsPolicy'],
  ],
  container: [
    ...['appArmorProfile', 'seLinuxOptions', 'seccompProfile', 'capabilities', 'readOnlyRootFilesystem', 'privileged'],
    ...['allowPrivilegeEscalation', 'procMount', 'runAsUser', 'runAsGroup'],
  ],
};

/** The fields of a pod that are checked here, besides the securityContext of its containers. */
export const SECURITY: readonly string[] = ['os', 'securityContext', 'hostPID', 'shareProcessNamespace', 'hostUsers'];

/**
 * The rights of pods and containers.
 *
 * @see pkg/apis/core/validation/validation.go of Kubernetes 1.37, `validatePodSpecSecurityContext`, `ValidateSecurityContext` and `validateOS`
 */
export function checkSecurity(spec: Field, report: Report): void {
  const os = spec.get('os', 'name');
  mustBeOneOf(report, os, ['linux', 'windows']);
  const own = spec.get('securityContext');
  if (own.exists) {
    checkIds(own, report);
    for (const group of own.get('supplementalGroups').items()) mustBeWithin(report, group, 0, MOST);
    checkSeccomp(own.get('seccompProfile'), report);
    checkSysctls(own.get('sysctls').items(), spec, report);
    checkSystem(own, os.string, LINUX.pod, report);
  }
  if (spec.get('hostPID').boolean === true && spec.get('shareProcessNamespace').boolean === true) {
    const field = spec.get('shareProcessNamespace');
    report(field, `${field} is true, and hostPID too`, { hint: 'use one of them' });
  }
  const usersOfHost = spec.get('hostUsers').boolean !== false;
  if (!usersOfHost) {
    for (const key of ['hostNetwork', 'hostPID', 'hostIPC']) {
      if (spec.get(key).boolean === true) refuse(report, spec.get(key), 'and hostUsers is false');
    }
  }
  for (const container of [...spec.get('initContainers').items(), ...spec.get('containers').items()]) {
    const context = container.get('securityContext');
    if (!context.exists) continue;
    checkIds(context, report);
    checkSeccomp(context.get('seccompProfile'), report);
    checkSystem(context, os.string, LINUX.container, report);
    const escalation = context.get('allowPrivilegeEscalation');
    if (context.get('privileged').boolean === true && escalation.boolean === false) {
      refuse(report, escalation, 'and privileged is true', 'leave it out, or privileged');
    }
    const mount = context.get('procMount');
    if (mount.string === 'Unmasked' && usersOfHost) refuse(report, mount, 'which needs hostUsers: false');
  }
}

function checkIds(context: Field, report: Report): void {
  for (const key of ['runAsUser', 'runAsGroup', 'fsGroup']) mustBeWithin(report, context.get(key), 0, MOST);
}

function checkSeccomp(profile: Field, report: Report): void {
  const [type, local] = [profile.get('type'), profile.get('localhostProfile')];
  if (type.string === 'Localhost') {
    if (!local.exists) report(profile, `${profile} has the type Localhost and no localhostProfile`);
    mustStayInside(report, local);
  } else if (type.string !== undefined && local.exists) {
    report(local, `${local} is set, which needs the type Localhost`, { on: 'key' });
  }
}

/** Settings of the kernel that a pod cannot have where it shares what they are about with its node. */
const OF_HOST: readonly (readonly [key: string, settings: RegExp])[] = [
  ['hostNetwork', /^net\./],
  ['hostIPC', /^(kernel\.(shm|msg|sem$)|fs\.mqueue\.)/],
];

function checkSysctls(settings: readonly Field[], spec: Field, report: Report): void {
  const seen = new Set<string>();
  for (const one of settings) {
    const name = one.get('name');
    if (name.string === undefined) continue;
    if (seen.has(name.string)) refuse(report, name, 'which is set twice');
    seen.add(name.string);
    const setting = name.string.replaceAll('/', '.');
    for (const [key, own] of OF_HOST) {
      if (spec.get(key).boolean === true && own.test(setting)) refuse(report, name, `and ${key} is true`);
    }
  }
}

function checkSystem(context: Field, os: string | undefined, linux: readonly string[], report: Report): void {
  const foreign = os === 'windows' ? linux : os === 'linux' ? ['windowsOptions'] : [];
  for (const key of foreign) {
    const field = context.get(key);
    if (field.exists) report(field, `${field} is set, and a pod of ${os} cannot have it`, { on: 'key' });
  }
}
