import { type Field, type Graph, type Resource } from '../graph';
import { objectsIn, ofKind, podLabels } from './manifests';
import { missedDeployment, missedPrimary, missedRequests } from './missed-queries';
import { namedByKind, namedPrimary } from './named-workload';
import { meshRemarks, scrapeRemarks } from './opt-outs';
import { protocolRemarks } from './port-protocols';
import type { References } from './references';
import { Scope } from './scope';
import type { Selectors } from './selected-anew';
import { type SplitServices, stableVersion } from './split-services';

/** A Deployment, the objects around it, and the objects of the app that is made of them. */
export interface Adopted {
  readonly graph: Graph;
  readonly selectors: Selectors;
  readonly references: References;
  /** All objects of the set. */
  readonly all: readonly Resource[];
  /** The workload with which an object is carried over. */
  readonly ownerOf: (object: Resource) => Resource | undefined;
  /** The objects around the Deployment. */
  readonly own: readonly Resource[];
  readonly deployment: Resource;
  /** The adopted object: the Deployment itself, or a Flagger Canary. */
  readonly source: Resource;
  /** The Service of callers. Undefined if there is none. */
  readonly service: Resource | undefined;
  /** The Services between which requests will be split. Undefined if there is no Service. */
  readonly split: SplitServices | undefined;
  /** The kind of the route that splits the requests. Undefined if none does. */
  readonly router: string | undefined;
  /** The monitors that scrape the pods already. */
  readonly monitors: readonly Resource[];
  /** The objects of the app, as they are wanted. */
  readonly made: readonly Resource[];
  readonly rollout: Resource;
  /** The port of the app's container. */
  readonly port: unknown;
  /** Whether the manifests route HTTP requests to the Service. */
  readonly isHttp: boolean;
  /** Whether Flagger splits the requests already, so that neither the router nor the mesh is new. */
  readonly isSplit: boolean;
}

/** The changes that adopting makes, apart from lost fields. */
export interface Effects {
  /** Usual changes, one sentence each. */
  readonly said: readonly string[];
  /** What changes the behaviour of something that the manifests state, one sentence each. */
  readonly dangerous: readonly string[];
}

/** What a Deployment's Rollout does that the Deployment did not: requests, meshes, scrapes, selectors and protocols. */
export function effectsOf(adopted: Adopted): Effects {
  const { graph, own, deployment, service, monitors, made, rollout, port, isHttp, isSplit } = adopted;
  const isThere = ({ kind, name }: Resource) => own.some((one) => one.kind === kind && one.name === name);
  const routes = made.filter(({ kind }) => ['VirtualService', 'HTTPRoute'].includes(kind));
  const isSplitByIstio = routes.some(({ kind }) => kind === 'VirtualService');
  const { said: joins, dangerous: contradicted } = meshRemarks(graph, deployment, rollout, isSplitByIstio);
  const root = service ?? made.find(({ kind, name }) => kind === 'Service' && name === deployment.name);
  const called = root && made.find(({ kind, name }) => kind === 'Service' && name === root.name);
  const protocols =
    called === undefined || !isSplitByIstio
      ? { said: [], dangerous: [] }
      : protocolRemarks(service, called, deployment, port, isHttp);
  // Pods of another protocol get nothing of the mesh but a proxy between them and their callers.
  const isForeign = protocols.dangerous.length > 0;
  const added = made.filter((object) => !isThere(object));
  const addedMonitors = ofKind(added, 'ServiceMonitor');
  return {
    said: [
      ...startingReplicas(deployment, rollout, isSplit),
      ...anotherContainer(service, deployment),
      ...(isSplit ? [] : routedAnew(routes, routes.some(isThere))),
      ...(isSplit || isForeign ? [] : joins),
      ...monitoredTwice(monitors, addedMonitors),
      ...protocols.said,
    ],
    dangerous: [
      ...contradicted,
      ...protocols.dangerous,
      ...(isForeign ? joins : []),
      ...scrapeRemarks(deployment, rollout, addedMonitors),
      ...selectedAnew(adopted),
      ...monitoredAnew(adopted, ofKind(added, 'Service')),
      ...notFound(adopted),
    ],
  };
}

