import { type Graph, memoizeOnGraph, type Resource, workloads } from '../../graph';
import { closest } from '../shared/suggest';

/** A name in a matcher that stands for an object which the given manifests lack. */
export interface UnknownName {
  /** `the pods of 'wbe'`. */
  readonly what: string;
  /** A similar name that exists. */
  readonly meant: string | undefined;
}

/** A matcher, with the arguments of the analysis in its value. */
interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** What a matcher names in the form of a proxy or as the beginning of a pod's name, if that does not exist. */
export function namedInProxy(graph: Graph, owner: Resource, matcher: Matcher): UnknownName | undefined {
  const { label, operator, value } = matcher;
  if (/^(pod|pod_name|kubernetes_pod_name)$/.test(label)) return operator === '=~' ? podsOf(graph, value) : undefined;
  if (operator !== '=') return undefined;
  if (/^(envoy_)?cluster_name$/.test(label)) return clusterOf(graph, owner, value);
  if (/^(exported_)?service$/.test(label)) return traefikServiceOf(graph, owner, value);
  if (/^(dst_service|backend_name)$/.test(label)) return linkerdServiceOf(graph, value);
  return undefined;
}

const workloadNames = memoizeOnGraph((graph) => [...new Set(workloads(graph).map(({ resource }) => resource.name))]);

/** `checkout-.*`: the pods of a workload, whose names begin with its name. */
function podsOf(graph: Graph, pattern: string): UnknownName | undefined {
  const prefix = /^\^?([a-z0-9][-a-z0-9]*?)-?\.[*+]\$?$/.exec(pattern)?.[1];
  if (prefix === undefined) return undefined;
  const names = workloadNames(graph);
  // The pattern may go into the name of one workload or stand before those of several.
  if (names.length === 0 || names.some((name) => name.startsWith(prefix) || prefix.startsWith(`${name}-`))) {
    return undefined;
  }
  return { what: `the pods of '${prefix}'`, meant: closest(prefix, names) };
}

/** `outbound|80||checkout.shop.svc.cluster.local` of Istio, `httproute/shop/checkout/rule/0` of Envoy Gateway. */
function clusterOf(graph: Graph, owner: Resource, value: string): UnknownName | undefined {
  const [, name, namespace] = /^(?:outbound|inbound)\|\d*\|[^|]*\|([^.|]+)\.([^.|]+)\.svc\b[^|]*$/.exec(value) ?? [];
  if (name !== undefined) {
    return missingIn(graph, owner, { group: '', kind: 'Service', name, namespace });
  }
  const route = /^(http|grpc|tcp|tls|udp)route\/([^/]+)\/([^/]+)\/rule\/\d+/.exec(value);
  if (route === null) return undefined;
  const kind = `${route[1].toUpperCase()}Route`;
  return missingIn(graph, owner, { group: 'gateway.networking.k8s.io', kind, name: route[3], namespace: route[2] });
}

function missingIn(
  graph: Graph,
  owner: Resource,
  wanted: { group: string; kind: string; name: string; namespace: string },
): UnknownName | undefined {
  if (graph.find(wanted, owner)) return undefined;
  const { group, kind, name, namespace } = wanted;
  const names = graph.ofKind(kind, group).map((one) => one.name);
  return { what: `the ${kind} '${name}' of the namespace '${namespace}'`, meant: closest(name, names) };
}

/** The Service that Linkerd's proxy called. Another label has its namespace. */
function linkerdServiceOf(graph: Graph, name: string): UnknownName | undefined {
  const all = graph.ofKind('Service', '').map((one) => one.name);
  return all.includes(name) ? undefined : { what: `the Service '${name}'`, meant: closest(name, all) };
}

/** `shop-checkout-80@kubernetes` of Traefik: the namespace, the Service and its port. */
function traefikServiceOf(graph: Graph, owner: Resource, value: string): UnknownName | undefined {
  const match = /^([a-z0-9-]+)-(\d+)@kubernetes(crd)?$/.exec(value);
  const { namespace } = owner;
  if (match === null || namespace === undefined || !match[1].startsWith(`${namespace}-`)) return undefined;
  const name = match[1].slice(namespace.length + 1);
  return missingIn(graph, owner, { group: '', kind: 'Service', name, namespace });
}
