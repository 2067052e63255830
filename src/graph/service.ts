import { type Graph, memoizeOnGraph } from './graph';
import type { Field, Resource } from './resource';
import { rollouts } from './rollout';
import type { Labels } from './selector';
import { type ContainerPort, containerPorts, selectedBy, type Workload } from './workload';

/** The label by which the controller tells versions apart. It adds it to the selectors of the Services it manages. */
export const HASH_LABEL = 'rollouts-pod-template-hash';

/** A Service, its ports, and the workloads whose pods it selects. */
export interface Service {
  readonly resource: Resource;
  readonly labels: Labels;
  /** Without the controller's hash, which is not known before the rollout. */
  readonly selector: Labels;
  readonly ports: readonly ServicePort[];
  readonly workloads: readonly Workload[];
}

/** A port of a Service. */
export interface ServicePort {
  readonly field: Field;
  readonly name: string | undefined;
  readonly number: number | undefined;
  /** What stands as targetPort, or the port's number, which is its default. */
  readonly target: string | number | undefined;
  readonly protocol: string;
}

/** All Services of the core group. */
export const services = memoizeOnGraph((graph): readonly Service[] =>
  graph.ofKind('Service', '').map((resource) => {
    const { [HASH_LABEL]: _hash, ...selector } = resource.field('spec', 'selector').strings;
    return {
      resource,
      labels: resource.field('metadata', 'labels').strings,
      selector,
      ports: resource.field('spec', 'ports').items().map(servicePort),
      workloads: graph.nearestOfEach(
        Object.keys(selector).length > 0
          ? selectedBy(graph, selector, resource.namespace)
          : (managedBy(graph).get(resource) ?? []),
        resource,
      ),
    };
  }),
);

/** The controller puts its hash into the selector of each Service that a Rollout names, also of one that has none. */
const managedBy = memoizeOnGraph((graph) => {
  const found = new Map<Resource, Workload[]>();
  for (const { services: named, workload } of rollouts(graph)) {
    for (const target of new Set(Object.values(named).flatMap((reference) => reference?.target ?? []))) {
      found.set(target, [...(found.get(target) ?? []), workload]);
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

/** The container port that a Service's port reaches in a workload. A number needs no declaration to be reached. */
export function targetOf(port: ServicePort, workload: Workload): ContainerPort | undefined {
  return containerPorts(workload).find(({ name, number }) =>
    typeof port.target === 'string' ? name === port.target : number === port.target,
  );
}
