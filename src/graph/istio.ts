import { withoutRoom } from '../formats/without-room';
import { type Graph, memoizeOnGraph } from './graph';
import { type Reference, referenceFrom } from './reference';
import type { Field, Resource } from './resource';

export const ISTIO_NETWORKING = 'networking.istio.io';

/** How a host is written. Istio completes only short names: `name.ns` and `name.ns.svc` stay as they are. */
export type HostForm = 'short' | 'name.namespace' | 'name.namespace.svc' | 'full' | 'wildcard' | 'other';

/** A host in a resource of Istio, and the Service that it may be. */
export interface Host {
  readonly text: string;
  readonly form: HostForm;
  /** The name of the Service, if the host can be one. */
  readonly service?: string;
  /** The namespace of the Service. Undefined if neither host nor resource states it. */
  readonly namespace?: string;
}

/**
 * Reads a host in a resource of a namespace. Two labels (`name.ns`) may also be a public host (`example.com`).
 *
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/#Destination
 */
export function readHost(text: string, namespace: string | undefined): Host {
  if (text.includes('*')) return { text, form: 'wildcard' };
  const labels = text.split('.');
  if (labels.length === 1) return { text, form: 'short', service: text, namespace };
  const named = { service: labels[0], namespace: labels[1] };
  if (labels.length === 2) return { text, form: 'name.namespace', ...named };
  if (labels[2] !== 'svc') return { text, form: 'other' };
  return { text, form: labels.length === 3 ? 'name.namespace.svc' : 'full', ...named };
}

/** Where a route sends its requests. */
export interface RouteDestination {
  /** The element of the route's list. */
  readonly field: Field;
  readonly host: Host;
  readonly subset: string | undefined;
  /** Undefined where none is stated. */
  readonly weight: number | undefined;
  readonly port: number | undefined;
  /** The Service. Undefined if the host cannot be one (a wildcard, a public host). */
  readonly service: Reference | undefined;
}

/** One route of a VirtualService. */
export class Route {
  private ofDestinations: readonly RouteDestination[] | undefined;

  constructor(
    private readonly graph: Graph,
    readonly protocol: 'http' | 'tls' | 'tcp',
    readonly field: Field,
  ) {
    this.ofDestinations = undefined;
  }

  /** Only http routes have one. */
  get name(): string | undefined {
    return this.protocol === 'http' ? this.field.get('name').string : undefined;
  }

  get destinations(): readonly RouteDestination[] {
    return (this.ofDestinations ??= this.field
      .get('route')
      .items()
      .map((item) => readDestination(this.graph, item)));
  }
}

/** A VirtualService. What it names is looked up when it is first asked for. */
export class VirtualService {
  private ofHosts: VirtualService['hosts'] | undefined;
  private ofRoutes: readonly Route[] | undefined;
  private ofGateways: readonly Reference[] | undefined;

  constructor(
    private readonly graph: Graph,
    readonly resource: Resource,
  ) {
    this.ofHosts = undefined;
    this.ofRoutes = undefined;
    this.ofGateways = undefined;
  }

  get hosts(): readonly { readonly field: Field; readonly host: Host }[] {
    return (this.ofHosts ??= withoutRoom(
      this.resource
        .field('spec', 'hosts')
        .items()
        .flatMap((field) => {
          const { string } = field;
          return string === undefined ? [] : [{ field, host: readHost(string, this.resource.namespace) }];
        }),
    ));
  }

  /** Routes of all protocols, http first, each in its order. */
  get routes(): readonly Route[] {
    return (this.ofRoutes ??= withoutRoom(
      PROTOCOLS.flatMap((protocol) =>
        this.resource
          .field('spec', protocol)
          .items()
          .map((field) => new Route(this.graph, protocol, field)),
      ),
    ));
  }

  /** The Gateways that it names. Without any, it applies in the mesh only. */
  get gateways(): readonly Reference[] {
    return (this.ofGateways ??= withoutRoom(this.named.flatMap((field) => gatewayReference(this.graph, field) ?? [])));
  }

  /** Whether requests from inside the mesh follow it. */
  get mesh(): boolean {
    const { named } = this;
    return named.length === 0 || named.some(({ string }) => string === 'mesh');
  }

  private get named(): readonly Field[] {
    return this.resource.field('spec', 'gateways').items();
  }
}

const PROTOCOLS = ['http', 'tls', 'tcp'] as const;

/** All VirtualServices. */
export const virtualServices = memoizeOnGraph((graph): readonly VirtualService[] =>
  graph.ofKind('VirtualService', ISTIO_NETWORKING).map((resource) => new VirtualService(graph, resource)),
);

/** A Gateway by `namespace/name`, or by a name in the same namespace; `mesh` is not a Gateway. */
function gatewayReference(graph: Graph, field: Field): Reference | undefined {
  const text = field.string;
  if (text === undefined || text === 'mesh') return undefined;
  const slash = text.indexOf('/');
  const namespace = slash < 0 ? field.resource.namespace : text.slice(0, slash);
  const name = text.slice(slash + 1);
  return referenceFrom(graph, field, 'Gateway', { group: ISTIO_NETWORKING, namespace, name });
}

function readDestination(graph: Graph, field: Field): RouteDestination {
  const destination = field.get('destination');
  const host = readHost(destination.get('host').string ?? '', field.resource.namespace);
  return {
    field,
    host,
    subset: destination.get('subset').string,
    weight: field.get('weight').number,
    port: destination.get('port', 'number').number,
    service: hostReference(graph, destination.get('host'), host),
  };
}

/** The Service of a host; undefined if the host cannot be one. */
export function hostReference(graph: Graph, from: Field, { form, service, namespace }: Host): Reference | undefined {
  if (!service || form === 'wildcard' || form === 'other') return undefined;
  const reference = referenceFrom(graph, from, 'Service', { group: '', name: service, namespace });
  // Two labels may be a public host as well as a Service in another namespace.
  return form === 'name.namespace' && !reference?.target ? undefined : reference;
}

const byResource = memoizeOnGraph(
  (graph) => new Map(virtualServices(graph).map((service) => [service.resource, service])),
);

/** The VirtualService of a resource, if it is one. */
export function virtualServiceOf(graph: Graph, resource: Resource | undefined): VirtualService | undefined {
  return resource && byResource(graph).get(resource);
}

/** A DestinationRule. What it names is looked up when it is first asked for. */
export class DestinationRule {
  /** Null before it is looked up. */
  private ofService: Reference | undefined | null;
  private ofSubsets: DestinationRule['subsets'] | undefined;

  constructor(
    private readonly graph: Graph,
    readonly resource: Resource,
  ) {
    this.ofService = null;
    this.ofSubsets = undefined;
  }

  get host(): Host {
    return readHost(this.hostField.string ?? '', this.resource.namespace);
  }

  get service(): Reference | undefined {
    if (this.ofService === null) this.ofService = hostReference(this.graph, this.hostField, this.host);
    return this.ofService;
  }

  get subsets(): readonly { readonly field: Field; readonly name: string | undefined }[] {
    return (this.ofSubsets ??= this.resource
      .field('spec', 'subsets')
      .items()
      .map((field) => ({ field, name: field.get('name').string })));
  }

  private get hostField(): Field {
    return this.resource.field('spec', 'host');
  }
}

/** All DestinationRules. */
export const destinationRules = memoizeOnGraph((graph): readonly DestinationRule[] =>
  graph.ofKind('DestinationRule', ISTIO_NETWORKING).map((resource) => new DestinationRule(graph, resource)),
);
