import { metadataOf } from './adopt-rollout';
import { companionCandidates } from './companions';
import { fit, synthesized } from './fit';
import { istioCandidates } from './istio-traffic';
import { gatewayApiCandidates } from './gateway-api';
import { Candidate } from './candidate';
import { Json, ofKind } from './manifests';
import { retargeting, SplitServices } from './retarget';
import { Parts, candidates, partsOf, required } from './options';
import { AdoptOptions, Adoption, RefusedError } from './result';
import { bare, specFile } from './spec-file';
import { mergeManifest } from '../formats/manifest-patch';

/** What is known of the rollout to come. */
export interface PlannedRollout {
  readonly stated: Json;
  readonly steps: Json[];
  /** What has no counterpart. */
  readonly notes: readonly string[];
  /** Those of them that change what a rollout does. */
  readonly dangerous?: readonly string[];
  /** Assumptions of the result, one sentence each. */
  readonly said?: readonly string[];
  /** All manifests as they were, by which the plans are compared. */
  readonly before?: readonly Json[];
}

/** Objects that give way to the Rollout and what belongs to it. */
const REPLACED = ['Deployment', 'Canary', 'MetricTemplate', 'AlertProvider'];
const SCALERS = ['HorizontalPodAutoscaler', 'ScaledObject'];
/** The options that a Deployment and what is around it tell of. */
const TOLD = ['container', 'rollout', 'replicas', 'portName', 'servicePort'];

/**
 * The spec that makes a Rollout of a Deployment's pods. Everything around it stays as it is: its Services keep their names,
 * and autoscalers name the Rollout.
 *
 * @param source What is adopted: the Deployment itself, or a Flagger Canary.
 */
export function adoptDeployment(
  objects: readonly Json[],
  deployment: Json,
  source: Json,
  { stated, steps, notes, dangerous: changed = [], said = [], before }: PlannedRollout,
  { prometheus }: AdoptOptions,
): Adoption {
  const own = objects.includes(deployment) ? objects : [...objects, deployment];
  const parts: Parts = partsOf(own, deployment);
  const metadata = metadataOf(deployment);
  const root = parts.service?.metadata.name;
  const app: string = metadata.name;
  const services = root !== undefined && root !== app ? { services: { root } } : {};
  // A Flagger Canary states its own hosts.
  const takes = stated.hosts === undefined && stated.gatewayApi === undefined;
  const taken = retargeting(own, splitServices(app, parts.service), takes);
  const whole = {
    ...required(parts, stated.port),
    ...stated,
    ...(taken.objects.length > 0 ? withTraffic(stated, taken.options) : {}),
    ...services,
    ...(prometheus ? { prometheus } : {}),
    steps,
  };
  const { least, manifests, refused } = acceptable(metadata, whole);
  const isScaled = own.some(({ kind }) => SCALERS.includes(kind));
  // What is wanted: the Rollout that would come out, with this Deployment's pods, and the rest as it comes out.
  const made = manifests.map((manifest) => {
    if (manifest.kind === 'Rollout') return withRoutes(withPods(manifest, deployment, isScaled), taken.objects);
    const before = taken.objects.find((one) => one.kind === manifest.kind && isNamed(one, manifest.metadata.name));
    if (before !== undefined) return before;
    return manifest.kind === 'Service' && parts.service ? asService(manifest, parts.service) : manifest;
  });
  const names = new Set(made.map(({ kind, metadata: { name } }) => `${kind} ${name}`));
  const around = own
    .filter(({ kind, metadata: { name } }) => !REPLACED.includes(kind) && !names.has(`${kind} ${name}`))
    .map(
      (object) => taken.objects.find((one) => one.kind === object.kind && isNamed(one, object.metadata.name)) ?? object,
    )
    .map((object) => retargeted(object, deployment));
  const { bypasses } = taken;
  const from = candidates(parts, undefined, true).filter(({ path }) => TOLD.includes(path[0]));
  const wanted = [...made, ...around];
  const routes = taken.objects.flatMap((object) => routeCandidates(wanted, object));
  const { spec } = fit(wanted, metadata, least, [...companionCandidates(around, deployment), ...routes, ...from]);
  return specFile(spec, {
    workload: source,
    objects: wanted,
    before,
    notes: [...notes, ...refused, ...bypasses],
    dangerous: [...refused, ...bypasses, ...changed],
    changes: [...taken.changes, ...said],
  });
}

export function stepsByHand({ prometheus }: AdoptOptions): Json[] {
  const judge = prometheus === undefined ? { pause: {} } : 'analysis';
  return [{ setWeight: 10 }, judge, { setWeight: 50 }, judge];
}

function withPods(manifest: Json, deployment: Json, isScaled: boolean): Json {
  const { replicas: byDefault, ...spec } = manifest.spec;
  const replicas = isScaled ? undefined : (deployment.spec.replicas ?? byDefault);
  const { labels, annotations } = deployment.metadata;
  const { revisionHistoryLimit } = deployment.spec;
  return {
    ...manifest,
    metadata: {
      ...manifest.metadata,
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations: { ...annotations, ...manifest.metadata.annotations } } : {}),
    },
    spec: {
      ...spec,
      ...(replicas === undefined ? {} : { replicas }),
      ...(revisionHistoryLimit === undefined ? {} : { revisionHistoryLimit }),
      template: meshed(deployment.spec.template, manifest.spec.template),
    },
  };
}

