import { type Graph, memoizeOnGraph } from './graph';
import { type Reference, referenceFrom } from './reference';
import type { Field, Resource } from './resource';

/** The API group of Gateway, HTTPRoute and the other routes of the Kubernetes Gateway API. */
const GATEWAY_API = 'gateway.networking.k8s.io';

/** The kinds of routes that the Gateway API plugin of Argo Rollouts can weight, each with its two configuration fields. */
export const ROUTE_FIELDS = {
  HTTPRoute: { one: 'httpRoute', several: 'httpRoutes', selector: 'httpRouteSelector' },
  GRPCRoute: { one: 'grpcRoute', several: 'grpcRoutes', selector: 'grpcRouteSelector' },
  TCPRoute: { one: 'tcpRoute', several: 'tcpRoutes', selector: 'tcpRouteSelector' },
  TLSRoute: { one: 'tlsRoute', several: 'tlsRoutes', selector: 'tlsRouteSelector' },
} as const;

/** A kind of route of the Gateway API. */
export type GatewayRouteKind = keyof typeof ROUTE_FIELDS;

/** One element of `backendRefs`. */
export interface Backend {
  readonly field: Field;
  readonly name: string;
  /** The Service. Undefined if the backend is of another kind. */
  readonly service: Reference | undefined;
  /** Requests are shared in proportion to the weights. A missing weight means 1. */
  readonly weight: number;
  readonly port: number | undefined;
}

/** One element of a route's `rules`. */
export interface GatewayRule {
  readonly field: Field;
  readonly name: string | undefined;
  readonly backends: readonly Backend[];
}

/** One element of `parentRefs`: what the route is attached to. */
export interface GatewayParentRef {
  readonly field: Field;
  /** Undefined if the parent is neither a Gateway nor a Service. */
  readonly reference: Reference | undefined;
  readonly section: Field;
  readonly port: Field;
}

/** A route of the Gateway API. */
export interface GatewayRoute {
  readonly resource: Resource;
  readonly rules: readonly GatewayRule[];
  readonly parents: readonly GatewayParentRef[];
}

/** All routes of the Gateway API. */
export const gatewayRoutes = memoizeOnGraph((graph): readonly GatewayRoute[] =>
  Object.keys(ROUTE_FIELDS).flatMap((kind) =>
    graph.ofKind(kind, GATEWAY_API).map((resource) => ({
      resource,
      rules: resource
        .field('spec', 'rules')
        .items()
        .map((field) => ({
          field,
          name: field.get('name').string,
          backends: field
            .get('backendRefs')
            .items()
            .map((backend) => readBackend(graph, backend)),
        })),
      parents: resource
        .field('spec', 'parentRefs')
        .items()
        .map((field) => readParent(graph, field)),
    })),
  ),
);

/** The group of Services. Linkerd takes its name as well, and its examples have that. */
const isCore = (group: string): boolean => group === '' || group === 'core';

function readBackend(graph: Graph, field: Field): Backend {
  const isService = (field.get('kind').string ?? 'Service') === 'Service' && isCore(field.get('group').string ?? '');
  const namespace = field.get('namespace').string ?? field.resource.namespace;
  return {
    field,
    name: field.get('name').string ?? '',
    service: isService ? referenceFrom(graph, field.get('name'), 'Service', { group: '', namespace }) : undefined,
    weight: field.get('weight').number ?? 1,
    port: field.get('port').number,
  };
}

function readParent(graph: Graph, field: Field): GatewayParentRef {
  const kind = field.get('kind').string ?? 'Gateway';
  const stated = field.get('group').string ?? GATEWAY_API;
  const group = isCore(stated) ? '' : stated;
  const namespace = field.get('namespace').string ?? field.resource.namespace;
  const known = (kind === 'Gateway' && group === GATEWAY_API) || (kind === 'Service' && group === '');
  return {
    field,
    reference: known ? referenceFrom(graph, field.get('name'), kind, { group, namespace }) : undefined,
    section: field.get('sectionName'),
    port: field.get('port'),
  };
}

const byResource = memoizeOnGraph((graph) => new Map(gatewayRoutes(graph).map((route) => [route.resource, route])));

/** The Gateway API route of a resource, if it is one. */
function gatewayRouteOf(graph: Graph, resource: Resource | undefined): GatewayRoute | undefined {
  return resource && byResource(graph).get(resource);
}

/** A route that the Gateway API plugin weights for a Rollout. */
export interface PluginRoute {
  readonly kind: GatewayRouteKind;
  readonly reference: Reference;
  /** The element of the configuration: the name in the short form, the entry of the list in the long form. */
  readonly field: Field;
  readonly form: 'short' | 'long';
  readonly route: GatewayRoute | undefined;
  /** Whether header steps create rules in it. The short form always does; the long form needs `useHeaderRoutes`. */
  readonly useHeaderRoutes: boolean;
}

/** The configuration of the Gateway API plugin in a Rollout. */
export interface GatewayPlugin {
  /** `trafficRouting.plugins['argoproj-labs/gatewayAPI']`. */
  readonly config: Field;
  readonly routes: readonly PluginRoute[];
  /** Fields that select routes by label. */
  readonly selectors: readonly Field[];
}

/**
 * The Gateway API plugin as a Rollout configures it. Undefined without the plugin.
 *
 * @see https://rollouts-plugin-trafficrouter-gatewayapi.readthedocs.io/en/latest/
 */
export function gatewayPluginOf(graph: Graph, canary: Field): GatewayPlugin | undefined {
  // The administrator chooses the name; the documented one is argoproj-labs/gatewayAPI.
  const entry = canary
    .get('trafficRouting', 'plugins')
    .entries()
    .find(([name, field]) => /(^|\/)gateway-?api$/i.test(name) && field.exists);
  if (entry === undefined) return undefined;
  const [, config] = entry;
  // The plugin decodes its configuration with Go's encoding/json, which ignores the case of keys.
  const field = (name: string): Field => {
    const key = config.entries().find(([one]) => one.toLowerCase() === name.toLowerCase())?.[0];
    return config.get(key ?? name);
  };
  const namespace = field('namespace').string || config.resource.namespace;
  const routes = (Object.keys(ROUTE_FIELDS) as GatewayRouteKind[]).flatMap((kind): PluginRoute[] => {
    const { one, several } = ROUTE_FIELDS[kind];
    const named: [Field, Field, boolean][] = [
      [field(one), field(one), true],
      ...field(several)
        .items()
        .map((item): [Field, Field, boolean] => [item, item.get('name'), item.get('useHeaderRoutes').boolean === true]),
    ];
    return named.flatMap(([element, from, useHeaderRoutes], index) => {
      const reference = referenceFrom(graph, from, kind, { group: GATEWAY_API, namespace });
      if (reference === undefined) return [];
      const form = index === 0 ? 'short' : 'long';
      return [
        { kind, reference, field: element, form, route: gatewayRouteOf(graph, reference.target), useHeaderRoutes },
      ];
    });
  });
  const selectors = Object.values(ROUTE_FIELDS)
    .map(({ selector }) => field(selector))
    .filter((one) => one.exists);
  return { config, routes, selectors };
}
