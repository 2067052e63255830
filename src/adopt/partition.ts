import { Json, isPlain } from './manifests';

/**
 * Which objects belong to which workload: by selectors, by references from one to the other, and by name. Each object
 * belongs to one; what no workload uses belongs to the first of its namespace, so that nothing is lost.
 */
export function partition(objects: readonly Json[], workloads: readonly Json[]): Map<Json, Json[]> {
  const owners = new Map<Json, Json>(workloads.map((workload) => [workload, workload]));
  const others = objects.filter((object) => !workloads.includes(object));
  if (workloads.length === 1) for (const object of others) owners.set(object, workloads[0]);
  const passes: ((object: Json, workload: Json) => boolean)[] = [
    selects,
    (object, workload) => refersTo(workload, object.metadata?.name) || isTarget(object, workload),
    (object, workload) => ownedOf(owners, workload).some((own) => isCalledBy(own, object)),
    (object, workload) => ownedOf(owners, workload).some((own) => refersTo(own, object.metadata?.name)),
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

const ownedOf = (owners: ReadonlyMap<Json, Json>, workload: Json) =>
  [...owners].filter(([, owner]) => owner === workload).map(([object]) => object as Json);

function isNear({ metadata }: Json, workload: Json): boolean {
  return metadata?.namespace === undefined || metadata.namespace === workload.metadata.namespace;
}

/** Whether an object selects the pods of a workload. */
function selects({ kind, spec }: Json, workload: Json): boolean {
  if (!['Service', 'PodDisruptionBudget', 'NetworkPolicy', 'AuthorizationPolicy', 'PodMonitor'].includes(kind))
    return false;
  const found = spec?.selector ?? spec?.podSelector;
  const selector = Object.entries(found?.matchLabels ?? (kind === 'Service' ? (found ?? {}) : {}));
  const labels = workload.spec?.template?.metadata?.labels ?? {};
  return selector.length > 0 && selector.every(([name, value]) => labels[name] === value);
}

function isTarget({ spec }: Json, { metadata }: Json): boolean {
  return [spec?.scaleTargetRef?.name, spec?.targetRef?.name].includes(metadata.name);
}

/** Whether an object sends requests to a Service: as a host, a backend, or by the labels that a monitor selects. */
function isCalledBy(service: Json, object: Json): boolean {
  if (service.kind !== 'Service') return false;
  if (object.kind === 'ServiceMonitor') {
    const selector = Object.entries(object.spec?.selector?.matchLabels ?? {});
    return selector.length > 0 && selector.every(([name, value]) => service.metadata.labels?.[name] === value);
  }
  return refersTo(object, service.metadata.name);
}

/** Whether some text in an object is a name, or a host that begins with it. */
function refersTo(object: Json, name: string | undefined): boolean {
  if (name === undefined) return false;
  const visit = (value: Json): boolean => {
    if (typeof value === 'string') return value === name || value.startsWith(`${name}.`) || value.endsWith(`/${name}`);
    if (Array.isArray(value)) return value.some(visit);
    return isPlain(value) && Object.values(value).some(visit);
  };
  return visit(object.spec) || visit(object.rules);
}

/** The workload whose name an object's name begins with; of several the longest. */
function byName({ metadata }: Json, workloads: readonly Json[]): Json | undefined {
  const found = workloads.filter((one) => `${metadata?.name}-`.startsWith(`${one.metadata.name}-`));
  return found.sort((a, b) => b.metadata.name.length - a.metadata.name.length)[0];
}
