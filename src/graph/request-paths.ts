import { append } from '../formats/append';
import { gatewayRoutes } from './gateway-api';
import { type Graph, memoizeOnGraph } from './graph';
import { virtualServices } from './istio';
import { referenceFrom } from './reference';
import type { Field, Resource } from './resource';
import type { Rollout } from './rollout';
import { services, servicesSelecting } from './service';

/** A way of requests to Services: a rule of a route or of an Ingress, or a Service that is open to clients outside. */
export interface RequestPath {
  /** The reference to the first of the Services. */
  readonly field: Field;
  /** The Services of the set that get requests from it. */
  readonly services: readonly Resource[];
}

const byService = memoizeOnGraph((graph) => {
  const found = new Map<Resource, RequestPath[]>();
  for (const path of pathsIn(graph)) {
    for (const service of path.services) append(found, service, path);
  }
  return found;
});

/** The paths that lead to a Service. */
export const pathsTo = (graph: Graph, service: Resource): readonly RequestPath[] => byService(graph).get(service) ?? [];

function* pathsIn(graph: Graph): Generator<RequestPath> {
  for (const { routes } of virtualServices(graph)) {
    for (const { destinations } of routes) {
      yield* pathOf(
        destinations.map(({ field, service, weight }) => ({ field, target: service?.target, weight: weight ?? 1 })),
      );
    }
  }
  for (const { rules } of gatewayRoutes(graph)) {
    for (const { backends } of rules) {
      yield* pathOf(backends.map(({ field, service, weight }) => ({ field, target: service?.target, weight })));
    }
  }
  for (const ingress of graph.ofKind('Ingress', 'networking.k8s.io')) {
    for (const backend of backendsOf(ingress)) yield* pathOf([named(graph, backend.get('name'), 1)]);
  }
  for (const route of graph.ofKind('Route', 'route.openshift.io')) {
    const spec = route.field('spec');
    yield* pathOf(
      [spec.get('to'), ...spec.get('alternateBackends').items()].map((to) =>
        named(graph, to.get('name'), to.get('weight').number ?? 1),
      ),
    );
  }
  for (const route of graph.ofKind('IngressRoute')) {
    for (const rule of route.field('spec', 'routes').items()) {
      const to = rule.get('services').items();
      yield* pathOf(to.filter(isService).map((one) => named(graph, one.get('name'), one.get('weight').number ?? 1)));
    }
  }
  for (const { resource } of services(graph)) {
    const type = resource.field('spec', 'type');
    if (type.string === 'LoadBalancer' || type.string === 'NodePort') yield { field: type, services: [resource] };
  }
}

/** Of Traefik: it may also be a TraefikService. */
const isService = (to: Field): boolean => (to.get('kind').string ?? 'Service') === 'Service';

interface Destination {
  readonly field: Field;
  readonly target: Resource | undefined;
  readonly weight: number;
}

function* pathOf(destinations: readonly Destination[]): Generator<RequestPath> {
  const reached = destinations.filter(({ target, weight }) => target !== undefined && weight > 0);
  if (reached.length > 0) yield { field: reached[0].field, services: reached.map(({ target }) => target!) };
}

const named = (graph: Graph, field: Field, weight: number): Destination => ({
  field,
  target: referenceFrom(graph, field, 'Service', { group: '', namespace: field.resource.namespace })?.target,
  weight,
});

/** Every backend of an Ingress that is a Service: those of its paths, and the default one. */
export function backendsOf(ingress: Resource): readonly Field[] {
  const spec = ingress.field('spec');
  const paths = spec
    .get('rules')
    .items()
    .flatMap((rule) => rule.get('http', 'paths').items());
  return [...paths.map((path) => path.get('backend', 'service')), spec.get('defaultBackend', 'service')];
}

/**
 * A path of requests that leads to the stable Service alone of a canary without a traffic router, so that they reach only
 * the stable pods. Undefined if the share of pods decides for requests on some path, because it leads to the Service of
 * all pods.
 */
export function unsplitPath(graph: Graph, rollout: Rollout): Field | undefined {
  const { canary, resource, services: named } = rollout;
  const stable = named.stable?.target;
  if (stable === undefined || canary.get('trafficRouting').exists) return undefined;
  const paths = pathsTo(graph, stable);
  if (paths.length === 0) return undefined;
  const own = Object.values(named).map((reference) => reference?.target);
  const ofAllPods = servicesSelecting(graph, resource).map((service) => service.resource);
  if (ofAllPods.some((service) => !own.includes(service) && pathsTo(graph, service).length > 0)) return undefined;
  return paths.find(({ services: reached }) => reached.every((service) => service === stable))?.field;
}
