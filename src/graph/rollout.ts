import { type GatewayPlugin, gatewayPluginOf } from './gateway-api';
import { type Graph, memoizeOnGraph } from './graph';
import { type Route, type VirtualService, virtualServiceOf, ISTIO_NETWORKING } from './istio';
import { type Reference, referenceFrom } from './reference';
import type { Field, Resource } from './resource';
import { ARGO_ROLLOUTS, lookUp } from '../versions';
import { type Workload, workloadOf } from './workload';

/** The role of a Service in a Rollout. */
export type ServiceRole = 'canary' | 'stable' | 'ping' | 'pong' | 'active' | 'preview';

/** The kinds of steps, by their fields. */
export const STEP_KINDS = [
  'setWeight',
  'pause',
  'analysis',
  'experiment',
  'setCanaryScale',
  'setHeaderRoute',
  'setMirrorRoute',
  'plugin',
] as const;

/** A kind of step. */
export type StepKind = (typeof STEP_KINDS)[number];

/** One step of a canary. */
export interface Step {
  /** Counted from 0, as in Argo Rollouts. Messages count from 1. */
  readonly index: number;
  readonly field: Field;
  /** Usually one. */
  readonly kinds: readonly StepKind[];
  /** The weight that it sets in percent: of 100, or of `maxTrafficWeight` where that is stated. */
  readonly percent: number | undefined;
}

/** How a Rollout uses a VirtualService. */
export interface RoutedThrough {
  readonly reference: Reference;
  /** The element that names it: `virtualService`, or one of `virtualServices`. */
  readonly field: Field;
  readonly virtualService: VirtualService | undefined;
  /** The routes that the controller will weight. */
  readonly routes: readonly Route[];
  /** Names of listed http routes that do not exist. */
  readonly missing: readonly Field[];
}

/** A Rollout and everything that it names except its analyses. */
export interface Rollout {
  readonly resource: Resource;
  readonly strategy: 'canary' | 'blueGreen' | undefined;
  /** `spec.strategy.canary`, which may be absent. */
  readonly canary: Field;
  /** `spec.strategy.blueGreen`, which may be absent. */
  readonly blueGreen: Field;
  readonly steps: readonly Step[];
  /** The Services by role. A role without a Service is absent. */
  readonly services: { readonly [role in ServiceRole]?: Reference };
  /** `spec.strategy.canary.trafficRouting.istio`, which may be absent. */
  readonly istio: Field;
  readonly virtualServices: readonly RoutedThrough[];
  readonly destinationRule: Reference | undefined;
  /** The routes of the Gateway API that the plugin weights; undefined without the plugin. */
  readonly gatewayApi: GatewayPlugin | undefined;
  readonly workload: Workload;
}

/** All Rollouts. */
export const rollouts = memoizeOnGraph((graph): readonly Rollout[] =>
  graph.ofKind('Rollout', 'argoproj.io').map((resource) => readRollout(graph, resource)),
);

const byResource = memoizeOnGraph((graph) => new Map(rollouts(graph).map((rollout) => [rollout.resource, rollout])));

/** The Rollout of a resource, if it is one. */
export function rolloutOf(graph: Graph, resource: Resource | undefined): Rollout | undefined {
  return resource && byResource(graph).get(resource);
}

function readRollout(graph: Graph, resource: Resource): Rollout {
  const canary = resource.field('spec', 'strategy', 'canary');
  const blueGreen = resource.field('spec', 'strategy', 'blueGreen');
  const istio = canary.get('trafficRouting', 'istio');
  const { namespace } = resource;
  const rule = istio.get('destinationRule', 'name');
  const most = canary.get('trafficRouting', 'maxTrafficWeight').integer || 100;
  return {
    resource,
    strategy: canary.exists ? 'canary' : blueGreen.exists ? 'blueGreen' : undefined,
    canary,
    blueGreen,
    steps: canary
      .get('steps')
      .items()
      .map((field, index) => readStep(field, index, most)),
    services: readServices(graph, canary, blueGreen),
    istio,
    virtualServices: [
      ...(istio.get('virtualService').exists ? [istio.get('virtualService')] : []),
      ...istio.get('virtualServices').items(),
    ].flatMap((field) => readRouting(graph, field, canary) ?? []),
    destinationRule: referenceFrom(graph, rule, 'DestinationRule', { group: ISTIO_NETWORKING, namespace }),
    gatewayApi: gatewayPluginOf(graph, canary),
    workload: workloadOf(graph, resource)!,
  };
}

function readStep(field: Field, index: number, most: number): Step {
  const weight = field.get('setWeight').number;
  const percent = weight === undefined ? undefined : Math.round((10_000 * weight) / most) / 100;
  return { index, field, kinds: STEP_KINDS.filter((kind) => field.get(kind).exists), percent };
}

