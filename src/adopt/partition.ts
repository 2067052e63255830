import { isMapping, matchesMap, matchesSelector, type Resource } from '../graph';
import { isHostIn, leadsTo } from './existing-routes';
import { podLabels } from './manifests';
import { selectsIn } from './selected-anew';

/**
 * Divides objects among workloads: by selectors, by references, and by name. Each object belongs to one workload; an
 * object that no workload uses belongs to the first one of its namespace that is adopted, so that nothing is lost.
 */
export function partition(
  objects: readonly Resource[],
  workloads: readonly Resource[],
  isAdopted: (workload: Resource) => boolean = () => true,
): ReadonlyMap<Resource, readonly Resource[]> {
  const parts = new Map<Resource, Resource[]>(workloads.map((workload) => [workload, [workload]]));
  const owned = new Set<Resource>(workloads);
  const own = (object: Resource, workload: Resource) => {
    parts.get(workload)!.push(object);
    owned.add(object);
  };
  const others = objects.filter((object) => !owned.has(object));
  if (workloads.length === 1) for (const object of others) own(object, workloads[0]);
  const traits = new Map(objects.map((object) => [object, new Traits(object)]));
  const of = (object: Resource) => traits.get(object)!;
  const some = (workload: Resource, matches: (one: Traits) => boolean) =>
    parts.get(workload)!.some((one) => matches(of(one)));
  const passes: ((object: Resource, workload: Resource) => boolean)[] = [
    (object, workload) => matchesMap(of(object).selector, of(workload).podLabels),
    // An object that names its workload belongs to it, even if another workload has a text that is its name.
    (object, workload) => of(object).targets.includes(workload.name),
    (object, workload) => of(workload).names.has(object.name),
    (object, workload) => some(workload, (one) => of(object).calls(one)),
    (object, workload) => some(workload, (one) => one.names.has(object.name)),
  ];
  for (const matches of passes) {
    for (const object of others) {
      if (owned.has(object)) continue;
      const owner = workloads.find((workload) => isNear(object, workload) && matches(object, workload));
      if (owner !== undefined) own(object, owner);
    }
  }
  for (const object of others) {
    if (owned.has(object)) continue;
    const called = workloads.find((workload) => parts.get(workload)!.some((one) => reaches(object, one)));
    if (called !== undefined) {
      own(object, called);
      continue;
    }
    const near = workloads.filter((workload) => isNear(object, workload));
    own(object, byName(object, near) ?? near.find(isAdopted) ?? near[0] ?? workloads[0]);
  }
  const order = new Map(objects.map((object, i) => [object, i]));
  for (const part of parts.values()) part.sort((a, b) => order.get(a)! - order.get(b)!);
  return parts;
}

function isNear({ namespace }: Resource, workload: Resource): boolean {
  return namespace === undefined || namespace === workload.namespace;
}

/** Whether an object of another namespace is for a Service: a route to it, a rule for its host, or its monitor. */
function reaches(object: Resource, service: Resource): boolean {
  if (service.kind !== 'Service' || object.namespace === undefined) return false;
  if (object.kind === 'DestinationRule') return isHostIn(object, object.field('spec', 'host').value, service);
  if (object.kind !== 'ServiceMonitor') return leadsTo(object, service);
  const labels = service.field('metadata', 'labels').strings;
  return selectsIn(object, service.namespace) && matchesSelector(object.field('spec', 'selector'), labels);
}

const SELECTING = ['Service', 'PodDisruptionBudget', 'NetworkPolicy', 'AuthorizationPolicy', 'PodMonitor'];

/** Facts of an object, each read once: an object is compared with many others. */
class Traits {
  /** The labels of the pods that it selects; none if it selects no pods. */
  public readonly selector: Labels;
  /** The labels of its pods. */
  public readonly podLabels: Labels;
  /** The names of what it targets. */
  public readonly targets: readonly (string | undefined)[];
  /** Every name that it may refer to: texts, what stands before a dot in them, as in hosts, and behind a slash. */
  public readonly names: ReadonlySet<string>;
  private readonly labels: Labels;
  private readonly monitored: Labels;

  constructor(private readonly object: Resource) {
    this.selector = selectorOf(object);
    this.podLabels = podLabels(object).strings;
    this.targets = ['scaleTargetRef', 'targetRef'].map((field) => object.field('spec', field, 'name').string);
    this.names = namesIn([object.manifest.spec, object.manifest.rules]);
    this.labels = object.field('metadata', 'labels').strings;
    this.monitored = object.field('spec', 'selector', 'matchLabels').strings;
  }

  /** Whether it sends requests to a Service: as a host, a backend, or by the labels that a monitor selects. */
  public calls({ object: service, labels }: Traits): boolean {
    if (service.kind !== 'Service') return false;
    return this.object.kind === 'ServiceMonitor' ? matchesMap(this.monitored, labels) : this.names.has(service.name);
  }
}

interface Labels {
  readonly [key: string]: string;
}

function selectorOf(object: Resource): Labels {
  const { kind } = object;
  if (!SELECTING.includes(kind)) return {};
  const field = object.field('spec', object.field('spec', 'selector').exists ? 'selector' : 'podSelector');
  return (kind === 'Service' && !field.get('matchLabels').exists ? field : field.get('matchLabels')).strings;
}

function namesIn(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value === 'string') {
    if (value !== '') found.add(value);
    // A text of many lines, such as a query, refers to nothing by its beginning or its end.
    for (let at = value.indexOf('.'); at > 0 && at < LONGEST; at = value.indexOf('.', at + 1)) {
      found.add(value.slice(0, at));
    }
    for (let at = value.lastIndexOf('/'); at >= 0 && value.length - at < LONGEST; at = value.lastIndexOf('/', at - 1)) {
      found.add(value.slice(at + 1));
      if (at === 0) break;
    }
  } else if (Array.isArray(value)) for (const item of value) namesIn(item, found);
  else if (isMapping(value)) for (const item of Object.values(value)) namesIn(item, found);
  return found;
}

/** The longest name of an object. */
const LONGEST = 254;

/** The workload whose name an object's name begins with; the longest of several. */
function byName({ name }: Resource, workloads: readonly Resource[]): Resource | undefined {
  const found = workloads.filter((one) => `${name}-`.startsWith(`${one.name}-`));
  return found.sort((a, b) => b.name.length - a.name.length)[0];
}
