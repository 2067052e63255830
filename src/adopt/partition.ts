import { isMapping, matchesMap, type Resource } from '../graph';
import { podLabels } from './manifests';

/**
 * Divides objects among workloads: by selectors, by references, and by name. Each object belongs to one workload; an
 * object that no workload uses belongs to the first one of its namespace, so that nothing is lost.
 */
export function partition(
  objects: readonly Resource[],
  workloads: readonly Resource[],
): ReadonlyMap<Resource, readonly Resource[]> {
  const owners = new Map<Resource, Resource>(workloads.map((workload) => [workload, workload]));
  const others = objects.filter((object) => !workloads.includes(object));
  if (workloads.length === 1) for (const object of others) owners.set(object, workloads[0]);
  const passes: ((object: Resource, workload: Resource) => boolean)[] = [
    selects,
    (object, workload) => refersTo(workload, object.name) || isTarget(object, workload),
    (object, workload) => ownedOf(owners, workload).some((own) => isCalledBy(own, object)),
    (object, workload) => ownedOf(owners, workload).some((own) => refersTo(own, object.name)),
  ];
  for (const matches of passes) {
    for (const object of others) {
      if (owners.has(object)) continue;
      const owner = workloads.find((workload) => isNear(object, workload) && matches(object, workload));
      if (owner !== undefined) owners.set(object, owner);
    }
  }
  for (const object of others) {
    if (owners.has(object)) continue;
    const near = workloads.filter((workload) => isNear(object, workload));
    owners.set(object, byName(object, near) ?? near[0] ?? workloads[0]);
  }
  return new Map(workloads.map((workload) => [workload, objects.filter((object) => owners.get(object) === workload)]));
}

const ownedOf = (owners: ReadonlyMap<Resource, Resource>, workload: Resource) =>
  [...owners].filter(([, owner]) => owner === workload).map(([object]) => object);

function isNear({ namespace }: Resource, workload: Resource): boolean {
  return namespace === undefined || namespace === workload.namespace;
}

/** Whether an object selects the pods of a workload. */
function selects(object: Resource, workload: Resource): boolean {
  const { kind } = object;
  const kinds = ['Service', 'PodDisruptionBudget', 'NetworkPolicy', 'AuthorizationPolicy', 'PodMonitor'];
  if (!kinds.includes(kind)) return false;
  const field = object.field('spec', object.field('spec', 'selector').exists ? 'selector' : 'podSelector');
  const labels = kind === 'Service' && !field.get('matchLabels').exists ? field : field.get('matchLabels');
  return matchesMap(labels.strings, podLabels(workload).strings);
}

function isTarget(object: Resource, { name }: Resource): boolean {
  const targets = ['scaleTargetRef', 'targetRef'].map((field) => object.field('spec', field, 'name').string);
  return targets.includes(name);
}

/** Whether an object sends requests to a Service: as a host, a backend, or by the labels that a monitor selects. */
function isCalledBy(service: Resource, object: Resource): boolean {
  if (service.kind !== 'Service') return false;
  if (object.kind === 'ServiceMonitor') {
    const labels = service.field('metadata', 'labels').strings;
    return matchesMap(object.field('spec', 'selector', 'matchLabels').strings, labels);
  }
  return refersTo(object, service.name);
}

/** Whether a text in an object is a name, or a host that begins with it. */
function refersTo({ manifest }: Resource, name: string): boolean {
  if (name === '') return false;
  const visit = (value: unknown): boolean => {
    if (typeof value === 'string') return value === name || value.startsWith(`${name}.`) || value.endsWith(`/${name}`);
    if (Array.isArray(value)) return value.some(visit);
    return isMapping(value) && Object.values(value).some(visit);
  };
  return visit(manifest.spec) || visit(manifest.rules);
}

/** The workload whose name an object's name begins with; the longest of several. */
function byName({ name }: Resource, workloads: readonly Resource[]): Resource | undefined {
  const found = workloads.filter((one) => `${name}-`.startsWith(`${one.name}-`));
  return found.sort((a, b) => b.name.length - a.name.length)[0];
}
