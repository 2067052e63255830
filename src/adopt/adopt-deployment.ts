import { type Field, type Graph, isMapping, isSame, matchesMap, type Resource } from '../graph';
import { metadataOf } from './adopt-rollout';
import { Candidate } from './candidate';
import { lost } from './carried-over';
import { claimRemarks } from './claims';
import { companionCandidates } from './companions';
import { withPods } from './deployment-pods';
import { effectsOf } from './effects';
import {
  keptMonitor,
  keptService,
  monitorsOf,
  portNameOf,
  reaching,
  servicesOf,
  versionService,
} from './existing-service';
import { type AppMetadata, fit, synthesized } from './fit';
import type { KnownFits } from './known-fits';
import { GATEWAY_API, gatewayApiCandidates } from './gateway-api';
import { istioCandidates } from './istio-traffic';
import { ofKind, podLabels, remade } from './manifests';
import { REPLACED } from './left-out';
import { keptOutBy, OUTSIDE_THE_MESH } from './opt-outs';
import { Parts, additionalPortOptions, candidates, containerOf, partsOf, required } from './options';
import { retargeted, scales } from './named-workload';
import { countedRequests } from './requests';
import type { References } from './references';
import { AdoptOptions, Adoption, RefusedError } from './result';
import { type RouterOptions, retargeting } from './retarget';
import type { Selectors } from './selected-anew';
import { serviceRules } from './service-rules';
import type { SharedServices } from './shared-services';
import { bare, specFile } from './spec-file';
import { ofFlagger, splitServices } from './split-services';
import { bypasses, entrances } from './unsplit-requests';
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

/** The data that the adoption of each workload of a set needs. */
export interface WholeSet {
  /** All objects of the set. */
  readonly all: readonly Resource[];
  readonly graph: Graph;
  readonly services: SharedServices;
  readonly selectors: Selectors;
  readonly references: References;
  readonly options: AdoptOptions;
  readonly known: KnownFits;
  /** The workload with which an object is carried over. */
  readonly ownerOf: (object: Resource) => Resource | undefined;
}

/** The options that a Deployment and the objects around it state. */
const TOLD = ['container', 'rollout', 'portName', 'servicePort', 'ports'];

/**
 * The spec of a Rollout with a Deployment's pods. The objects around it do not change: Services keep their names, and
 * autoscalers target the Rollout.
 *
 * @param source The adopted object: the Deployment itself, or a Flagger Canary.
 */
