import { mergeManifest } from '../formats/manifest-patch';
import { type Field, isMapping, own as ownValue, type Resource } from '../graph';
import { metadataOf } from './adopt-rollout';
import { Candidate } from './candidate';
import { companionCandidates } from './companions';
import { type AppMetadata, fit, synthesized } from './fit';
import { gatewayApiCandidates } from './gateway-api';
import { istioCandidates } from './istio-traffic';
import { objectsIn, ofKind, remade } from './manifests';
import { Parts, additionalPortOptions, candidates, partsOf, required } from './options';
import { AdoptOptions, Adoption, RefusedError } from './result';
import { type RouterOptions, retargeting, SplitServices } from './retarget';
import { bare, specFile } from './spec-file';
import { type Options, picked, without } from './values';

/** What is known about the Rollout that a Deployment becomes. */
export interface PlannedRollout {
  readonly stated: Options;
  readonly steps: readonly unknown[];
  /** What is not carried over. */
  readonly notes: readonly string[];
  /** The notes that change what a rollout does. */
  readonly dangerous?: readonly string[];
  /** Assumptions of the result, one sentence each. */
  readonly said?: readonly string[];
  /** All original manifests, with which the plans are compared. */
  readonly before?: readonly Resource[];
}

/** Objects that the Rollout and its companions replace. */
const REPLACED = ['Deployment', 'Canary', 'MetricTemplate', 'AlertProvider'];
const SCALERS = ['HorizontalPodAutoscaler', 'ScaledObject'];
/** The options that a Deployment and the objects around it state. */
const TOLD = ['container', 'rollout', 'replicas', 'portName', 'servicePort', 'ports'];

/**
 * The spec of a Rollout with a Deployment's pods. The objects around it do not change: Services keep their names, and
 * autoscalers target the Rollout.
 *
 * @param source What is adopted: the Deployment itself, or a Flagger Canary.
 */
export function adoptDeployment(
  objects: readonly Resource[],
  deployment: Resource,
  source: Resource,
  { stated, steps, notes, dangerous: changed = [], said = [], before }: PlannedRollout,
  { prometheus }: AdoptOptions,
): Adoption {
  const own = objects.includes(deployment) ? objects : [...objects, deployment];
  const parts: Parts = partsOf(own, deployment);
  const metadata = metadataOf(deployment);
  const root = parts.service?.name;
  const app = metadata.name;
  const services = root !== undefined && root !== app ? { services: { root } } : {};
  // A Flagger Canary states its own hosts.
  const takes = stated.hosts === undefined && stated.gatewayApi === undefined;
  const taken = retargeting(own, splitServices(app, parts.service), takes);
  const ports = additionalPortOptions(parts);
  const whole: Options = {
    ...required(parts, stated.port),
    // The Services of the versions need all ports that callers use.
    ...(ports.length > 0 ? { ports } : {}),
    ...stated,
    ...(taken.objects.length > 0 ? withTraffic(stated, taken.options) : {}),
    ...services,
    ...(prometheus ? { prometheus } : {}),
    steps,
  };
  const { least, manifests, refused } = acceptable(metadata, whole);
  const isScaled = own.some(({ kind }) => SCALERS.includes(kind));
  const takenAs = ({ kind, name }: Resource) => taken.objects.find((one) => one.kind === kind && one.name === name);
  // What is wanted: the Rollout as rendered, with this Deployment's pods, and the other objects as rendered.
  const made = manifests.map((manifest) => {
    if (manifest.kind === 'Rollout') return withRoutes(withPods(manifest, deployment, isScaled), taken.objects);
    const existing = takenAs(manifest);
    if (existing !== undefined) return existing;
    return manifest.kind === 'Service' && parts.service ? asService(manifest, parts.service) : manifest;
  });
  const names = new Set(made.map(({ kind, name }) => `${kind} ${name}`));
  const around = own
    .filter(({ kind, name }) => !REPLACED.includes(kind) && !names.has(`${kind} ${name}`))
    .map((object) => retargeted(takenAs(object) ?? object, deployment));
  const { bypasses } = taken;
  const from = candidates(parts, undefined, true).filter(({ path }) => TOLD.includes(path[0]));
  const wanted = [...made, ...around];
  const routes = taken.objects.flatMap((object) => routeCandidates(wanted, object));
  const spec = fit(wanted, metadata, least, [...companionCandidates(around, deployment), ...routes, ...from]);
  return specFile(spec, {
    workload: source,
    objects: wanted,
    before,
    notes: [...notes, ...refused, ...bypasses],
    dangerous: [...refused, ...bypasses, ...changed],
    changes: [...taken.changes, ...said],
  });
}

