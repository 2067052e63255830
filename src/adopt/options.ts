import { analysisCandidates, checkTemplates } from './analyses';
import { Candidate } from './candidate';
import { containerOptions } from './container';
import { failureCandidates } from './failures';
import { gatewayApiCandidates } from './gateway-api';
import { istioCandidates } from './istio-traffic';
import { Json, named, ofKind } from './manifests';
import { monitoringCandidates } from './monitoring';
import { rolloutFacts } from './requests';
import { RefusedError } from './result';
import { rolloutCandidates } from './rollout-options';

/** A set of manifests, and the role of each object in it. */
export interface Parts {
  readonly objects: readonly Json[];
  /** The Rollout, or the Deployment that becomes one. */
  readonly workload: Json;
  readonly service?: Json;
  readonly virtualService?: Json;
  readonly analysis?: Json;
  readonly monitors: readonly Json[];
}

export function partsOf(objects: readonly Json[], workload: Json): Parts {
  const canary = workload.spec?.strategy?.canary ?? {};
  const labels = workload.spec?.template?.metadata?.labels ?? {};
  const selected = (service: Json) => {
    const selector = Object.entries(service.spec?.selector ?? {});
    return selector.length > 0 && selector.every(([name, value]) => labels[name] === value);
  };
  const service = named(objects, 'Service', canary.stableService) ?? ofKind(objects, 'Service').find(selected);
  const { virtualService: only, virtualServices: [first] = [only] } = canary.trafficRouting?.istio ?? {};
  const used = (canary.steps ?? []).flatMap((step: Json) => step.analysis?.templates ?? []);
  const virtualService =
    named(objects, 'VirtualService', first?.name?.split('.')[0]) ??
    ofKind(objects, 'VirtualService').find((one) => JSON.stringify(one.spec).includes(`"${service?.metadata.name}"`));
  const checks = checkTemplates(objects, workload.metadata.name);
  const analysis =
    named(objects, 'AnalysisTemplate', `${workload.metadata.name}-failures`) ??
    used
      .map(({ templateName }: Json) => named(objects, 'AnalysisTemplate', templateName))
      .find((template: Json) => template !== undefined && !checks.includes(template));
  return {
    objects,
    workload,
    service,
    virtualService,
    analysis,
    monitors: [...ofKind(objects, 'ServiceMonitor'), ...ofKind(objects, 'PodMonitor')],
  };
}

/** What must be there: without these no spec can be made. */
export function required({ workload, service }: Parts, stated?: number): { image: string; port: number } {
  const [container] = workload.spec?.template?.spec?.containers ?? [];
  const target = service?.spec?.ports?.[0]?.targetPort;
  const ports = container?.ports ?? [];
  const port = ports.find((one: Json) => one.name === target) ?? ports[0];
  const number = stated ?? (typeof target === 'number' ? target : port?.containerPort);
  if (container?.image === undefined || number === undefined) {
    const missing = container?.image === undefined ? 'image' : 'port';
    throw new RefusedError(
      missing === 'image'
        ? 'its first container has no image'
        : 'its first container has no port; give it a containerPort',
    );
  }
  return { image: container.image, port: number };
}

/** Every option that the manifests state. */
export function candidates(parts: Parts, steps: Json, withAnalyses = true): Candidate[] {
  const { workload, service } = parts;
  const pod = workload.spec.template.spec;
  const [container] = pod.containers;
  const { port } = required(parts);
  const found: Candidate[] = [
    { path: ['rollout', 'podDefaults'], values: ['kubernetes'] },
    ...readable(() => gatewayApiCandidates(parts.objects, workload)),
    ...meshCandidates(workload, service),
    { path: ['steps'], values: [steps] },
    ...readable(() => istioCandidates(parts.objects, workload, parts.virtualService)),
    ...readable(() => monitoringCandidates(parts.objects, parts.monitors, workload, rolloutFacts(workload))),
    ...(withAnalyses ? readable(() => analysisCandidates(parts.objects, workload, parts.monitors)) : []),
    { path: ['replicas'], values: [workload.spec.replicas] },
    ...readable(() => rolloutCandidates(workload)),
    { path: ['servicePort'], values: [service?.spec?.ports?.[0]?.port] },
    { path: ['portName'], values: [service?.spec?.ports?.[0]?.name, portName(container, port)] },
    ...Object.entries(containerOptions(container, pod)).map(([option, value]) => ({
      path: ['container', option],
      values: [value],
    })),
    ...(withAnalyses ? readable(() => failureCandidates(parts.analysis, workload)) : []),
  ];
  return found
    .map(({ path, values }) => ({ path, values: values.filter((value) => value !== undefined && !isEmpty(value)) }))
    .filter(({ values }) => values.length > 0);
}

/** Manifests may be of any shape: what the typed options cannot read of them is carried by patches. */
function readable(read: () => Candidate[]): Candidate[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof TypeError) return [];
    throw error;
  }
}

/** How the pods belong to the mesh. */
function meshCandidates({ spec }: Json, service: Json): Candidate[] {
  const labels = spec.template.metadata?.labels ?? {};
  const waypoint = service?.metadata.labels?.['istio.io/use-waypoint'];
  return [
    { path: ['ambient'], values: [waypoint && { waypoint }] },
    { path: ['meshRevision'], values: [labels['istio.io/rev']] },
    { path: ['sidecar'], values: ['annotation', 'none', 'label'] },
  ];
}

function portName(container: Json, number: number): string | undefined {
  return container.ports?.find((port: Json) => port.containerPort === number)?.name;
}

function isEmpty(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