/** The Deployment's pods with what makes them part of a canary: the mesh's label, the selector's, the port's name. */
function meshed(template: Json, canary: Json): Json {
  const labels = { ...template.metadata?.labels, ...canary.metadata.labels };
  const annotations = { ...template.metadata?.annotations, ...canary.metadata.annotations };
  return {
    metadata: { labels, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    spec: { ...template.spec, containers: withPortName(template.spec.containers, canary.spec.containers[0]) },
  };
}

/** The Services of the versions find the port by its name, which the Deployment may not give it. */
function withPortName([first, ...others]: Json[], canary: Json): Json[] {
  const names = new Map<number, string>(canary.ports?.map((port: Json) => [port.containerPort, port.name]));
  const stated: Json[] = first.ports ?? [];
  const ports = stated.map((port) => ({ ...port, name: port.name ?? names.get(port.containerPort) }));
  const missing = (canary.ports ?? [])
    .slice(0, 1)
    .filter((port: Json) => !stated.some(({ containerPort }) => containerPort === port.containerPort));
  return [{ ...first, ports: [...ports, ...missing] }, ...others];
}

/** The Service that callers use stays as it is, with the labels and the port's name that monitors find it by. */
function asService(manifest: Json, service: Json): Json {
  const [port] = manifest.spec.ports;
  const [own, ...others] = service.spec?.ports ?? [];
  const ports = own === undefined ? manifest.spec.ports : [{ ...port, port: own.port }, ...others];
  if (manifest.metadata.name !== service.metadata.name) {
    return { ...manifest, spec: { ...manifest.spec, ports: [{ ...port, ...(own ? { port: own.port } : {}) }] } };
  }
  const { ports: _, selector: __, ...rest } = service.spec ?? {};
  const { labels, annotations } = service.metadata;
  const stated = { ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
  const merged = mergeManifest(manifest, { metadata: stated, spec: rest });
  const nodePort = own?.nodePort === undefined ? {} : { nodePort: own.nodePort };
  return { ...merged, spec: { ...merged.spec, ports: [{ ...ports[0], ...nodePort }, ...others] } };
}

/** An autoscaler of the Deployment scales the Rollout from now on. */
function retargeted(object: Json, deployment: Json): Json {
  const target = object.spec?.scaleTargetRef;
  const isOurs = target?.name === deployment.metadata.name && (target.kind ?? 'Deployment') === 'Deployment';
  if (!SCALERS.includes(object.kind) || !isOurs) return object;
  const rollout = { ...target, apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' };
  return { ...object, spec: { ...object.spec, scaleTargetRef: rollout } };
}

/** The Services of the versions, and the one that existing routes lead to. */
function splitServices(app: string, service: Json): SplitServices | undefined {
  if (service === undefined) return undefined;
  const port: number = service.spec?.ports?.[0]?.port ?? 80;
  const { namespace } = service.metadata;
  return { root: service.metadata.name, namespace, stable: `${app}-stable`, canary: `${app}-canary`, port };
}

function withTraffic(stated: Json, { traffic, strategy, ...options }: Json): Json {
  return {
    ...options,
    ...(traffic ? { traffic: { ...stated.traffic, ...traffic } } : {}),
    ...(strategy ? { strategy: { ...stated.strategy, ...strategy } } : {}),
  };
}

/** The Rollout finds the routes of the existing VirtualService by their names. */
function withRoutes(rollout: Json, taken: readonly Json[]): Json {
  const [virtualService] = taken.filter(({ kind }) => kind === 'VirtualService');
  const { canary } = rollout.spec.strategy;
  const istio = canary?.trafficRouting?.istio;
  if (virtualService === undefined || istio === undefined) return rollout;
  const routes = virtualService.spec.http
    .filter(({ route = [] }: Json) => route.length > 1)
    .map(({ name }: Json) => name);
  const named = (one: Json) => (one.name === virtualService.metadata.name ? { ...one, routes } : one);
  const { virtualService: only, virtualServices } = istio;
  const references = virtualServices
    ? { virtualServices: virtualServices.map(named) }
    : { virtualService: named(only) };
  const trafficRouting = { ...canary.trafficRouting, istio: { ...istio, ...references } };
  return { ...rollout, spec: { ...rollout.spec, strategy: { canary: { ...canary, trafficRouting } } } };
}

/** The options of an existing router, as they are read of a Rollout behind it. */
function routeCandidates(wanted: readonly Json[], object: Json): Candidate[] {
  const [rollout] = ofKind(wanted, 'Rollout');
  if (object.kind === 'VirtualService') return istioCandidates(wanted, rollout, object);
  return object.kind === 'HTTPRoute' ? gatewayApiCandidates(wanted, rollout) : [];
}

const isNamed = (object: Json, name: string) => object.metadata.name === name;

/** What is stated, without the parts that the constructs refuse: those are reported, and left to the user. */
function acceptable(metadata: Json, stated: Json): { least: Json; manifests: readonly Json[]; refused: string[] } {
  const refused: string[] = [];
  let least = stated;
  for (const part of ['', 'backgroundChecks', 'traffic', 'strategy', 'rollout', 'steps']) {
    if (part !== '' && least[part] === undefined) continue;
    const { [part]: left, ...others } = least;
    const { manifests, problems } = synthesized(metadata, part === '' ? least : others);
    if (manifests !== undefined) {
      if (part === '') return { least, manifests, refused };
      const why = bare(synthesized(metadata, least).problems[0]);
      return { least: others, manifests, refused: [...refused, `\`${part}\` is not carried over: ${why}`] };
    }
    if (part === 'steps') throw new RefusedError(problems.map(bare).join('; '));
    if (part !== '') least = others;
    if (left !== undefined) refused.push(`\`${part}\` is not carried over (${JSON.stringify(left).slice(0, 200)})`);
  }
  throw new RefusedError(synthesized(metadata, least).problems.map(bare).join('; '));
}
