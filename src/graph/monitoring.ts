import { type Graph, memoizeOnGraph } from './graph';
import type { Field, Resource } from './resource';
import { matchesSelector } from './selector';
import { type Service, type ServicePort, services, targetOf } from './service';
import { type ContainerPort, containerPorts, selectedByExpression, type Workload } from './workload';

/** What one endpoint of a monitor scrapes in one workload, through one Service. */
export interface Scrape {
  readonly workload: Workload;
  /** Undefined for a PodMonitor. */
  readonly service: Service | undefined;
  /** Undefined for a PodMonitor, and where the Service has no such port. */
  readonly servicePort: ServicePort | undefined;
  /** Undefined where the pods declare no such port; through a Service a number needs no declaration. */
  readonly containerPort: ContainerPort | undefined;
}

/** One endpoint of a monitor. */
export interface Endpoint {
  readonly field: Field;
  /** `port`, `targetPort` or `portNumber`: whichever the endpoint names its port by. */
  readonly port: Field;
  /** `30s`; undefined where Prometheus's own interval counts. */
  readonly interval: string | undefined;
  readonly path: string;
  readonly scrapes: readonly Scrape[];
}

/** A ServiceMonitor or a PodMonitor. */
export interface Monitor {
  readonly resource: Resource;
  readonly selector: Field;
  /** Undefined: every namespace. */
  readonly namespaces: readonly (string | undefined)[] | undefined;
  /** The Services it selects; none for a PodMonitor. */
  readonly services: readonly Service[];
  /** The workloads whose pods it scrapes. */
  readonly workloads: readonly Workload[];
  readonly endpoints: readonly Endpoint[];
}

const GROUP = 'monitoring.coreos.com';

/** All monitors. */
export const monitors = memoizeOnGraph((graph): readonly Monitor[] => [
  ...graph.ofKind('ServiceMonitor', GROUP).map((resource) => readServiceMonitor(graph, resource)),
  ...graph.ofKind('PodMonitor', GROUP).map((resource) => readPodMonitor(graph, resource)),
]);

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

function readServiceMonitor(graph: Graph, resource: Resource): Monitor {
  const selector = resource.field('spec', 'selector');
  const namespaces = namespacesOf(resource);
  const selected = graph.nearestOfEach(selectedServices(graph, selector, namespaces), resource);
  return {
    resource,
    selector,
    namespaces,
    services: selected,
    workloads: [...new Set(selected.flatMap((service) => service.workloads))],
    endpoints: resource
      .field('spec', 'endpoints')
      .items()
      .map((field) => {
        const port = field.get('port').exists ? field.get('port') : field.get('targetPort');
        const scrapes = selected.flatMap((service) => service.workloads.map((one) => scrape(port, service, one)));
        return endpoint(field, port, scrapes);
      }),
  };
}

/** `port` names a port of the Service, `targetPort` a port of the pod. */
function scrape(port: Field, service: Service, workload: Workload): Scrape {
  const byName = port.path[port.path.length - 1] === 'port';
  const wanted = port.string ?? port.number;
  const servicePort = service.ports.find((one) => (byName ? one.name === port.string : one.target === wanted));
  const containerPort = byName
    ? servicePort && targetOf(servicePort, workload)
    : containerPorts(workload).find(({ name, number }) => name === wanted || number === wanted);
  return { workload, service, servicePort, containerPort };
}

function readPodMonitor(graph: Graph, resource: Resource): Monitor {
  const selector = resource.field('spec', 'selector');
  const namespaces = namespacesOf(resource);
  const selected = graph.nearestOfEach(
    (namespaces ?? [undefined]).flatMap((namespace) => selectedByExpression(graph, selector, namespace)),
    resource,
  );
  return {
    resource,
    selector,
    namespaces,
    services: [],
    workloads: selected,
    endpoints: resource
      .field('spec', 'podMetricsEndpoints')
      .items()
      .map((field) => {
        const port = ['port', 'portNumber', 'targetPort'].map((key) => field.get(key)).find(({ exists }) => exists);
        const wanted = port?.string ?? port?.number;
        const scrapes = selected.map((workload): Scrape => {
          const containerPort = containerPorts(workload).find(
            ({ name, number }) => name === wanted || number === wanted,
          );
          return { workload, service: undefined, servicePort: undefined, containerPort };
        });
        return endpoint(field, port ?? field.get('port'), scrapes);
      }),
  };
}

const endpoint = (field: Field, port: Field, scrapes: readonly Scrape[]): Endpoint => ({
  field,
  port,
  interval: field.get('interval').string,
  path: field.get('path').string ?? '/metrics',
  scrapes,
});

/** By one label and namespace, as workloads are. */
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

function selectedServices(graph: Graph, selector: Field, namespaces: Monitor['namespaces']): readonly Service[] {
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

const byWorkload = memoizeOnGraph((graph) => {
  const found = new Map<
    Resource,
    { readonly monitor: Monitor; readonly endpoint: Endpoint; readonly scrape: Scrape }[]
  >();
  for (const monitor of monitors(graph)) {
    for (const one of monitor.endpoints) {
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
export function scrapesOf(
  graph: Graph,
  resource: Resource,
): readonly { readonly monitor: Monitor; readonly endpoint: Endpoint; readonly scrape: Scrape }[] {
  return byWorkload(graph).get(resource) ?? [];
}
