import { type Graph, memoizeOnGraph } from './graph';
import type { Field, Resource } from './resource';
import { type Labels, matchesMap } from './selector';
import type { Workload } from './workload';

/** Whether the pods of a workload are in the mesh, and which field decides it. */
export interface Injection {
  /** `unknown` if nothing in the given set decides it: the namespace may be labelled elsewhere. */
  readonly state: 'enabled' | 'disabled' | 'ambient' | 'unknown';
  readonly decidedBy: Field | undefined;
}

/**
 * Whether the pods of a workload get a proxy, or are in an ambient mesh. Pods in the network of their node are neither.
 * A pod with a sidecar is not captured by ztunnel.
 *
 * @see https://istio.io/latest/docs/setup/additional-setup/sidecar-injection/
 */
export function injectionOf(graph: Graph, workload: Workload): Injection {
  const { resource, template } = workload;
  const host = template.get('spec', 'hostNetwork');
  if (host.boolean === true) return { state: 'disabled', decidedBy: host };
  const labels = namespaceOf(graph, resource)?.field('metadata', 'labels');
  const sidecar = sidecarOf(template, labels);
  if (sidecar.state === 'enabled') return sidecar;
  const own = template.get('metadata', 'labels', MODE);
  if (own.string === 'ambient') return { state: 'ambient', decidedBy: own };
  const mode = labels?.get(MODE);
  return mode?.string === 'ambient' && own.string !== 'none' ? { state: 'ambient', decidedBy: mode } : sidecar;
}

/**
 * Whether the webhooks of injection answer for a pod, and what they answer. Their selectors look at labels alone: a
 * namespace with `istio-injection` decides for all pods but those that say `false`. Without it and without a revision of
 * the namespace, the pod must ask for a proxy by label. The annotation of older releases can only refuse one.
 */
function sidecarOf(template: Field, namespace: Field | undefined): Injection {
  const label = template.get('metadata', 'labels', 'sidecar.istio.io/inject');
  const annotation = template.get('metadata', 'annotations', 'sidecar.istio.io/inject');
  const own = label.string ? label : annotation;
  if (own.string === 'false') return { state: 'disabled', decidedBy: own };
  const injection = namespace?.get('istio-injection');
  if (injection?.exists) {
    if (injection.string !== 'enabled') return { state: 'disabled', decidedBy: injection };
    return { state: 'enabled', decidedBy: own.string === 'true' ? own : injection };
  }
  const asking = [
    label.string === 'true' ? label : undefined,
    template.get('metadata', 'labels', 'istio.io/rev'),
    namespace?.get('istio.io/rev'),
  ].find((field) => field?.exists);
  return asking ? { state: 'enabled', decidedBy: asking } : { state: 'unknown', decidedBy: undefined };
}

/**
 * The label that names the waypoint of an ambient workload: on the pods, on the namespace, or on one of the Services
 * that are called. Undefined if nothing in the given set names one.
 */
export function ambientWaypointOf(
  graph: Graph,
  { resource, template }: Workload,
  called: readonly Resource[],
): Field | undefined {
  const owners = [template.get('metadata'), ...called.map((one) => one.field('metadata'))];
  const namespaces = [resource, ...called].flatMap((one) => namespaceOf(graph, one)?.field('metadata') ?? []);
  return [...owners, ...namespaces]
    .map((metadata) => metadata.get('labels', 'istio.io/use-waypoint'))
    .find(({ string }) => string !== undefined && string !== 'none');
}

const MODE = 'istio.io/dataplane-mode';

const namespaceOf = (graph: Graph, resource: Resource): Resource | undefined =>
  resource.namespace === undefined
    ? undefined
    : graph.find({ group: '', kind: 'Namespace', name: resource.namespace, namespace: null }, resource);

/** Ports that injection always leaves out of the redirection: the proxy's own metrics, and its health. */
const UNGUARDED_PORTS: readonly number[] = [15_090, 15_021];
const STATUS_PORT = '15020';

const annotationOf = ({ template }: Workload, name: string): string | undefined =>
  template.get('metadata', 'annotations', name).string;

const portsIn = (text: string): number[] =>
  text
    .split(',')
    .filter((one) => one.trim() !== '')
    .map(Number);

/**
 * Whether the mesh intercepts connections to a port of a workload's pods: the sidecar, or ztunnel in an ambient mesh.
 * Its mutual TLS and its policies do not apply to other ports. Pods of which it is not known whether they are in the
 * mesh are taken to have a sidecar.
 *
 * A sidecar gets the ports of `includeInboundPorts`. Only if that is `*`, the default, does it leave out those of
 * `excludeInboundPorts` and those of its agent. ztunnel gets all of them.
 *
 * @see https://istio.io/latest/docs/reference/config/annotations/
 */
