import { type Field, matchesMap, type Resource } from '../graph';
import type { Candidate } from './candidate';
import { containerOptions } from './container';
import { named, objectsIn, ofKind, podLabels } from './manifests';
import { defined, type Options, picked, renamed, seconds, without } from './values';

/**
 * Options that stand for an object together with what refers to it: the configuration, the Services of single ports, and
 * the Jobs of steps.
 *
 * @param container The app's container.
 * @param ports The additional ports, as the option `ports`.
 * @param steps The steps that the spec has without these options.
 */
export function wholeOptions(
  objects: readonly Resource[],
  workload: Resource,
  container: Field,
  ports: readonly Options[],
  steps: unknown,
): Candidate[] {
  return [
    ...configCandidates(objects, workload, container),
    { path: ['ports'], values: [withServices(objects, workload, ports)] },
    // A Job that states what `jobAnalysis` gives it anyway needs no more than its program.
    { path: ['steps'], values: [false, true].map((isWhole) => withJobs(objects, workload, steps, isWhole)) },
  ];
}

/** The configuration, and the container's options without the references to it. */
function configCandidates(objects: readonly Resource[], workload: Resource, container: Field): Candidate[] {
  const map = ofKind(objects, 'ConfigMap').find(({ name }) => isConfigOf(workload.name, name));
  if (map === undefined) return [];
  const pod = workload.field('spec', 'template', 'spec');
  const volume = objectsIn(pod.get('volumes')).find((one) => one.get('configMap', 'name').value === map.name);
  const mount = objectsIn(container.get('volumeMounts')).find(
    (one) => volume !== undefined && one.get('name').value === volume.get('name').value,
  );
  const { envFrom, volumeMounts } = containerOptions(container, pod, []);
  const others = (list: unknown, isOther: (one: Options) => boolean) => {
    const left = ((list ?? []) as Options[]).filter(isOther);
    return left.length > 0 ? left : undefined;
  };
  return [
    {
      path: ['config'],
      values: [defined({ data: without(map.field('data')), mountPath: mount?.get('mountPath').value })],
    },
    { path: ['container', 'envFrom'], values: [others(envFrom, (one) => one.configMap !== map.name)] },
    {
      path: ['container', 'volumeMounts'],
      values: [others(volumeMounts, (one) => one.path !== mount?.get('mountPath').value)],
    },
  ];
}

const isConfigOf = (app: string, name: string) =>
  name.startsWith(`${app}-config-`) && /^[0-9a-f]{10}$/.test(name.slice(`${app}-config-`.length));

/** The additional ports, with the Services that have one of them alone. Undefined if there is none. */
function withServices(
  objects: readonly Resource[],
  workload: Resource,
  ports: readonly Options[],
): Options[] | undefined {
  const labels = podLabels(workload).strings;
  const single = ofKind(objects, 'Service').filter(
    (service) =>
      matchesMap(service.field('spec', 'selector').strings, labels) &&
      service.field('spec', 'ports').items().length === 1,
  );
  const found = ports.map((port) => {
    const service = single.find((one) => one.field('spec', 'ports', 0, 'name').value === port.name);
    return service === undefined ? port : { ...port, service: service.name };
  });
  return found.some(({ service }) => service !== undefined) ? found : undefined;
}

/** The steps, with the Jobs that they run as options. Undefined if there is none. */
function withJobs(
  objects: readonly Resource[],
  workload: Resource,
  steps: unknown,
  isWhole: boolean,
): unknown[] | undefined {
  if (!Array.isArray(steps)) return undefined;
  const jobOf = (step: Options) => {
    const { templates = [] } = (step.analysis ?? {}) as { readonly templates?: readonly unknown[] };
    const [name] = templates;
    if (typeof name !== 'string' || templates.length > 1 || !name.startsWith(`${workload.name}-step-`))
      return undefined;
    const template = named(objects, 'AnalysisTemplate', name, workload);
    return template && jobOptions(template, isWhole);
  };
  const jobs = steps.map(jobOf);
  if (jobs.every((job) => job === undefined)) return undefined;
  return steps.map((step: unknown, i) => (jobs[i] ? { analysis: { templates: [{ jobAnalysis: jobs[i] }] } } : step));
}

function jobOptions(template: Resource, isWhole: boolean): Options | undefined {
  const [metric, ...others] = template.field('spec', 'metrics').items();
  const job = metric?.get('provider', 'job');
  const pod = job?.get('spec', 'template');
  const [container] = pod?.get('spec', 'containers').items() ?? [];
  if (job === undefined || pod === undefined || container === undefined || others.length > 0) return undefined;
  const { envVariables, resources, securityContext } = containerOptions(container, pod.get('spec'), []);
  const program = { image: container.get('image').value, ...picked(container, 'command', 'args'), env: envVariables };
  if (!isWhole) return defined(program);
  return defined({
    ...program,
    resources,
    securityContext,
    serviceAccount: pod.get('spec', 'serviceAccountName').value,
    ...picked(job.get('spec'), 'backoffLimit'),
    deadline: seconds(job.get('spec', 'activeDeadlineSeconds')),
    ...renamed(pod.get('metadata'), { podLabels: 'labels', podAnnotations: 'annotations' }),
    ...renamed(job.get('metadata'), { jobLabels: 'labels', jobAnnotations: 'annotations' }),
  });
}
