import { append } from '../formats/append';
import { type Graph, memoizeOnGraph } from './graph';
import type { Field, Resource } from './resource';
import { rollouts } from './rollout';
import type { Labels } from './selector';
import { type ContainerPort, containerPorts, selectedBy, type Workload } from './workload';

/** The label with which the controller distinguishes versions. It adds it to the selectors of the Services it manages. */
export const HASH_LABEL = 'rollouts-pod-template-hash';

/** A Service, its ports, and the workloads whose pods it selects. They are looked up when they are first asked for. */
export class Service {
  readonly labels: Labels;
  private ofSelector: Labels | undefined;
  private ofPorts: readonly ServicePort[] | undefined;
  private ofWorkloads: readonly Workload[] | undefined;

  constructor(
    private readonly graph: Graph,
    readonly resource: Resource,
  ) {
    this.labels = resource.field('metadata', 'labels').strings;
    this.ofSelector = undefined;
    this.ofPorts = undefined;
    this.ofWorkloads = undefined;
  }

  /** Without the controller's hash, which is not known before the rollout. */
  get selector(): Labels {
    return (this.ofSelector ??= withoutHash(this.resource.field('spec', 'selector').strings));
  }

  get ports(): readonly ServicePort[] {
    return (this.ofPorts ??= this.resource.field('spec', 'ports').items().map(servicePort));
  }

  get workloads(): readonly Workload[] {
    return (this.ofWorkloads ??= this.graph.nearestOfEach(
      Object.keys(this.selector).length > 0
        ? sharedSelection(this.graph, this.selector, this.resource.namespace)
        : (managedBy(this.graph).get(this.resource) ?? []),
      this.resource,
    ));
  }
}

const withoutHash = ({ [HASH_LABEL]: _hash, ...labels }: Labels): Labels => labels;

/** A port of a Service. */
export interface ServicePort {
  readonly field: Field;
  readonly name: string | undefined;
  readonly number: number | undefined;
  /** The `targetPort`. Default: the number of the port. */
  readonly target: string | number | undefined;
  readonly protocol: string;
}

/** All Services of the core group. */
export const services = memoizeOnGraph((graph): readonly Service[] =>
  graph.ofKind('Service', '').map((resource) => new Service(graph, resource)),
);

/** Services with the same selector share the list of selected workloads. */
function sharedSelection(graph: Graph, selector: Labels, namespace: string | undefined): readonly Workload[] {
  const selections = selectionsOf(graph);
  const key = JSON.stringify([namespace ?? null, Object.entries(selector).sort()]);
  let found = selections.get(key);
  if (found === undefined) selections.set(key, (found = selectedBy(graph, selector, namespace)));
  return found;
}

const selectionsOf = memoizeOnGraph(() => new Map<string, readonly Workload[]>());

/** The controller adds its hash to the selector of each Service that a Rollout names, also to an empty one. */
const managedBy = memoizeOnGraph((graph) => {
  const found = new Map<Resource, Workload[]>();
  for (const { services: named, workload } of rollouts(graph)) {
    for (const target of new Set(Object.values(named).flatMap((reference) => reference?.target ?? []))) {
      const list = found.get(target);
      if (list) list.push(workload);
      else found.set(target, [workload]);
    }
  }
  return found;
});

function servicePort(field: Field): ServicePort {
  const number = field.get('port').number;
  const target = field.get('targetPort');
  return {
    field,
    name: field.get('name').string,
    number,
    target: target.string ?? target.number ?? number,
    protocol: field.get('protocol').string ?? 'TCP',
  };
}

const byResource = memoizeOnGraph((graph) => new Map(services(graph).map((service) => [service.resource, service])));

/** The Service of a resource, if it is one. */
export function serviceOf(graph: Graph, resource: Resource | undefined): Service | undefined {
  return resource && byResource(graph).get(resource);
}

const bySelected = memoizeOnGraph((graph) => {
  const found = new Map<Resource, Service[]>();
  for (const service of services(graph)) {
    for (const { resource } of service.workloads) append(found, resource, service);
  }
  return found;
});

/** The Services that select the pods of a workload, the controller's hash left aside. */
export const servicesSelecting = (graph: Graph, workload: Resource): readonly Service[] =>
  bySelected(graph).get(workload) ?? [];

/** The container port that a port of a Service targets in a workload. A number works without a declaration. */
export function targetOf(port: ServicePort, workload: Workload): ContainerPort | undefined {
  return containerPorts(workload).find(({ name, number }) =>
    typeof port.target === 'string' ? name === port.target : number === port.target,
  );
}
