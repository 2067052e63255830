import { withoutRoom } from '../formats/without-room';
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

/** The routers that weight Ingresses, and the fields that name one of them or several. */
export const INGRESS_ROUTERS = [
  { router: 'nginx', one: 'stableIngress', several: 'stableIngresses' },
  { router: 'alb', one: 'ingress', several: 'ingresses' },
] as const;

type IngressRouter = (typeof INGRESS_ROUTERS)[number]['router'];

/** One step of a canary. */
export class Step {
  private ofKinds: readonly StepKind[] | undefined;

  /**
   * @param index counted from 0, as in Argo Rollouts; messages count from 1
   * @param most the weight of all requests, `maxTrafficWeight`
   */
  constructor(
    readonly index: number,
    readonly field: Field,
    private readonly most: number,
  ) {
    this.ofKinds = undefined;
  }

  /** Usually one. */
  get kinds(): readonly StepKind[] {
    return (this.ofKinds ??= kindsOf(this.field));
  }

  /** The weight that it sets in percent: of 100, or of `maxTrafficWeight` where that is stated. */
  get percent(): number | undefined {
    const weight = this.field.get('setWeight').number;
    return weight === undefined ? undefined : Math.round((10_000 * weight) / this.most) / 100;
  }
}

/** Nearly all steps have one kind, and share its list. */
const ONE_KIND = new Map<StepKind, readonly StepKind[]>(STEP_KINDS.map((kind) => [kind, [kind]]));

function kindsOf(step: Field): readonly StepKind[] {
  const kinds = STEP_KINDS.filter((kind) => step.get(kind).exists);
  return kinds.length === 1 ? ONE_KIND.get(kinds[0])! : kinds;
}

/** How a Rollout uses a VirtualService. */
export class RoutedThrough {
  private selected: ReturnType<typeof selectRoutes> | undefined;

  /**
   * @param field the element that names it: `virtualService`, or one of `virtualServices`
   * @param canary `spec.strategy.canary`
   */
  constructor(
    readonly reference: Reference,
    readonly field: Field,
    readonly virtualService: VirtualService | undefined,
    private readonly canary: Field,
  ) {
    this.selected = undefined;
  }

  /** The routes that the controller will weight. */
  get routes(): readonly Route[] {
    return this.selection.routes;
  }

  /** Names of listed http routes that do not exist. */
  get missing(): readonly Field[] {
    return this.selection.missing;
  }

  private get selection(): ReturnType<typeof selectRoutes> {
    return (this.selected ??= selectRoutes(this.field, this.virtualService, this.canary));
  }
}

/** A Rollout and everything that it names except its analyses. What it names is looked up when it is first asked for. */
export class Rollout {
  /** `spec.strategy.canary`, which may be absent. */
  readonly canary: Field;
  /** `spec.strategy.blueGreen`, which may be absent. */
  readonly blueGreen: Field;
  /** `spec.strategy.canary.trafficRouting.istio`, which may be absent. */
  readonly istio: Field;
  private ofSteps: readonly Step[] | undefined;
  private ofServices: Rollout['services'] | undefined;
  private ofRouting: readonly RoutedThrough[] | undefined;
  /** Null before it is looked up. */
  private ofRule: Reference | undefined | null;
  private ofPlugin: GatewayPlugin | undefined | null;

  constructor(
    private readonly graph: Graph,
    readonly resource: Resource,
  ) {
    this.canary = resource.field('spec', 'strategy', 'canary');
    this.blueGreen = resource.field('spec', 'strategy', 'blueGreen');
    this.istio = this.canary.get('trafficRouting', 'istio');
    this.ofSteps = undefined;
    this.ofServices = undefined;
    this.ofRouting = undefined;
    this.ofRule = null;
    this.ofPlugin = null;
  }

  get strategy(): 'canary' | 'blueGreen' | undefined {
    return this.canary.exists ? 'canary' : this.blueGreen.exists ? 'blueGreen' : undefined;
  }

  get steps(): readonly Step[] {
    return (this.ofSteps ??= readSteps(this.canary));
  }

  /** The Services by role. A role without a Service is absent. */
  get services(): { readonly [role in ServiceRole]?: Reference } {
    return (this.ofServices ??= readServices(this.graph, this.canary, this.blueGreen));
  }

  get virtualServices(): readonly RoutedThrough[] {
    return (this.ofRouting ??= withoutRoom(readRoutings(this.graph, this.istio, this.canary)));
  }

  get destinationRule(): Reference | undefined {
    if (this.ofRule === null) {
      const { namespace } = this.resource;
      const name = this.istio.get('destinationRule', 'name');
      this.ofRule = referenceFrom(this.graph, name, 'DestinationRule', { group: ISTIO_NETWORKING, namespace });
    }
    return this.ofRule;
  }

  /** The routes of the Gateway API that the plugin weights; undefined without the plugin. */
  get gatewayApi(): GatewayPlugin | undefined {
    if (this.ofPlugin === null) this.ofPlugin = gatewayPluginOf(this.graph, this.canary);
    return this.ofPlugin;
  }

  /** The Ingresses that the controller weights. */
  get ingresses(): readonly Reference[] {
    return INGRESS_ROUTERS.flatMap(({ router }) => this.ingressesOf(router));
  }

  /** The Ingresses that the controller weights for one router. */
  ingressesOf(router: IngressRouter): readonly Reference[] {
    const { namespace } = this.resource;
    const { one, several } = INGRESS_ROUTERS.find((known) => known.router === router)!;
    const routing = this.canary.get('trafficRouting', router);
    return [routing.get(one), ...routing.get(several).items()].flatMap(
      (from) => referenceFrom(this.graph, from, 'Ingress', { namespace }) ?? [],
    );
  }

  get workload(): Workload {
    return workloadOf(this.graph, this.resource)!;
  }

  /** The Services and routes that it names. */
  get references(): readonly Reference[] {
    const all = [
      ...Object.values(this.services),
      ...this.virtualServices.map(({ reference }) => reference),
      this.destinationRule,
      ...(this.gatewayApi?.routes.map(({ reference }) => reference) ?? []),
      ...this.ingresses,
    ];
    return all.filter((one) => one !== undefined);
  }
}

/** All Rollouts. */
export const rollouts = memoizeOnGraph((graph): readonly Rollout[] =>
  graph.ofKind('Rollout', 'argoproj.io').map((resource) => new Rollout(graph, resource)),
);

const byResource = memoizeOnGraph((graph) => new Map(rollouts(graph).map((rollout) => [rollout.resource, rollout])));

/** The Rollout of a resource, if it is one. */
export function rolloutOf(graph: Graph, resource: Resource | undefined): Rollout | undefined {
  return resource && byResource(graph).get(resource);
}

function readSteps(canary: Field): readonly Step[] {
  const most = canary.get('trafficRouting', 'maxTrafficWeight').integer || 100;
  return canary
    .get('steps')
    .items()
    .map((field, index) => new Step(index, field, most));
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

function readRoutings(graph: Graph, istio: Field, canary: Field): readonly RoutedThrough[] {
  const one = istio.get('virtualService');
  const several = istio.get('virtualServices').items();
  return [...(one.exists ? [one] : []), ...several].flatMap((field) => readRouting(graph, field, canary) ?? []);
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
  return new RoutedThrough(reference, field, virtualServiceOf(graph, reference.target), canary);
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
): { readonly routes: readonly Route[]; readonly missing: readonly Field[] } {
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
