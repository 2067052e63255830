import { dnsLabelProblem, portNameProblem } from '../../formats/names';
import { readQuantity } from '../../formats/quantity';
import { type Field, matchesSelector, metrics, type Resource, rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import { metricLabel } from '../shared/metric-settings';
import type { Report, Rule } from '../shared/rule';
import { closest } from '../shared/suggest';
import { ARGO_ROLLOUTS, lookUp } from '../../versions';

const manifest = (volume: string): string =>
  exampleRollout('{}').replace(
    / {2}template:.*/,
    `  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers:
        - name: checkout
          image: registry.example.com/checkout:1.4.2
          volumeMounts: [{ name: ${volume}, mountPath: /cache }]
      volumes: [{ name: cache, emptyDir: {} }]`,
  );

/** The kinds of the group apps, besides which Rollouts are. */
const SETS_OF_PODS = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'];

export const podTemplate: Rule = {
  code: 'ROL038',
  severity: 'error',
  title: 'A pod template is invalid',
  why: 'Examples are: no containers, two containers or volumes with one name, a mount of a volume that does not exist, a port out of range, a probe without a handler, a restart policy other than Always, and a request above its limit. No ReplicaSet can have such a template. The controller refuses the Rollout (InvalidSpec, Degraded), and the API server refuses other workloads. An Experiment fails, because the API server refuses the ReplicaSets of its templates, and so does an analysis whose Job is refused.',
  fix: 'Correct the template at the place shown.',
  whenNotToUse: 'Never: Kubernetes refuses such a template.',
  confirmedBy: 'Kubernetes 1.34.1 and Argo Rollouts 1.9.1: the conformance run asks their validation.',
  bad: manifest('cahce'),
  good: manifest('cache'),
  peers: { argo: 'the messages of Kubernetes for the pod template' },
  checkPart(graph, report, part) {
    for (const { resource, workload } of part(rollouts(graph))) {
      const own = workload.template.resource === resource && !resource.field('spec', 'workloadRef').exists;
      if (!own) continue;
      checkPod(workload.template.get('spec'), String(resource), report);
      checkDisks(workload.template.get('spec'), resource, report);
      checkPropagation(workload.template.get('spec'), resource, graph.releases.argoRollouts, report);
    }
    for (const resource of part(graph.ofKind('Experiment', 'argoproj.io'))) {
      for (const template of resource.field('spec', 'templates').items()) {
        const name = template.get('name').string;
        const owner = name === undefined ? `a template of ${resource}` : `template '${name}' of ${resource}`;
        // The controller makes a ReplicaSet of each, which the API server refuses.
        checkPod(template.get('template', 'spec'), owner, report);
      }
    }
    for (const metric of part(metrics(graph))) {
      const job = metric.field.get('provider', 'job');
      const owner = `the Job of ${metricLabel(metric)}`;
      if (job.exists) checkContainers(job.get('spec', 'template', 'spec'), owner, withoutArguments(report));
    }
    for (const resource of part(SETS_OF_PODS.flatMap((kind) => graph.ofKind(kind, 'apps')))) {
      const claims = resource.field('spec', 'volumeClaimTemplates').items();
      checkPod(resource.field('spec', 'template', 'spec'), String(resource), report, claims);
      checkSelector(resource, report);
    }
  },
};

/**
 * Whether a container may mount bidirectionally. Kubernetes requires it to be privileged; older controllers refuse it.
 */
function checkPropagation(spec: Field, resource: Resource, release: string, report: Report): void {
  const accepted = lookUp(ARGO_ROLLOUTS.acceptsBidirectionalMounts, release);
  for (const container of [...spec.get('initContainers').items(), ...spec.get('containers').items()]) {
    const privileged = container.get('securityContext', 'privileged').boolean === true;
    for (const mount of container.get('volumeMounts').items()) {
      const propagation = mount.get('mountPropagation');
      if (propagation.string !== 'Bidirectional' || (accepted && privileged)) continue;
      const label = labelOf(container, String(resource));
      if (privileged) {
        report(propagation, `${label} mounts in both directions, which Argo Rollouts ${release} refuses`, {
          hint: 'use Argo Rollouts 1.10.1 or newer',
        });
      } else report(propagation, `${label} mounts in both directions, which only a privileged container may`);
    }
  }
}

/** The controller reads the pods into the internal types of Kubernetes, where this field has another name. */
function checkDisks(spec: Field, resource: Resource, report: Report): void {
  for (const volume of spec.get('volumes').items()) {
    if (!volume.get('azureDisk').exists) continue;
    report(volume.get('azureDisk'), `${resource} mounts an Azure disk, whose diskURI Argo Rollouts does not read`, {
      on: 'key',
      hint: 'use a PersistentVolumeClaim or a CSI volume',
    });
  }
}

/** A Rollout's selector has rules of its own. */
function checkSelector(resource: Resource, report: Report): void {
  const selector = resource.field('spec', 'selector');
  const labels = resource.field('spec', 'template', 'metadata', 'labels');
  // SCH005 reports a missing field.
  if (!selector.exists || matchesSelector(selector, labels.strings)) return;
  report(selector, `the selector of ${resource} does not match the labels of its pods`, {
    related: { field: labels, message: 'the labels of the pods' },
  });
}

/** @param claims the claims that a StatefulSet makes for each pod, which its containers mount as volumes */
function checkPod(spec: Field, owner: string, report: Report, claims: readonly Field[] = []): void {
  const restart = spec.get('restartPolicy');
  if (restart.string && restart.string !== 'Always') {
    report(restart, `the pods of ${owner} have the restartPolicy '${restart.string}'`, {
      hint: 'such pods are always restarted',
      fix: { title: "write 'Always'", edits: [{ at: restart, set: 'Always' }] },
    });
  }
  checkContainers(spec, owner, report, claims);
}

/** A value with an argument in it is known only when the analysis runs. */
function withoutArguments(report: Report): Report {
  const known = (...[at, ...rest]: Parameters<Report>): void => {
    if (!at.string?.includes('{{')) report(at, ...rest);
  };
  return Object.assign(known, { at: report.at });
}

function checkContainers(spec: Field, owner: string, report: Report, claims: readonly Field[] = []): void {
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

const labelOf = (container: Field, owner: string): string =>
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
