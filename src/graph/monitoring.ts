import { InputError } from '../formats/input-error';
import { type Graph, memoizeOnGraph } from './graph';
import type { Field, Resource } from './resource';
import { matchesSelector } from './selector';
import { type Service, type ServicePort, services } from './service';
import { type ContainerPort, containerPorts, selectedByExpression, type Workload } from './workload';

/** What one endpoint of a monitor scrapes in one workload, through Services for which the targets are the same. */
export interface Scrape {
  readonly workload: Workload;
  /** Empty for a PodMonitor. */
  readonly services: readonly Service[];
  /** Undefined if the pods declare no such port. Through a Service, a number works without a declaration. */
  readonly containerPort: ContainerPort | undefined;
}

/** One endpoint of a monitor. */
export class Endpoint {
  private ofScrapes: readonly Scrape[] | undefined;

  /**
   * @param port the field that names the port: `port`, `targetPort` or `portNumber`
   * @param scraped finds what it scrapes
   */
  constructor(
    readonly field: Field,
    readonly port: Field,
    private readonly scraped: () => readonly Scrape[],
  ) {
    this.ofScrapes = undefined;
  }

  /** `30s`; undefined if the interval of Prometheus applies. */
  get interval(): string | undefined {
    return this.field.get('interval').string;
  }

  get path(): string {
    return this.field.get('path').string ?? '/metrics';
  }

  get scrapes(): readonly Scrape[] {
    return (this.ofScrapes ??= this.scraped());
  }
}

/** The Services and the workloads that a monitor selects. */
interface Selected {
  readonly services: readonly Service[];
  readonly workloads: readonly Workload[];
}

/** A ServiceMonitor or a PodMonitor. What it selects is looked up when it is first asked for. */
export class Monitor {
  readonly selector: Field;
  private ofNamespaces: Monitor['namespaces'] | null;
  private ofSelected: Selected | undefined;
  private ofEndpoints: readonly Endpoint[] | undefined;

  constructor(
    private readonly graph: Graph,
    readonly resource: Resource,
  ) {
    this.selector = resource.field('spec', 'selector');
    this.ofNamespaces = null;
    this.ofSelected = undefined;
    this.ofEndpoints = undefined;
  }

  /** Undefined: every namespace. */
  get namespaces(): readonly (string | undefined)[] | undefined {
    if (this.ofNamespaces === null) this.ofNamespaces = namespacesOf(this.resource);
    return this.ofNamespaces;
  }

  /** The Services it selects; none for a PodMonitor. */
  get services(): readonly Service[] {
    return this.selected.services;
  }

  /** The workloads whose pods it scrapes. */
  get workloads(): readonly Workload[] {
    return this.selected.workloads;
  }

  get endpoints(): readonly Endpoint[] {
    return (this.ofEndpoints ??= this.ofPods ? podEndpoints(this) : serviceEndpoints(this));
  }

  private get selected(): Selected {
    return (this.ofSelected ??= this.ofPods ? selectedPods(this.graph, this) : selectedServices(this.graph, this));
  }

  private get ofPods(): boolean {
    return this.resource.kind === 'PodMonitor';
  }
}

const GROUP = 'monitoring.coreos.com';

/** All monitors. */
export const monitors = memoizeOnGraph((graph): readonly Monitor[] =>
  ['ServiceMonitor', 'PodMonitor'].flatMap((kind) =>
    graph.ofKind(kind, GROUP).map((resource) => new Monitor(graph, resource)),
  ),
);

/** A monitor looks into its own namespace, unless `namespaceSelector` says otherwise. */
function namespacesOf(resource: Resource): Monitor['namespaces'] {
  const selector = resource.field('spec', 'namespaceSelector');
  if (selector.get('any').boolean === true) return undefined;
  const names = selector
    .get('matchNames')
    .items()
    .flatMap(({ string }) => string ?? []);
  return names.length > 0 ? names : [resource.namespace];
}

function selectedServices(graph: Graph, { resource, selector, namespaces }: Monitor): Selected {
  const selected = graph.nearestOfEach(sharedServices(graph, selector, namespaces), resource);
  return { services: selected, workloads: workloadsOf(graph)(selected) };
}

function serviceEndpoints(monitor: Monitor): readonly Endpoint[] {
  return monitor.resource
    .field('spec', 'endpoints')
    .items()
    .map((field) => {
      const port = field.get('port').exists ? field.get('port') : field.get('targetPort');
      return new Endpoint(field, port, () => scrapesThrough(monitor.services, port, monitor.resource));
    });
}

/** Monitors that select the same Services share the list of their workloads. */
const workloadsOf = memoizeOnGraph(() => {
  const known = new WeakMap<readonly Service[], readonly Workload[]>();
  return (selected: readonly Service[]): readonly Workload[] => {
    let found = known.get(selected);
    if (found === undefined) {
      const lists = new Set(selected.map(({ workloads }) => workloads));
      found = [...new Set([...lists].flat())];
      known.set(selected, found);
    }
    return found;
  };
});

/**
 * If everything selects everything, endpoints × Services × workloads do not fit into memory. So Services that select
 * the same pods and target the same port are one scrape.
 */
