import { containerPorts, type Graph, type Resource, type Service, services, type Workload } from '../graph';

/** Workloads whose pods come and go: requests that reach them are no part of what a Service is for. */
const SHORT_LIVED = ['Job', 'CronJob', 'PodTemplate', 'Experiment'];

/** The Services of a set that send requests to the pods of several workloads. */
export class SharedServices {
  private byWorkload: ReadonlyMap<Resource, readonly Service[]> | undefined;

  constructor(private readonly graph: Graph) {}

  /** The Services that lead to the pods of a workload and of others. */
  public of(workload: Resource): readonly Resource[] {
    return this.leadingTo(workload)
      .filter((service) => othersBehind(service, workload).length > 0)
      .map(({ resource }) => resource);
  }

  /**
   * Why the requests to a workload must not be split between its versions: all its Services lead to other workloads too,
   * which would get no requests any more. Undefined if it has a Service of its own, or none.
   */
  public reasonAgainst(workload: Resource): string | undefined {
    const found = this.leadingTo(workload);
    if (found.length === 0) return undefined;
    const others = found.map((service) => othersBehind(service, workload));
    if (others.some((one) => one.length === 0)) return undefined;
    const names = others[0].map(({ kind, name }) => `${kind} ${name}`).join(' and ');
    return `Service ${found[0].resource.name} also leads to ${names}, which would get no requests once they are split between the versions of ${workload.name}; give ${workload.name} a Service that selects no other pods, or keep the Deployment`;
  }

  /** The Services that send requests to the pods of a workload. */
  public leadingTo(workload: Resource): readonly Service[] {
    this.byWorkload ??= byWorkload(services(this.graph));
    return this.byWorkload.get(workload) ?? [];
  }
}

function byWorkload(all: readonly Service[]): ReadonlyMap<Resource, readonly Service[]> {
  const found = new Map<Resource, Service[]>();
  for (const service of all) {
    for (const workload of service.workloads.filter((one) => isReached(service, one))) {
      const list = found.get(workload.resource);
      if (list) list.push(service);
      else found.set(workload.resource, [service]);
    }
  }
  return found;
}

/** The pods of a ReplicaSet that a Deployment owns are those of the Deployment. */
function othersBehind(service: Service, workload: Resource): readonly Resource[] {
  return service.workloads
    .filter(({ resource }) => resource !== workload && !SHORT_LIVED.includes(resource.kind))
    .filter((one) => !one.resource.field('metadata', 'ownerReferences').exists && isReached(service, one))
    .map(({ resource }) => resource);
}

/** Whether a Service sends requests to the pods: those that lack a port of its name are no endpoints. */
function isReached({ ports }: Service, workload: Workload): boolean {
  return ports.some(
    ({ target }) => typeof target !== 'string' || containerPorts(workload).some(({ name }) => name === target),
  );
}
