import { type Field, isMapping, type Resource } from '../graph';
import { analysisCandidates, checkTemplates } from './analyses';
import { Candidate } from './candidate';
import { additionalPorts, containerOptions } from './container';
import type { Options } from './values';
import { wholeOptions } from './whole-options';
import { servicesOf } from './existing-service';
import { failureCandidates } from './failures';
import { gatewayApiCandidates } from './gateway-api';
import { istioCandidates } from './istio-traffic';
import { named, objectsIn, ofKind, podLabels, textIn } from './manifests';
import { monitoringCandidates } from './monitoring';
import { rolloutFacts } from './requests';
import { RefusedError } from './result';
import { rolloutCandidates } from './rollout-options';

/** A set of manifests, and the role of each object in it. */
export interface Parts {
  readonly objects: readonly Resource[];
  /** The Rollout, or the Deployment that becomes one. */
  readonly workload: Resource;
  readonly service?: Resource;
  readonly virtualService?: Resource;
  readonly analysis?: Resource;
  readonly monitors: readonly Resource[];
}

/** Finds the role of each object around a workload. */
export function partsOf(objects: readonly Resource[], workload: Resource): Parts {
  const canary = workload.field('spec', 'strategy', 'canary');
  const service = named(objects, 'Service', canary.get('stableService').string) ?? servicesOf(objects, workload)[0];
  const istio = canary.get('trafficRouting', 'istio');
  const reference = istio.get('virtualServices').exists ? istio.get('virtualServices', 0) : istio.get('virtualService');
  const callsService = ({ manifest }: Resource) =>
    service !== undefined && (JSON.stringify(manifest.spec) ?? '').includes(`"${service.name}"`);
  const virtualService =
    named(objects, 'VirtualService', reference.get('name').string?.split('.')[0]) ??
    ofKind(objects, 'VirtualService').find(callsService);
  const checks = checkTemplates(objects, workload.name);
  const inSteps = canary
    .get('steps')
    .items()
    .flatMap((step) => step.get('analysis', 'templates').items())
    .flatMap((template) => named(objects, 'AnalysisTemplate', template.get('templateName').string) ?? []);
  return {
    objects,
    workload,
    service,
    virtualService,
    analysis:
      named(objects, 'AnalysisTemplate', `${workload.name}-failures`) ??
      inSteps.find((template) => !checks.includes(template) && asksPrometheus(template)),
    monitors: [...ofKind(objects, 'ServiceMonitor'), ...ofKind(objects, 'PodMonitor')],
  };
}

const asksPrometheus = (template: Resource): boolean =>
  template.field('spec', 'metrics', 0, 'provider', 'prometheus').exists;

/** The container of the app: the first of the pod. */
export function containerOf(workload: Resource): Field | undefined {
  return objectsIn(workload.field('spec', 'template', 'spec', 'containers'))[0];
}

/**
 * The options without which there is no spec.
 *
 * @throws RefusedError if the manifests do not state one of them.
 */
export function required({ workload, service }: Parts, stated?: unknown): { image: string; port: unknown } {
  const container = containerOf(workload);
  const target = service?.field('spec', 'ports', 0, 'targetPort').value;
  const ports = container ? objectsIn(container.get('ports')) : [];
  const called = target === undefined ? undefined : ports.find((one) => one.get('name').value === target);
  const port = called ?? ports[0];
  const number = stated ?? (typeof target === 'number' ? target : port?.get('containerPort').value);
  const image = container && textIn(container.get('image'));
  if (image === undefined) throw new RefusedError('its first container has no image');
  if (number === undefined) throw new RefusedError('its first container has no port; give it a containerPort');
  return { image, port: number };
}

/**
 * The ports of a Service besides the first, as the option `ports`: those that the app's container has, each once. A further
 * port that leads to the same one of the container is no option.
 *
 * @param first The number of the app's port.
 */
export function additionalPortOptions({ workload, service }: Parts, first: unknown): Options[] {
  const taken = new Set([first]);
  const container = containerOf(workload);
  if (service === undefined || container === undefined) return [];
  const declared = objectsIn(container.get('ports'));
  const [, ...ports] = objectsIn(service.field('spec', 'ports'));
  return ports.flatMap((port): Options[] => {
    const servicePort = port.get('port').number;
    const target = port.get('targetPort').value ?? servicePort;
    const found = declared.find((one) => [one.get('name').value, one.get('containerPort').value].includes(target));
    const [number, name] = [found?.get('containerPort').number, port.get('name').string];
    if (number === undefined || name === undefined || taken.has(number)) return [];
    taken.add(number);
    return [{ name, number, ...(servicePort === number ? {} : { servicePort }) }];
  });
}

/** Every option that the manifests state. */
export function candidates(parts: Parts, steps: unknown, withAnalyses = true): Candidate[] {
  const { objects, workload, service, monitors } = parts;
  const container = containerOf(workload)!;
  const { port } = required(parts);
  const named = objectsIn(container.get('ports')).find((one) => one.get('containerPort').value === port);
  const servicePort = service?.field('spec', 'ports', 0);
  const ofServices = additionalPortOptions(parts, port);
  const isOfService = (one: Field) => ofServices.some(({ number }) => number === one.get('containerPort').value);
  const pod = workload.field('spec', 'template', 'spec');
  const ports = additionalPorts(container);
  const { ports: ofContainer, ...options } = containerOptions(container, pod, ports);
  const otherPorts = containerOptions(
    container,
    pod,
    ports.filter((one) => !isOfService(one)),
  ).ports;
  const found: Candidate[] = [
    { path: ['rollout', 'podDefaults'], values: ['kubernetes'] },
    ...wholeOptions(objects, workload, container, ofServices, steps),
    ...gatewayApiCandidates(objects, workload),
    ...meshCandidates(workload, service),
    { path: ['steps'], values: [steps] },
    ...istioCandidates(objects, workload, parts.virtualService),
    ...monitoringCandidates(objects, monitors, workload, rolloutFacts(workload)),
    ...(withAnalyses ? analysisCandidates(objects, workload, monitors) : []),
    { path: ['replicas'], values: [workload.field('spec', 'replicas').value] },
    ...rolloutCandidates(workload),
    { path: ['servicePort'], values: [servicePort?.get('port').value] },
    { path: ['portName'], values: [servicePort?.get('name').value, named?.get('name').value] },
    { path: ['ports'], values: [ofServices] },
    { path: ['container', 'ports'], values: [ofContainer, otherPorts] },
    ...Object.entries(options).map(([option, value]) => ({ path: ['container', option], values: [value] })),
    ...(withAnalyses ? failureCandidates(parts.analysis, workload) : []),
  ];
  return found
    .map(({ path, values }) => ({ path, values: values.filter((value) => value !== undefined && !isEmpty(value)) }))
    .filter(({ values }) => values.length > 0);
}

/** How the pods belong to the mesh. */
function meshCandidates(workload: Resource, service: Resource | undefined): Candidate[] {
  const waypoint = service?.field('metadata', 'labels', 'istio.io/use-waypoint').value;
  return [
    { path: ['ambient'], values: [waypoint === undefined ? undefined : { waypoint }] },
    { path: ['meshRevision'], values: [podLabels(workload).get('istio.io/rev').value] },
    { path: ['sidecar'], values: ['annotation', 'none', 'label'] },
  ];
}

function isEmpty(value: unknown): boolean {
  return (Array.isArray(value) && value.length === 0) || (isMapping(value) && Object.keys(value).length === 0);
}
