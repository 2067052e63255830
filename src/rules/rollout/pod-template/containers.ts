import { dnsLabelProblem, portNameProblem } from '../../../formats/names';
import { readQuantity } from '../../../formats/quantity';
import type { Field } from '../../../graph';
import type { Report } from '../../shared/rule';
import { closest } from '../../shared/suggest';

/**
 * Containers and volumes: their names, images, ports, probes, mounts and amounts.
 *
 * @param claims the claims that a StatefulSet makes for each pod, which its containers mount as volumes
 */
export function checkContainers(spec: Field, owner: string, report: Report, claims: readonly Field[] = []): void {
  const containers = spec.get('containers').items();
  // SCH004 reports another type than a list, and SCH005 a missing field.
  if (containers.length === 0 && (!spec.exists || Array.isArray(spec.get('containers').value))) {
    report(spec.get('containers'), `the pods of ${owner} have no containers`);
  }
  const all = [...spec.get('initContainers').items(), ...containers];
  const volumes = spec.get('volumes').items();
  twice(all, (name) => `${owner} has two containers of the name '${name}'`, report);
  twice(volumes, (name) => `${owner} has two volumes of the name '${name}'`, report);
  for (const container of all) {
    checkContainer(container, owner, report);
    checkMounts(container, [...volumes, ...claims.map((claim) => claim.get('metadata'))], owner, report);
    checkResources(container, owner, report);
  }
  for (const volume of volumes) isLabel(volume.get('name'), report);
}

export const labelOf = (container: Field, owner: string): string =>
  `container '${container.get('name').string ?? ''}' of ${owner}`;

/**
 * Whether OpenShift fills in a blank image. In a template Kubernetes accepts one for that.
 *
 * @see https://docs.openshift.com/container-platform/latest/openshift_images/triggering-updates-on-imagestream-changes.html
 */
const isFilledIn = (image: Field): boolean =>
  image.string?.trim() === '' && image.resource.field('metadata', 'annotations', 'image.openshift.io/triggers').exists;

function checkContainer(container: Field, owner: string, report: Report): void {
  const label = labelOf(container, owner);
  isLabel(container.get('name'), report);
  const image = container.get('image');
  if (!image.exists || image.value === '') report(image, `${label} has no image`);
  else if (image.string !== undefined && /\s/.test(image.string) && !isFilledIn(image)) {
    report(image, `${label} has the image '${image.string}', which has a space in it`);
  }
  const ports = container.get('ports').items();
  twice(ports, (name) => `${label} has two ports of the name '${name}'`, report);
  for (const port of ports) {
    isPort(port.get('containerPort'), report);
    const name = port.get('name');
    const problem = name.string ? portNameProblem(name, name.string) : undefined;
    if (problem) report(name, problem.split('; ')[0]);
  }
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    if (container.get(probe).exists) checkProbe(container.get(probe), `the ${probe} of ${label}`, report);
  }
}

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'];
const COUNTS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'];

function checkProbe(probe: Field, label: string, report: Report): void {
  const handlers = HANDLERS.filter((name) => probe.get(name).exists);
  if (handlers.length !== 1) {
    const has = handlers.length === 0 ? 'has no handler' : `has the handlers ${handlers.join(' and ')}`;
    report(probe, `${label} ${has}`, { hint: `use one of ${HANDLERS.join(', ')}` });
  }
  for (const name of COUNTS) {
    const count = probe.get(name);
    if ((count.number ?? 0) < 0) report(count, `${label} has a ${name} of ${count.number}`);
  }
  const threshold = probe.get('successThreshold');
  if (!label.includes('readinessProbe') && ![undefined, 0, 1].includes(threshold.number)) {
    report(threshold, `${label} has a successThreshold of ${threshold.number}, which must be 1`);
  }
  for (const handler of ['httpGet', 'tcpSocket', 'grpc']) {
    const port = probe.get(handler, 'port');
    if (port.number !== undefined) isPort(port, report);
    const problem = port.string === undefined ? undefined : portNameProblem(port, port.string);
    if (problem) report(port, problem.split('; ')[0]);
  }
}

function checkMounts(container: Field, volumes: readonly Field[], owner: string, report: Report): void {
  const label = labelOf(container, owner);
  const names = volumes.flatMap((volume) => volume.get('name').string ?? []);
  const paths = new Map<string, Field>();
  for (const mount of container.get('volumeMounts').items()) {
    const path = mount.get('mountPath');
    if (path.string) {
      const first = paths.get(path.string);
      if (first) {
        const related = { field: first, message: 'the first one' };
        report(path, `${label} mounts two volumes at '${path.string}'`, { related });
      } else paths.set(path.string, path);
    }
    const name = mount.get('name');
    if (name.string === undefined || names.includes(name.string)) continue;
    const meant = closest(name.string, names);
    report(name, `${label} mounts the volume '${name.string}', which the pod does not have`, {
      didYouMean: meant === undefined ? undefined : { name: meant, field: volumes[names.indexOf(meant)].get('name') },
    });
  }
}

const RESOURCES = ['cpu', 'memory', 'ephemeral-storage'];

function checkResources(container: Field, owner: string, report: Report): void {
  const label = labelOf(container, owner);
  for (const kind of ['requests', 'limits']) {
    for (const [what, amount] of container.get('resources', kind).entries()) {
      // Other resources have the name of their provider before a slash.
      if (!what.includes('/') && !what.startsWith('hugepages-') && !RESOURCES.includes(what)) {
        const meant = closest(what, RESOURCES);
        report(amount, `${label} has ${kind} of '${what}', which is not a resource of a node`, {
          on: 'key',
          didYouMean: meant === undefined ? undefined : { name: meant },
          hint: meant ? undefined : `there are ${RESOURCES.join(', ')}`,
        });
      }
      if (/^-/.test(String(amount.value)) && readQuantity(String(amount.value).slice(1))) {
        report(amount, `${label} has ${kind} of ${String(amount.value)} of ${what}, which is negative`);
      }
    }
  }
  for (const [what, request] of container.get('resources', 'requests').entries()) {
    const limit = container.get('resources', 'limits', what);
    const [least, most] = [readQuantity(request.value), readQuantity(limit.value)];
    if (least === undefined || most === undefined || least <= most) continue;
    report(request, `${label} requests ${String(request.value)} of ${what}, above its limit of ${String(limit.value)}`);
  }
}

function isLabel(field: Field, report: Report): void {
  const problem = field.string === undefined ? undefined : dnsLabelProblem(field, field.string);
  if (problem) report(field, problem.split('; ')[0]);
}

function isPort(field: Field, report: Report): void {
  const { number } = field;
  if (number === undefined || (number >= 1 && number <= 65535)) return;
  report(field, `${field} is ${number}, which is not a port`, { hint: 'it must be from 1 to 65535' });
}

function twice(fields: readonly Field[], describe: (name: string) => string, report: Report): void {
  const seen = new Map<string, Field>();
  for (const field of fields) {
    const name = field.get('name');
    if (name.string === undefined) continue;
    const first = seen.get(name.string);
    if (first) report(name, describe(name.string), { related: { field: first, message: 'the first one' } });
    else seen.set(name.string, name);
  }
}
