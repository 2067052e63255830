import type { Field } from '../../../graph';
import type { Report } from '../../shared/rule';
import { mustHaveOne, refuse } from './say';

/** The default of terminationGracePeriodSeconds. */
const GRACE = 30;
const HEADER = /^[-A-Za-z0-9]+$/;
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

/** The fields of a container that are checked here. */
export const HANDLERS: readonly string[] = ['lifecycle', ...PROBES];

/**
 * Hooks of a container, and what its probes have besides counts and ports.
 *
 * @see pkg/apis/core/validation/validation.go of Kubernetes 1.37, `validateLifecycle`, `validateProbe` and `validateInitContainers`
 */
export function checkHandlers(spec: Field, report: Report): void {
  const grace = spec.get('terminationGracePeriodSeconds');
  const seconds = grace.exists ? grace.number : GRACE;
  for (const container of spec.get('containers').items()) checkContainer(container, seconds, report);
  for (const container of spec.get('initContainers').items()) {
    if (container.get('restartPolicy').string === 'Always') checkContainer(container, seconds, report);
    else checkInit(container, report);
  }
}

/** A container that ends before the others start has nothing to probe. */
function checkInit(container: Field, report: Report): void {
  for (const key of HANDLERS) {
    const field = container.get(key);
    if (!field.exists) continue;
    report(field, `${field} is set, which an init container may only have with restartPolicy: Always`, { on: 'key' });
  }
}

function checkContainer(container: Field, grace: number | undefined, report: Report): void {
  for (const key of ['postStart', 'preStop']) {
    const hook = container.get('lifecycle', key);
    if (!hook.exists) continue;
    mustHaveOne(report, hook, ['exec', 'httpGet', 'tcpSocket', 'sleep'], 'handler');
    checkAction(hook, report);
    checkSleep(hook.get('sleep', 'seconds'), grace, report);
  }
  for (const key of PROBES) {
    const probe = container.get(key);
    if (!probe.exists) continue;
    checkAction(probe, report);
    const own = probe.get('terminationGracePeriodSeconds');
    if (!own.exists) continue;
    if (key === 'readinessProbe') {
      report(own, `${own} is set, and a readiness probe never ends a pod`, { on: 'key', hint: 'leave it out' });
    } else if (own.number !== undefined && own.number <= 0) refuse(report, own, 'and must be more than 0');
  }
}

function checkSleep(seconds: Field, grace: number | undefined, report: Report): void {
  const { number } = seconds;
  if (number === undefined || grace === undefined) return;
  if (number < 0) refuse(report, seconds, 'and must not be negative');
  else if (number > grace) refuse(report, seconds, `longer than the terminationGracePeriodSeconds of ${grace}`);
}

function checkAction(handler: Field, report: Report): void {
  const exec = handler.get('exec');
  if (exec.exists && exec.get('command').items().length === 0) report(exec, `${exec} has no command`);
  for (const header of handler.get('httpGet', 'httpHeaders').items()) {
    const name = header.get('name');
    if (name.string !== undefined && !HEADER.test(name.string)) {
      refuse(report, name, "and the name of a header has letters, digits and '-' only");
    }
  }
}