export function interceptsPort(graph: Graph, workload: Workload, port: number): boolean {
  const { state } = injectionOf(graph, workload);
  if (state === 'disabled') return false;
  if (state === 'ambient') return annotationOf(workload, 'ambient.istio.io/bypass-inbound-capture') !== 'true';
  if (annotationOf(workload, 'sidecar.istio.io/interceptionMode') === 'NONE') return false;
  const included = annotationOf(workload, 'traffic.sidecar.istio.io/includeInboundPorts') ?? '*';
  if (included !== '*') return portsIn(included).includes(port);
  const excluded = [
    annotationOf(workload, 'status.sidecar.istio.io/port') ?? STATUS_PORT,
    annotationOf(workload, 'traffic.sidecar.istio.io/excludeInboundPorts') ?? '',
  ];
  return !UNGUARDED_PORTS.includes(port) && !excluded.flatMap(portsIn).includes(port);
}

/**
 * The annotations of the pods in the cluster. Injection turns those for scraping into the address at which the agent
 * serves the metrics of the proxy and of the application, unless the pods opt out.
 *
 * @see https://istio.io/latest/docs/ops/integrations/prometheus/#option-1-metrics-merging
 */
export function liveAnnotationsOf(graph: Graph, workload: Workload): Labels {
  const own = workload.template.get('metadata', 'annotations').strings;
  const { state } = injectionOf(graph, workload);
  const optsOut = own['prometheus.io/scrape'] === 'false' || own['prometheus.istio.io/merge-metrics'] === 'false';
  const port = own['status.sidecar.istio.io/port'] ?? STATUS_PORT;
  if (state === 'disabled' || state === 'ambient' || optsOut || own['prometheus.io/port'] === port) return own;
  return {
    ...own,
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': port,
    'prometheus.io/path': '/stats/prometheus',
  };
}

/**
 * Whether a Prometheus of the set is in an ambient mesh. ztunnel then tunnels its scrapes, so that they have an
 * identity of the mesh: pods are called by their addresses, which ztunnel knows. `unknown` if there is no Prometheus in
 * the set, or if the namespace of one is not in it.
 */
export const prometheusInAmbientMesh = memoizeOnGraph((graph): 'yes' | 'no' | 'unknown' => {
  const found = ['Prometheus', 'PrometheusAgent']
    .flatMap((kind) => graph.ofKind(kind, 'monitoring.coreos.com'))
    .map((prometheus) => {
      const own = prometheus.field('spec', 'podMetadata', 'labels', MODE).string;
      if (prometheus.field('spec', 'hostNetwork').boolean === true || own === 'none') return 'no';
      if (own === 'ambient') return 'yes';
      const namespace = namespaceOf(graph, prometheus);
      if (namespace === undefined) return 'unknown';
      return namespace.field('metadata', 'labels', MODE).string === 'ambient' ? 'yes' : 'no';
    });
  if (found.includes('yes')) return 'yes';
  return found.length === 0 || found.includes('unknown') ? 'unknown' : 'no';
});

/** The mutual TLS mode that a workload requires of its clients. */
export interface MutualTls {
  readonly mode: 'STRICT' | 'PERMISSIVE' | 'DISABLE';
  readonly decidedBy: Field;
}

const policies = memoizeOnGraph((graph) => {
  const found = new Map<string, Resource[]>();
  for (const resource of graph.ofKind('PeerAuthentication', 'security.istio.io')) {
    const key = resource.namespace ?? '';
    found.set(key, [...(found.get(key) ?? []), resource]);
  }
  return found;
});

/**
 * The PeerAuthentication that applies to a port of a workload: one that selects it (with the port's own mode), that of
 * the namespace, or that of the mesh (in `istio-system`). Undefined if the given set has none: the default of Istio is
 * PERMISSIVE.
 */
export function mutualTlsOf(graph: Graph, { resource, labels }: Workload, port?: number): MutualTls | undefined {
  const inNamespace = policies(graph).get(resource.namespace ?? '') ?? [];
  const selectorOf = (policy: Resource): Field => policy.field('spec', 'selector', 'matchLabels');
  const own = inNamespace.filter((policy) => matchesMap(selectorOf(policy).strings, labels ?? {}));
  const wide = inNamespace.filter((policy) => !selectorOf(policy).exists);
  const mesh = (policies(graph).get('istio-system') ?? []).filter((policy) => !selectorOf(policy).exists);
  for (const policy of [...own, ...wide, ...mesh]) {
    const fields = [
      ...(port === undefined || !own.includes(policy)
        ? []
        : [policy.field('spec', 'portLevelMtls', String(port), 'mode')]),
      policy.field('spec', 'mtls', 'mode'),
    ];
    for (const field of fields) {
      const mode = field.string;
      if (mode === 'STRICT' || mode === 'PERMISSIVE' || mode === 'DISABLE') return { mode, decidedBy: field };
    }
  }
  return undefined;
}
