import { memoizeByObject } from '../formats/memoize';
import { withoutRoom } from '../formats/without-room';
import { type Graph, memoizeOnGraph, sameNamespace } from './graph';
import { type Reference, referenceFrom } from './reference';
import type { Field, Resource } from './resource';
import { type Labels, matchesMap, matchesSelector } from './selector';

/** A resource that creates pods, and its pods. */
export interface Workload {
  readonly resource: Resource;
  /** The pod template. For a Rollout with a workloadRef, that of the referenced workload. */
  readonly template: Field;
  /** For a Rollout, the referenced workload. */
  readonly workloadRef?: Reference;
  /** Undefined if the template is outside the given set, because of a workloadRef. */
  readonly labels: Labels | undefined;
}

/** A port of a container. */
export interface ContainerPort {
  readonly field: Field;
  readonly name: string | undefined;
  readonly number: number | undefined;
  readonly protocol: string;
}

const TEMPLATES: { readonly [kind: string]: readonly string[] } = {
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  DeploymentConfig: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  PodTemplate: ['template'],
  Pod: [],
};

/**
 * Everything that creates pods, Rollouts included, and an Experiment once for each of its templates. A Deployment whose
 * template a Rollout uses is listed too.
 */
export const workloads = memoizeOnGraph((graph): readonly Workload[] => {
  const found: Workload[] = graph.ofKind('Rollout', 'argoproj.io').map((resource) => rolloutWorkload(graph, resource));
  for (const [kind, path] of Object.entries(TEMPLATES)) {
    for (const resource of graph.ofKind(kind)) {
      const template = resource.field(...path);
      found.push({ resource, template, labels: template.get('metadata', 'labels').strings });
    }
  }
  for (const resource of graph.ofKind('Experiment', 'argoproj.io')) {
    for (const one of resource.field('spec', 'templates').items()) {
      const template = one.get('template');
      found.push({ resource, template, labels: template.get('metadata', 'labels').strings });
    }
  }
  return found;
});

function rolloutWorkload(graph: Graph, resource: Resource): Workload {
  const own = resource.field('spec', 'template');
  const ref = resource.field('spec', 'workloadRef');
  const workloadRef = ref.exists
    ? referenceFrom(graph, ref.get('name'), ref.get('kind').string ?? 'Deployment', { namespace: resource.namespace })
    : undefined;
  if (!ref.exists) return { resource, template: own, labels: own.get('metadata', 'labels').strings };
  const target = workloadRef?.target;
  const template = target?.field(...(TEMPLATES[target.kind] ?? ['spec', 'template'])) ?? own;
  return { resource, template, workloadRef, labels: target && template.get('metadata', 'labels').strings };
}

/** The workload of a resource, if it creates pods. */
export function workloadOf(graph: Graph, resource: Resource): Workload | undefined {
  return byResource(graph).get(resource);
}

const byResource = memoizeOnGraph(
  (graph) => new Map(workloads(graph).map((workload) => [workload.resource, workload])),
);

/** The ports that the containers of a workload declare, including init containers that keep running (sidecars). */
export const containerPorts = memoizeByObject(({ template }: Workload): readonly ContainerPort[] => {
  const spec = template.get('spec');
  const sidecars = spec
    .get('initContainers')
    .items()
    .filter((one) => one.get('restartPolicy').string === 'Always');
  return [...spec.get('containers').items(), ...sidecars].flatMap((container) =>
    container
      .get('ports')
      .items()
      .map((field) => ({
        field,
        name: field.get('name').string,
        number: field.get('containerPort').number,
        protocol: field.get('protocol').string ?? 'TCP',
      })),
  );
});

/** Indexed by one label and namespace, so that a thousand selectors over a thousand workloads stay linear. */
const byLabel = memoizeOnGraph((graph) => {
  const index = new Map<string, Workload[]>();
  const add = (key: string, workload: Workload): void => {
    const list = index.get(key);
    if (list) list.push(workload);
    else index.set(key, [workload]);
  };
  for (const workload of workloads(graph)) {
    for (const [key, value] of Object.entries(workload.labels ?? {})) {
      add(`${workload.resource.namespace ?? ''} ${key}=${value}`, workload);
      add(`* ${key}=${value}`, workload);
    }
  }
  return index;
});

const NO_WORKLOADS: readonly Workload[] = [];

/**
 * The workloads in a namespace that have the rarest of the labels, because labels of the team or the chart are on all
 * of them.
 */
function labelled(graph: Graph, namespace: string | undefined, labels: Labels): readonly Workload[] {
  const index = byLabel(graph);
  let fewest: readonly (readonly Workload[])[] = [];
  let least = Infinity;
  for (const [key, value] of Object.entries(labels)) {
    const of = (where: string): readonly Workload[] => index.get(`${where} ${key}=${value}`) ?? NO_WORKLOADS;
    const lists = namespace === undefined ? [of('*')] : [of(namespace), of('')];
    const size = lists.reduce((sum, list) => sum + list.length, 0);
    if (size < least) [fewest, least] = [lists, size];
  }
  return fewest.flat();
}

/** The workloads whose pods a plain selector (a Service's, a PeerAuthentication's) selects in a namespace. */
export function selectedBy(graph: Graph, selector: Labels, namespace: string | undefined): readonly Workload[] {
  return withoutRoom(labelled(graph, namespace, selector).filter(({ labels }) => matchesMap(selector, labels ?? {})));
}

/** The workloads whose pods a LabelSelector selects in a namespace. An empty selector selects all. */
export function selectedByExpression(
  graph: Graph,
  selector: Field,
  namespace: string | undefined,
): readonly Workload[] {
  const matchLabels = selector.get('matchLabels').strings;
  const candidates =
    Object.keys(matchLabels).length > 0
      ? labelled(graph, namespace, matchLabels)
      : workloads(graph).filter(({ resource }) => sameNamespace(resource.namespace, namespace));
  return withoutRoom(candidates.filter(({ labels }) => labels !== undefined && matchesSelector(selector, labels)));
}
