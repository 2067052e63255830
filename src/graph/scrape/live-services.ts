import { append } from '../../formats/append';
import { type Graph, memoizeOnGraph } from '../graph';
import type { Resource } from '../resource';
import { type Labels, matchesMap } from '../selector';
import { type Service, services } from '../service';
import type { LivePod, LiveService } from './discover';

/** A Service of the manifests, as the cluster knows it. */
export type KnownService = LiveService & { readonly resource: Resource; readonly service: Service };

/** The Services of a graph, found by the pods that they select. */
export class LiveServices {
  private readonly all: readonly KnownService[];
  /** By the first entry of the selector: many Services, of which few select a given pod. */
  private readonly bySelector = new Map<string, number[]>();
  private readonly indexes = new Map<Resource, number>();
  /** Services with one name, of several environments. Undefined if no name repeats. */
  private readonly namesakes: Map<string, KnownService[]> | undefined;

  constructor(
    private readonly graph: Graph,
    namespace: string,
  ) {
    this.all = services(graph).map((service) => liveServiceOf(service, namespace));
    const byName = new Map<string, KnownService[]>();
    for (const [index, service] of this.all.entries()) {
      this.indexes.set(service.resource, index);
      const [first] = Object.entries(service.selector);
      if (first !== undefined) append(this.bySelector, keyOf(service.namespace, first), index);
      append(byName, nameOf(service), service);
    }
    this.namesakes = byName.size < this.all.length ? byName : undefined;
  }

  /**
   * The Services that select at least one of the pods, in the order of the manifests.
   *
   * @param selectors current selectors that differ from the manifests
   */
  behind(pods: readonly LivePod[], selectors: ReadonlyMap<Resource, Labels>): KnownService[] {
    const found = new Set<number>();
    for (const pod of pods) {
      for (const entry of Object.entries(pod.labels)) {
        for (const index of this.bySelector.get(keyOf(pod.namespace, entry)) ?? []) found.add(index);
      }
    }
    for (const resource of selectors.keys()) {
      const index = this.indexes.get(resource);
      if (index !== undefined) found.add(index);
    }
    // Pods of one version have the same labels.
    const kinds = [...new Map(pods.map((pod) => [JSON.stringify([pod.namespace, pod.labels]), pod])).values()];
    return [...found]
      .sort((a, b) => a - b)
      .map((index) => pointed(this.all[index], selectors))
      .filter((service) =>
        kinds.some((pod) => pod.namespace === service.namespace && matchesMap(service.selector, pod.labels)),
      );
  }

  /** Whether a monitor means this Service, and not a nearer one with the same name. */
  isNearest(service: KnownService, monitor: Resource): boolean {
    const alike = this.namesakes?.get(nameOf(service)) ?? [];
    return alike.length < 2 || this.graph.nearestOfEach(alike, monitor)[0].resource === service.resource;
  }
}

/** The Services of a graph; those that state no namespace are in the given one. */
export function liveServices(graph: Graph, namespace: string): LiveServices {
  const known = byNamespace(graph);
  let found = known.get(namespace);
  if (found === undefined) known.set(namespace, (found = new LiveServices(graph, namespace)));
  return found;
}

const byNamespace = memoizeOnGraph(() => new Map<string, LiveServices>());

const keyOf = (namespace: string, [label, value]: readonly [string, string]): string =>
  JSON.stringify([namespace, label, value]);

const nameOf = ({ resource: { namespace = '', name } }: KnownService): string => `${namespace}/${name}`;

function pointed(service: KnownService, selectors: ReadonlyMap<Resource, Labels>): KnownService {
  const selector = selectors.get(service.resource);
  return selector === undefined || isExternal(service.resource) ? service : { ...service, selector };
}

const isExternal = (resource: Resource): boolean => resource.field('spec', 'type').string === 'ExternalName';

/** A Service in a namespace, unless it states its own. */
export function liveServiceOf(service: Service, namespace: string): KnownService {
  const { resource } = service;
  const spec = resource.field('spec');
  return {
    resource,
    service,
    name: resource.name,
    namespace: resource.namespace ?? namespace,
    labels: service.labels,
    annotations: resource.field('metadata', 'annotations').strings,
    selector: isExternal(resource) ? {} : spec.get('selector').strings,
    ports: service.ports.map(({ name = '', target = 0, protocol }) => ({ name, target, protocol })),
    headless: spec.get('clusterIP').string === 'None',
    publishNotReadyAddresses: spec.get('publishNotReadyAddresses').boolean ?? false,
  };
}