export function adoptDeployment(
  objects: readonly Resource[],
  deployment: Resource,
  source: Resource,
  { stated, steps, notes, dangerous: changed = [], said = [], before }: PlannedRollout,
  set: WholeSet,
): Adoption {
  const { graph, known, services, selectors } = set;
  const { prometheus } = set.options;
  const own = objects.includes(deployment) ? objects : [...objects, deployment];
  const shared = services.of(deployment);
  // A Service that leads to other workloads too is not the one whose requests are split.
  const parts: Parts = partsOf(
    own.filter((object) => !shared.includes(object)),
    deployment,
  );
  const metadata = metadataOf(deployment);
  const monitors = monitorsOf(own, deployment, servicesOf(own, deployment));
  // A Flagger Canary states its own hosts.
  const takes = stated.hosts === undefined && stated.gatewayApi === undefined;
  const isSplit = source !== deployment;
  const split = splitServices(metadata.name, parts.service) ?? (isSplit ? ofFlagger(deployment, stated) : undefined);
  const taken = retargeting(own, split, takes);
  const whole: Options = {
    ...serviceOptions(parts, stated),
    ...stated,
    ...(taken.objects.length > 0 ? withTraffic(stated, taken.options) : {}),
    ...(keptOutBy(graph, deployment) === undefined ? {} : OUTSIDE_THE_MESH),
    // Without an analysis, nothing needs more than the monitors that there are.
    ...(monitors.length > 0 && (prometheus ?? stated.prometheus) === undefined ? { monitoring: { kind: 'none' } } : {}),
    ...(prometheus ? { prometheus } : {}),
    steps,
  };
  const { least, manifests, refused } = acceptable(metadata, whole);
  // An autoscaler that is not among the files decides the number of pods; stating one would undo what it does.
  const usualReplicas = source.field('spec', 'autoscalerRef').exists ? undefined : DEFAULT_REPLICAS;
  const takenAs = ({ kind, name }: Resource) => taken.objects.find((one) => one.kind === kind && one.name === name);
  // What is wanted: the Rollout as rendered, with this Deployment's pods, and the other objects as they are.
  const made = existing(manifests, own, parts, { ...stated, selectors, usualReplicas }).map((manifest) =>
    manifest.kind === 'Rollout' ? withRoutes(manifest, taken.objects) : (takenAs(manifest) ?? manifest),
  );
  const names = new Set(made.map(({ kind, name }) => `${kind} ${name}`));
  const router = ['VirtualService', 'HTTPRoute', 'Ingress'].find((kind) =>
    [...made, ...taken.objects].some((object) => object.kind === kind),
  );
  const rules =
    // Flagger splits requests already, so what applies to the Service of callers does not change.
    split === undefined || isSplit ? undefined : serviceRules(own, set.all, split, router === 'VirtualService');
  const ruleAs = ({ kind, name }: Resource) => rules?.changed.find((one) => one.kind === kind && one.name === name);
  const carried = own.filter(({ kind }) => !REPLACED.includes(kind));
  const around = carried
    .filter(({ kind, name }) => !names.has(`${kind} ${name}`))
    .map((object) => retargeted(takenAs(object) ?? ruleAs(object) ?? object, deployment));
  const ways = split && {
    ...{ split, taken: taken.objects, left: taken.left, all: set.all, ownerOf: set.ownerOf, workload: source },
    services: services.leadingTo(deployment),
  };
  const past = [...(ways ? bypasses(ways) : []), ...(rules?.foreign ?? [])];
  const from = candidates(parts, undefined, true).filter(({ path }) => TOLD.includes(path[0]));
  const wanted = [...made, ...around, ...(rules?.added ?? [])];
  const [rollout] = ofKind(made, 'Rollout');
  const replicas = { path: ['replicas'], values: [rollout.field('spec', 'replicas').value] };
  const routes = taken.objects.flatMap((object) => routeCandidates(wanted, object));
  const all = [...companionCandidates(around, deployment), ...routes, ...(rules?.candidates ?? []), ...from, replicas];
  const spec = fit(wanted, metadata, least, all, known);
  const stays = own
    .filter((object) => object === deployment || !REPLACED.includes(object.kind))
    .map((object) =>
      object === parts.service && stated.portName !== undefined ? keptService(object, object, stated.portName) : object,
    );
  const claims = claimRemarks(before ?? own, deployment);
  // A Flagger Canary judges HTTP requests.
  const isHttp = isSplit || [...taken.objects, ...taken.left].length > 0;
  const { service } = parts;
  const { port } = whole;
  const effects = effectsOf({
    ...set,
    own,
    deployment,
    source,
    service,
    split,
    router,
    monitors,
    made,
    rollout,
    port,
    isHttp,
    isSplit,
  });
  const byFlagger = isMapping(stated.rollout) && stated.rollout.progressDeadline !== undefined;
  return specFile(spec, {
    workload: source,
    objects: wanted,
    before: before ?? own,
    baseline: (before ?? own).map((object) =>
      object === deployment ? bareRollout(object) : retargeted(object, deployment),
    ),
    hasCookieValue: isMapping(stated.traffic) && stated.traffic.stickyCanary !== undefined,
    lost: (rendered) =>
      lost(stays, rendered, {
        deployment,
        replaced: byFlagger ? ['progressDeadlineSeconds', 'paused'] : [],
        adapted: taken.objects,
      }),
    notes: [...notes, ...refused, ...past, ...claims.dangerous, ...effects.dangerous],
    dangerous: [...refused, ...past, ...changed, ...claims.dangerous, ...effects.dangerous],
    changes: [
      ...taken.changes,
      ...(rules?.said ?? []),
      ...effects.said,
      ...(ways && !isSplit ? entrances(ways) : []),
      ...(prometheus === undefined || isSplit ? [] : [countedRequests(whole.portName)]),
      ...said,
      ...claims.said,
    ],
  });
}

