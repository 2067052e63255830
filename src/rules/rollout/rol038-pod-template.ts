import { type Field, matchesSelector, metrics, type Resource, rollouts } from '../../graph';
import { exampleRollout } from '../shared/example';
import { metricLabel } from '../shared/metric-settings';
import type { Report, Rule } from '../shared/rule';
import { ARGO_ROLLOUTS, lookUp } from '../../versions';
import { checkContainers, checkSettings, labelOf, mustBeOneOf } from './pod-template';

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
  why: 'Examples are: no containers, two containers or volumes with one name, a mount of a volume that does not exist, a port out of range, a probe without a handler, a restart policy other than Always, a request above its limit, a variable with two sources, a port of the node that is taken twice, and a toleration or an affinity that says nothing. No ReplicaSet can have such a template. The controller refuses the Rollout (InvalidSpec, Degraded), and the API server refuses other workloads. What has to do with `hostNetwork` or `hostPID`, the controller overlooks, and the API server refuses its ReplicaSet: no pod starts. An Experiment fails, because the API server refuses the ReplicaSets of its templates, and so does an analysis whose Job is refused.',
  fix: 'Correct the template at the place shown.',
  whenNotToUse: 'Never: Kubernetes refuses such a template.',
  confirmedBy:
    'Kubernetes 1.34.1 and Argo Rollouts 1.8.5, 1.9.1 and 1.10.2: the conformance run asks their validation, and that of the API server for the ReplicaSets that the controller makes.',
  bad: manifest('cahce'),
  good: manifest('cache'),
  peers: { argo: 'the messages of Kubernetes for the pod template' },
  checkPart(graph, report, part) {
    for (const { resource, workload } of part(rollouts(graph))) {
      const own = workload.template.resource === resource && !resource.field('spec', 'workloadRef').exists;
      if (!own) continue;
      const spec = workload.template.get('spec');
      checkPod(spec, String(resource), report);
      checkDisks(spec, resource, report);
      checkPropagation(spec, String(resource), report, graph.releases.argoRollouts);
      checkRestarts(spec, report);
    }
    for (const resource of part(graph.ofKind('Experiment', 'argoproj.io'))) {
      for (const template of resource.field('spec', 'templates').items()) {
        const name = template.get('name').string;
        const owner = name === undefined ? `a template of ${resource}` : `template '${name}' of ${resource}`;
        // The controller makes a ReplicaSet of each, which the API server refuses.
        checkPod(template.get('template', 'spec'), owner, report);
        checkPropagation(template.get('template', 'spec'), owner, report);
      }
    }
    for (const metric of part(metrics(graph))) {
      const job = metric.field.get('provider', 'job');
      const owner = `the Job of ${metricLabel(metric)}`;
      if (!job.exists) continue;
      checkContainers(job.get('spec', 'template', 'spec'), owner, withoutArguments(report));
      checkSettings(job.get('spec', 'template', 'spec'), withoutArguments(report));
    }
    for (const resource of part(SETS_OF_PODS.flatMap((kind) => graph.ofKind(kind, 'apps')))) {
      const claims = resource.field('spec', 'volumeClaimTemplates').items();
      checkPod(resource.field('spec', 'template', 'spec'), String(resource), report, claims);
      checkPropagation(resource.field('spec', 'template', 'spec'), String(resource), report);
      checkSelector(resource, report);
    }
  },
};

/**
 * Whether a container may mount bidirectionally. Kubernetes requires it to be privileged; older controllers refuse it.
 *
 * @param release the release of the controller that reads the pods, if one does
 */
function checkPropagation(spec: Field, owner: string, report: Report, release?: string): void {
  const accepted = release === undefined || lookUp(ARGO_ROLLOUTS.acceptsBidirectionalMounts, release);
  for (const container of [...spec.get('initContainers').items(), ...spec.get('containers').items()]) {
    for (const mount of container.get('volumeMounts').items()) {
      const propagation = mount.get('mountPropagation');
      if (propagation.string !== 'Bidirectional') continue;
      const privileged = container.get('securityContext', 'privileged').boolean === true;
      if (accepted && privileged) continue;
      const label = labelOf(container, owner);
      if (privileged) {
        report(propagation, `${label} mounts in both directions, which Argo Rollouts ${release} refuses`, {
          hint: 'use Argo Rollouts 1.10.1 or newer',
        });
      } else report(propagation, `${label} mounts in both directions, which only a privileged container may`);
    }
  }
}

/** The restart policies of containers, which Kubernetes has from 1.35 on, and the controller's library does not. */
function checkRestarts(spec: Field, report: Report): void {
  for (const container of spec.get('containers').items()) {
    const policy = container.get('restartPolicy');
    if (policy.exists) report(policy, `${policy} is set, which Argo Rollouts refuses`, { on: 'key' });
  }
  for (const container of spec.get('initContainers').items()) {
    mustBeOneOf(report, container.get('restartPolicy'), ['Always']);
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
  const deadline = spec.get('activeDeadlineSeconds');
  if (deadline.exists)
    report(deadline, `the pods of ${owner} have activeDeadlineSeconds, which only a Job may`, { on: 'key' });
  checkContainers(spec, owner, report, claims);
  checkSettings(spec, report);
}

/** A value with an argument in it is known only when the analysis runs. */
function withoutArguments(report: Report): Report {
  const known = (...[at, ...rest]: Parameters<Report>): void => {
    if (!at.string?.includes('{{')) report(at, ...rest);
  };
  return Object.assign(known, { at: report.at });
}