/** Objects and queries that name what is no longer there, or no longer gets the requests. */
function notFound({ all, references, own, ownerOf, deployment, source, split, router, isSplit }: Adopted): string[] {
  const scope = new Scope(own, source, ownerOf);
  const version = isSplit ? stableVersion(source, deployment, split) : undefined;
  return [
    ...(split === undefined || isSplit ? [] : missedRequests(references, split, router, scope)),
    ...(version === undefined
      ? []
      : [...missedPrimary(references, deployment, version, scope), ...namedPrimary(all, deployment, version, scope)]),
    ...missedDeployment(references, deployment, scope),
    ...namedByKind(references, deployment, scope),
  ];
}

/** The number of pods with which a Rollout begins, if it is not what the Deployment states. */
function startingReplicas(deployment: Resource, rollout: Resource, isOfFlagger: boolean): string[] {
  const stated = rollout.field('spec', 'replicas');
  if (!stated.exists) {
    // Flagger runs the pods of another Deployment.
    if (isOfFlagger) return [];
    return [
      `Rollout ${rollout.name} states no replicas, because an autoscaler decides, so it starts with one pod; keep Deployment ${deployment.name} until the autoscaler has added more`,
    ];
  }
  if (deployment.field('spec', 'replicas').exists) return [];
  return [
    `Deployment ${deployment.name} states no replicas, so that the Rollout has ${String(stated.value)}, the default of Kubernetes; if an autoscaler that is not among the files scales it, leave \`replicas\` out`,
  ];
}

/** A container that serves the requests, if it is not the first one of the pod, which is that of the app. */
function anotherContainer(service: Resource | undefined, deployment: Resource): string[] {
  const port = service?.field('spec', 'ports', 0);
  const target = port?.get('targetPort').value ?? port?.get('port').value;
  const [first, ...others] = objectsIn(deployment.field('spec', 'template', 'spec', 'containers'));
  const has = (container: Field) =>
    objectsIn(container.get('ports')).some((one) =>
      [one.get('name').value, one.get('containerPort').value].includes(target),
    );
  const serving = others.find(has);
  if (serving === undefined || target === undefined || has(first)) return [];
  const [app, name] = [first, serving].map((container) => String(container.get('name').value));
  return [
    `\`image\`, \`port\` and \`container\` are those of ${app}, the first container, but Service ${service!.name} leads to ${name}, whose image is in \`rollout.containers\` or a patch; to change that, put ${name} first in the Deployment`,
  ];
}

/** The router of a Deployment that had none. */
function routedAnew(routes: readonly Resource[], isThere: boolean): string[] {
  if (routes.length === 0 || isThere) return [];
  const names = routes.map(({ kind, name }) => `${kind} ${name}`).join(' and ');
  const router = routes[0].kind === 'HTTPRoute' ? 'the Gateway API' : 'Istio';
  return [`${names} split${routes.length === 1 ? 's' : ''} the requests, by ${router}`];
}

function monitoredTwice(monitors: readonly Resource[], [added]: readonly Resource[]): string[] {
  if (added === undefined || monitors.length === 0) return [];
  const names = monitors.map(({ kind, name }) => `${kind} ${name}`).join(' and ');
  return [`ServiceMonitor ${added.name} scrapes the pods for the analyses, in addition to ${names}`];
}

/** Objects that did not select the pods before. */
function selectedAnew({ selectors, deployment, rollout }: Adopted): string[] {
  const [before, after] = [deployment, rollout].map((workload) => podLabels(workload).strings);
  const added = Object.entries(after).filter(([label, value]) => before[label] !== value);
  const labels = added.map(([label, value]) => `${label}=${value}`).join(', ');
  return selectors
    .anew(before, after, deployment.namespace)
    .map(
      ({ kind, name }) =>
        `${kind} ${name} selects the pods of ${deployment.name} from now on, by the labels that adopting adds (${labels}); let it select by other labels`,
    );
}

/** Monitors that select the Services that are added, and so scrape the pods once more. */
function monitoredAnew({ selectors, deployment }: Adopted, added: readonly Resource[]): string[] {
  const found = new Map<string, string[]>();
  for (const service of added) {
    for (const { kind, name } of selectors.monitorsOf(service)) {
      found.set(`${kind} ${name}`, [...(found.get(`${kind} ${name}`) ?? []), service.name]);
    }
  }
  return [...found].map(
    ([monitor, services]) =>
      `${monitor} also selects Service ${services.join(' and ')}, which adopting adds, so that it scrapes the pods of ${deployment.name} through each of them; let it select by labels that only one has`,
  );
}