/** The port of a Service, where an app states none. */
const DEFAULT_PORT = 80;

/** The ports and the name of the Service that callers use. */
function serviceOptions(parts: Parts, stated: Options): Options {
  const { workload, service } = parts;
  const { image, port } = required(parts, stated.port);
  const ports = additionalPortOptions(parts, port);
  const servicePort = service?.field('spec', 'ports', 0, 'port').number;
  const portName = portNameOf(containerOf(workload)!, service, port);
  return {
    image,
    port,
    ...(portName === undefined || portName === 'http' ? {} : { portName }),
    // Routes name the port that callers use.
    ...(servicePort === undefined || servicePort === DEFAULT_PORT ? {} : { servicePort }),
    // The Services of the versions need all ports that callers use.
    ...(ports.length > 0 ? { ports } : {}),
    ...(service === undefined || service.name === workload.name ? {} : { services: { root: service.name } }),
  };
}

/** The settings with which existing objects become part of an app. */
interface Existing {
  /** The name of the app's port. @default that of the Service's port */
  readonly portName?: unknown;
  readonly selectors: Selectors;
  /** The number of pods where the Deployment states none. */
  readonly usualReplicas: number | undefined;
}

/** The spec as rendered, together with the pods, the Service and the monitors that exist. */
function existing(
  manifests: readonly Resource[],
  own: readonly Resource[],
  { workload, service }: Parts,
  { portName, selectors, usualReplicas }: Existing,
): Resource[] {
  const isScaled = own.some((object) => scales(object, workload));
  const rollout = manifests.find(({ kind }) => kind === 'Rollout')!;
  const selector = keptSelector(workload, rollout);
  const root = service && manifests.find((one) => one.kind === 'Service' && one.name === service.name);
  const isMonitored = manifests.some(({ kind }) => kind === 'ServiceMonitor');
  const kept =
    service && root && keptService(service, root, portName, addedLabels(service, root, isMonitored, selectors));
  const stated = workload.field('spec', 'replicas').value;
  const made = withPods(rollout, workload, isScaled ? undefined : (stated ?? usualReplicas), selector);
  return manifests.map((manifest) => {
    switch (manifest.kind) {
      case 'Rollout':
        return made;
      case 'Service': {
        if (kept === undefined) return reaching(selecting(manifest, selector), containerOf(rollout), containerOf(made));
        const other = manifest.name === kept.name ? kept : versionService(manifest, kept, selector);
        return reaching(other, containerOf(rollout), containerOf(made));
      }
      case 'ServiceMonitor':
        return kept === undefined ? manifest : keptMonitor(manifest, kept, own);
      default:
        return manifest;
    }
  });
}

/**
 * The labels by which the Rollout and its Services select the pods, where those are not the rendered ones: the pods and
 * the selector stay as they are, so that nothing else selects them.
 */
function keptSelector(workload: Resource, rollout: Resource): Options | undefined {
  const pods = podLabels(workload).strings;
  const stated = workload.field('spec', 'selector');
  const rendered = rollout.field('spec', 'selector');
  const isRendered = stated.exists
    ? isSame(stated.value, rendered.value)
    : matchesMap(rendered.get('matchLabels').strings, pods);
  if (isRendered || Object.keys(pods).length === 0) return undefined;
  const labels = stated.get('matchLabels').strings;
  return Object.keys(labels).length > 0 ? labels : pods;
}

/** The labels that the Service of callers gets, so that the app's monitor selects it, and no other does. */
function addedLabels(service: Resource, root: Resource, isMonitored: boolean, selectors: Selectors): Options {
  const rendered = root.field('metadata', 'labels').strings;
  const stated = service.field('metadata', 'labels').strings;
  const anew = selectors.monitorsAnew(stated, { ...rendered, ...stated }, service.namespace);
  if (anew.length === 0) return rendered;
  return isMonitored ? { [OWN_LABEL]: service.name } : {};
}

/** A label that nothing else selects by. */
const OWN_LABEL = 'cdk8s-canary.dev/monitored';