function scrapesThrough(selected: readonly Service[], port: Field, monitor: Resource): Scrape[] {
  const byName = port.path[port.path.length - 1] === 'port';
  const wanted = port.string ?? port.number;
  const alike = new Map<readonly Workload[], Map<ServicePort['target'] | null, Service[]>>();
  for (const service of selected) {
    const servicePort = service.ports.find((one) => (byName ? one.name === port.string : one.target === wanted));
    const target = byName ? (servicePort ? servicePort.target : null) : wanted;
    const ofPods = alike.get(service.workloads) ?? new Map<ServicePort['target'] | null, Service[]>();
    alike.set(service.workloads, ofPods);
    const list = ofPods.get(target);
    if (list) list.push(service);
    else ofPods.set(target, [service]);
  }
  const scrapes: Scrape[] = [];
  for (const [workloads, ofPods] of alike) {
    for (const [target, services] of ofPods) {
      if (scrapes.length + workloads.length > MOST_SCRAPES) throw tooMany(monitor);
      for (const workload of workloads) {
        const containerPort = target === null ? undefined : portOf(workload, target, !byName);
        scrapes.push({ workload, services, containerPort });
      }
    }
  }
  return scrapes;
}

/**
 * `port` of an endpoint names a port of the Service, which targets one of the pod. `targetPort` names a port of the
 * pod.
 */
function portOf(workload: Workload, target: ServicePort['target'], either: boolean): ContainerPort | undefined {
  const ports = containerPorts(workload);
  if (either) return ports.find(({ name, number }) => name === target || number === target);
  return ports.find(({ name, number }) => (typeof target === 'string' ? name === target : number === target));
}

/** More than any cluster has. */
const MOST_SCRAPES = 1_000_000;

function tooMany(monitor: Resource): InputError {
  const place = monitor.field('spec', 'selector').place();
  const where = place ? `${place.file}:${place.line}:${place.column}` : monitor.origin.file;
  return new InputError(
    `${where}  with ${monitor.toString()}, monitors scrape more than ${MOST_SCRAPES} combinations of Services and workloads; give fewer of these files at once, or select less`,
  );
}

function selectedPods(graph: Graph, { resource, selector, namespaces }: Monitor): Selected {
  const found = (namespaces ?? [undefined]).flatMap((namespace) => selectedByExpression(graph, selector, namespace));
  return { services: [], workloads: graph.nearestOfEach(found, resource) };
}

function podEndpoints(monitor: Monitor): readonly Endpoint[] {
  return monitor.resource
    .field('spec', 'podMetricsEndpoints')
    .items()
    .map((field) => {
      const port = ['port', 'portNumber', 'targetPort'].map((key) => field.get(key)).find(({ exists }) => exists);
      const wanted = port?.string ?? port?.number;
      return new Endpoint(field, port ?? field.get('port'), () =>
        monitor.workloads.map((workload) => ({
          workload,
          services: [],
          containerPort: portOf(workload, wanted, true),
        })),
      );
    });
}

/** Indexed by one label and namespace, like workloads. */
const servicesByLabel = memoizeOnGraph((graph) => {
  const index = new Map<string, Service[]>();
  for (const service of services(graph)) {
    for (const [key, value] of Object.entries(service.labels)) {
      for (const namespace of [service.resource.namespace ?? '', '*']) {
        const list = index.get(`${namespace} ${key}=${value}`);
        if (list) list.push(service);
        else index.set(`${namespace} ${key}=${value}`, [service]);
      }
    }
  }
  return index;
});

/** Monitors with the same selector share its result. */
function sharedServices(graph: Graph, selector: Field, namespaces: Monitor['namespaces']): readonly Service[] {
  const selections = selectionsOf(graph);
  const key = JSON.stringify([namespaces ?? null, selector.value ?? null]);
  let found = selections.get(key);
  if (found === undefined) selections.set(key, (found = servicesFor(graph, selector, namespaces)));
  return found;
}

const selectionsOf = memoizeOnGraph(() => new Map<string, readonly Service[]>());

function servicesFor(graph: Graph, selector: Field, namespaces: Monitor['namespaces']): readonly Service[] {
  const first = Object.entries(selector.get('matchLabels').strings)[0];
  const index = servicesByLabel(graph);
  const candidates = (namespace: string | undefined): readonly Service[] => {
    if (first === undefined) {
      const fits = ({ resource }: Service): boolean =>
        namespace === undefined || resource.namespace === undefined || resource.namespace === namespace;
      return services(graph).filter(fits);
    }
    const label = first.join('=');
    if (namespace === undefined) return index.get(`* ${label}`) ?? [];
    return [...(index.get(`${namespace} ${label}`) ?? []), ...(index.get(` ${label}`) ?? [])];
  };
  return (namespaces ?? [undefined]).flatMap(candidates).filter(({ labels }) => matchesSelector(selector, labels));
}

/** What an endpoint of a monitor scrapes in the pods of one workload. */
export interface ScrapeOfWorkload {
  readonly monitor: Monitor;
  readonly endpoint: Endpoint;
  readonly scrape: Scrape;
}

const byWorkload = memoizeOnGraph((graph) => {
  const found = new Map<Resource, ScrapeOfWorkload[]>();
  let scrapes = 0;
  for (const monitor of monitors(graph)) {
    for (const one of monitor.endpoints) {
      scrapes += one.scrapes.length;
      if (scrapes > MOST_SCRAPES) throw tooMany(monitor.resource);
      for (const each of one.scrapes) {
        const { resource } = each.workload;
        const list = found.get(resource);
        const entry = { monitor, endpoint: one, scrape: each };
        if (list) list.push(entry);
        else found.set(resource, [entry]);
      }
    }
  }
  return found;
});

/** Everything that scrapes the pods of a resource. */
export function scrapesOf(graph: Graph, resource: Resource): readonly ScrapeOfWorkload[] {
  return byWorkload(graph).get(resource) ?? [];
}