/** The steps of a Deployment that becomes a canary: two weights, each with an analysis, or with a manual approval. */
export function defaultSteps({ prometheus }: AdoptOptions): unknown[] {
  const judge = prometheus === undefined ? { pause: {} } : 'analysis';
  return [{ setWeight: 10 }, judge, { setWeight: 50 }, judge];
}

function withPods(rollout: Resource, deployment: Resource, isScaled: boolean): Resource {
  const spec = rollout.field('spec');
  const stated = picked(deployment.field('spec'), 'replicas', 'revisionHistoryLimit');
  const replicas = isScaled ? undefined : (stated.replicas ?? spec.get('replicas').value);
  const { labels, annotations } = picked(deployment.field('metadata'), 'labels', 'annotations');
  const metadata = rollout.field('metadata');
  return remade(rollout, {
    ...rollout.manifest,
    metadata: {
      ...without(metadata),
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations: { ...annotations, ...without(metadata.get('annotations')) } } : {}),
    },
    spec: {
      ...without(spec, 'replicas'),
      ...(replicas === undefined ? {} : { replicas }),
      ...picked(deployment.field('spec'), 'revisionHistoryLimit'),
      template: meshed(deployment.field('spec', 'template'), spec.get('template')),
    },
  });
}

/** The Deployment's pods with what a canary needs: the labels of the mesh and the selector, and the name of the port. */
function meshed(template: Field, canary: Field): Options {
  const both = (field: string) => ({
    ...without(template.get('metadata', field)),
    ...without(canary.get('metadata', field)),
  });
  const annotations = both('annotations');
  const [container] = canary.get('spec', 'containers').items();
  return {
    metadata: { labels: both('labels'), ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    spec: {
      ...without(template.get('spec')),
      containers: withPortName(template.get('spec', 'containers'), container),
    },
  };
}

/** The Services of the versions refer to the port by its name, which the Deployment may not state. */
function withPortName(containers: Field, canary: Field): unknown[] {
  const [first, ...others] = containers.items();
  const own = canary.get('ports').items();
  const numberOf = (port: Field) => port.get('containerPort').value;
  const stated = objectsIn(first.get('ports'));
  const ports = stated.map((port) => {
    const known = own.find((one) => numberOf(one) === numberOf(port));
    return { ...without(port), name: port.get('name').value ?? known?.get('name').value };
  });
  const missing = own.slice(0, 1).filter((port) => !stated.some((one) => numberOf(one) === numberOf(port)));
  return [
    { ...without(first), ports: [...ports, ...missing.map(({ value }) => value)] },
    ...others.map(({ value }) => value),
  ];
}

/** The Service that callers use does not change, but for the labels and the port name that monitors select it by. */
function asService(made: Resource, service: Resource): Resource {
  const rendered = made.field('spec', 'ports').items();
  const [port] = rendered;
  const [first, ...others] = service.field('spec', 'ports').items();
  const number = first === undefined ? {} : picked(first, 'port');
  if (made.name !== service.name) {
    return remade(made, {
      ...made.manifest,
      spec: {
        ...without(made.field('spec')),
        ports: [{ ...without(port), ...number }, ...rendered.slice(1).map(({ value }) => value)],
      },
    });
  }
  const merged: unknown = mergeManifest(made.manifest, {
    metadata: picked(service.field('metadata'), 'labels', 'annotations'),
    spec: without(service.field('spec'), 'ports', 'selector'),
  });
  const nodePort = first === undefined ? {} : picked(first, 'nodePort');
  const spec = ownValue(merged, 'spec');
  const all = [
    { ...without(port), ...number, ...nodePort },
    ...others.map((one) => {
      const same = rendered.find((other) => other.get('port').value === one.get('port').value);
      return same ? { ...without(same), ...picked(one, 'nodePort', 'appProtocol') } : one.value;
    }),
  ];
  return remade(made, {
    ...(merged as Options),
    spec: { ...(isMapping(spec) ? spec : {}), ports: all },
  });
}

/** An autoscaler of the Deployment targets the Rollout. */
function retargeted(object: Resource, deployment: Resource): Resource {
  const target = object.field('spec', 'scaleTargetRef');
  const isDeployment = (target.get('kind').value ?? 'Deployment') === 'Deployment';
  if (!SCALERS.includes(object.kind) || target.get('name').value !== deployment.name || !isDeployment) return object;
  const scaleTargetRef = { ...without(target), apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' };
  return remade(object, { ...object.manifest, spec: { ...without(object.field('spec')), scaleTargetRef } });
}

/** The Services of the versions, and the one that existing routes lead to. */
function splitServices(app: string, service: Resource | undefined): SplitServices | undefined {
  if (service === undefined) return undefined;
  const port = service.field('spec', 'ports', 0, 'port').number ?? 80;
  const { name: root, namespace } = service;
  return { root, namespace, stable: `${app}-stable`, canary: `${app}-canary`, port };
}

function withTraffic(stated: Options, { traffic, strategy, ...options }: RouterOptions): Options {
  const merged = (option: string, more: Options) => ({ [option]: { ...(stated[option] as Options), ...more } });
  return {
    ...options,
    ...(traffic ? merged('traffic', traffic) : {}),
    ...(strategy ? merged('strategy', strategy) : {}),
  };
}

/** The Rollout refers to the routes of the existing VirtualService by their names. */
function withRoutes(rollout: Resource, taken: readonly Resource[]): Resource {
  const [virtualService] = ofKind(taken, 'VirtualService');
  const canary = rollout.field('spec', 'strategy', 'canary');
  const istio = canary.get('trafficRouting', 'istio');
  if (virtualService === undefined || !istio.exists) return rollout;
  const routes = virtualService
    .field('spec', 'http')
    .items()
    .filter((route) => route.get('route').items().length > 1)
    .map((route) => route.get('name').value);
  const named = (one: Field) =>
    one.get('name').value === virtualService.name ? { ...without(one), routes } : one.value;
  const several = istio.get('virtualServices');
  const references = several.exists
    ? { virtualServices: several.items().map(named) }
    : { virtualService: named(istio.get('virtualService')) };
  const trafficRouting = { ...without(canary.get('trafficRouting')), istio: { ...without(istio), ...references } };
  const spec = { ...without(rollout.field('spec')), strategy: { canary: { ...without(canary), trafficRouting } } };
  return remade(rollout, { ...rollout.manifest, spec });
}

/** The options of an existing router, read as those of a Rollout behind it. */
function routeCandidates(wanted: readonly Resource[], object: Resource): Candidate[] {
  const [rollout] = ofKind(wanted, 'Rollout');
  if (object.kind === 'VirtualService') return istioCandidates(wanted, rollout, object);
  return object.kind === 'HTTPRoute' ? gatewayApiCandidates(wanted, rollout) : [];
}

interface Acceptable {
  readonly least: Options;
  readonly manifests: readonly Resource[];
  /** The parts that the constructs refuse, one line each. */
  readonly refused: readonly string[];
}

/** The options without the parts that the constructs refuse, which are reported. */
function acceptable(metadata: AppMetadata, stated: Options): Acceptable {
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