/** A rendered Service that selects pods by other labels. */
function selecting(service: Resource, selector: Options | undefined): Resource {
  if (selector === undefined) return service;
  return remade(service, { ...service.manifest, spec: { ...without(service.field('spec')), selector } });
}

/** The steps of a Deployment that becomes a canary: two weights, each with an analysis, or with a manual approval. */
export function defaultSteps({ prometheus }: AdoptOptions): unknown[] {
  const judge = prometheus === undefined ? { pause: {} } : 'analysis';
  return [{ setWeight: 10 }, judge, { setWeight: 50 }, judge];
}

/** The number of pods of a Deployment that states none. */
const DEFAULT_REPLICAS = 1;

/** A Rollout with the Deployment's pods and without a canary. */
function bareRollout(deployment: Resource): Resource {
  const spec = { ...picked(deployment.field('spec'), 'replicas', 'selector', 'template'), strategy: { canary: {} } };
  return remade(deployment, { ...deployment.manifest, apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', spec });
}

function withTraffic(stated: Options, { traffic, strategy, ...options }: RouterOptions): Options {
  const merged = (option: string, more: Options) => ({ [option]: { ...(stated[option] as Options), ...more } });
  return {
    ...options,
    ...(traffic ? merged('traffic', traffic) : {}),
    ...(strategy ? merged('strategy', strategy) : {}),
  };
}

/** The Rollout refers to the existing routes: those of a VirtualService by their names, and others by their namespace. */
function withRoutes(rollout: Resource, taken: readonly Resource[]): Resource {
  const [virtualService] = ofKind(taken, 'VirtualService');
  const [httpRoute] = ofKind(taken, 'HTTPRoute');
  const canary = rollout.field('spec', 'strategy', 'canary');
  const istio = canary.get('trafficRouting', 'istio');
  const plugins = canary.get('trafficRouting', 'plugins');
  if (httpRoute !== undefined) return withRouting(rollout, { plugins: routesIn(httpRoute.namespace, plugins) });
  if (virtualService === undefined || !istio.exists) return rollout;
  const routes = virtualService
    .field('spec', 'http')
    .items()
    .filter((route) => route.get('route').items().length > 1)
    .map((route) => route.get('name').value);
  const named = (one: Field) =>
    one.get('name').string?.split('.')[0] === virtualService.name ? { ...without(one), routes } : one.value;
  const several = istio.get('virtualServices');
  const references = several.exists
    ? { virtualServices: several.items().map(named) }
    : { virtualService: named(istio.get('virtualService')) };
  return withRouting(rollout, { istio: { ...without(istio), ...references } });
}

/** The settings of the plugin for the Gateway API, with the namespace of its routes. */
function routesIn(namespace: string | undefined, plugins: Field): Options {
  const settings = plugins.get(GATEWAY_API);
  return { ...without(plugins), [GATEWAY_API]: { ...without(settings), ...(namespace ? { namespace } : {}) } };
}

function withRouting(rollout: Resource, changed: Options): Resource {
  const canary = rollout.field('spec', 'strategy', 'canary');
  const trafficRouting = { ...without(canary.get('trafficRouting')), ...changed };
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
  // What is wrong with all of it; what is wrong with less may follow from what is left out.
  let wrong: readonly string[] = [];
  let least = stated;
  for (const part of ['', 'backgroundChecks', 'traffic', 'strategy', 'rollout', 'steps']) {
    if (part !== '' && least[part] === undefined) continue;
    const { [part]: left, ...rest } = least;
    const { measuring: _, ...unmeasured } = rest;
    const others = rest.checks === undefined && rest.backgroundChecks === undefined ? unmeasured : rest;
    const { manifests, problems } = synthesized(metadata, part === '' ? least : others);
    if (manifests !== undefined) {
      if (part === '') return { least, manifests, refused };
      const why = bare(synthesized(metadata, least).problems[0]);
      return { least: others, manifests, refused: [...refused, `\`${part}\` is not carried over: ${why}`] };
    }
    if (part === '') wrong = problems.map(bare);
    else least = others;
    if (part === 'steps') break;
    if (left !== undefined) refused.push(`\`${part}\` is not carried over (${JSON.stringify(left).slice(0, 200)})`);
  }
  throw new RefusedError(wrong.join('; '));
}