/** Services are always looked for in the Rollout's own namespace. */
function readServices(graph: Graph, canary: Field, blueGreen: Field): Rollout['services'] {
  const fields: { [role in ServiceRole]: Field } = {
    canary: canary.get('canaryService'),
    stable: canary.get('stableService'),
    ping: canary.get('pingPong', 'pingService'),
    pong: canary.get('pingPong', 'pongService'),
    active: blueGreen.get('activeService'),
    preview: blueGreen.get('previewService'),
  };
  const { namespace } = canary.resource;
  const found: { [role in ServiceRole]?: Reference } = {};
  for (const [role, field] of Object.entries(fields) as [ServiceRole, Field][]) {
    const reference = referenceFrom(graph, field, 'Service', { group: '', namespace });
    if (reference) found[role] = reference;
  }
  return found;
}

/**
 * A VirtualService is named `name` or `name.namespace`.
 *
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.10.2/utils/istio/istio.go
 */
function readRouting(graph: Graph, field: Field, canary: Field): RoutedThrough | undefined {
  const from = field.get('name');
  const text = from.string;
  if (text === undefined) return undefined;
  const [name, namespace = field.resource.namespace] = splitName(text, graph);
  const reference = referenceFrom(graph, from, 'VirtualService', { group: ISTIO_NETWORKING, namespace, name });
  if (reference === undefined) return undefined;
  const virtualService = virtualServiceOf(graph, reference.target);
  return { reference, field, virtualService, ...selectRoutes(field, virtualService, canary) };
}

/** The name and the namespace in the name of a VirtualService. Which dot separates them depends on the release. */
function splitName(text: string, { releases }: Graph): readonly [name: string, namespace?: string] {
  if (lookUp(ARGO_ROLLOUTS.dottedNames, releases.argoRollouts) === 'first') {
    const [name, namespace] = text.split('.');
    return [name, namespace];
  }
  const whole = text.replace(/\.cluster\.local$/, '');
  const dot = whole.lastIndexOf('.');
  return dot < 0 ? [whole] : [whole.slice(0, dot), whole.slice(dot + 1)];
}

/**
 * The routes that the controller weights: those that are listed, or the only one. For tls and tcp, those that match.
 */
function selectRoutes(
  field: Field,
  virtualService: VirtualService | undefined,
  canary: Field,
): Pick<RoutedThrough, 'routes' | 'missing'> {
  if (virtualService === undefined) return { routes: [], missing: [] };
  const managed = new Set(
    canary
      .get('trafficRouting', 'managedRoutes')
      .items()
      .map((one) => one.get('name').string),
  );
  const of = (protocol: Route['protocol']): Route[] => virtualService.routes.filter((one) => one.protocol === protocol);
  const http = of('http');
  const hasHttp = virtualService.resource.field('spec', 'http').exists || virtualService.routes.length === 0;
  const names = field.get('routes').items();
  // Without any http route, the controller ignores names, and weights the routes of tls and tcp.
  const missing = names.filter(
    ({ string }) => string !== undefined && hasHttp && !http.some(({ name }) => name === string),
  );
  const own = http.filter(({ name }) => name === undefined || !managed.has(name));
  const chosen = names.length > 0 ? names.flatMap(({ string }) => http.find(({ name }) => name === string) ?? []) : own;
  return {
    routes: [
      ...chosen,
      ...matching(of('tls'), field.get('tlsRoutes').items(), true),
      ...matching(of('tcp'), field.get('tcpRoutes').items(), false),
    ],
    missing,
  };
}

/**
 * Routes of tls and tcp have no names. They are identified by the port that all their matches share, and for tls by the
 * server names. An absent port is a value as well.
 *
 * @see https://github.com/argoproj/argo-rollouts/blob/v1.9.1/rollout/trafficrouting/istio/istio.go
 */
export function matching(routes: readonly Route[], wanted: readonly Field[], tls: boolean): readonly Route[] {
  if (wanted.length === 0) return routes;
  return routes.filter(({ field }) => {
    const matches = field.get('match').items();
    const ports = [...new Set(matches.map((match) => match.get('port').number ?? 0))];
    if (ports.length > 1) return false;
    const hosts = sniHosts(...matches);
    return wanted.some((want) => {
      const samePort = (want.get('port').number ?? 0) === (ports[0] ?? 0);
      return samePort && (!tls || sniHosts(want) === hosts);
    });
  });
}

/** The server names of matches, each once, sorted. */
const sniHosts = (...fields: Field[]): string =>
  [
    ...new Set(
      fields.flatMap((one) =>
        one
          .get('sniHosts')
          .items()
          .map(({ value }) => String(value)),
      ),
    ),
  ]
    .sort()
    .join();
