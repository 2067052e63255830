import { labelNameOf } from '../../promql/matcher';
import { type Labels, matchesMap } from '../selector';
import type { RunningContainer, RunningPod, RunningPort } from './pod';

/** The labels of a target before relabeling: `__address__`, `__meta_kubernetes_…`. */
export type Discovered = Map<string, string>;

/** The objects with which Prometheus discovers the pods behind a Service. */
export type EndpointsRole = 'endpoints' | 'endpointslice';

/** A Service as the cluster knows it. */
export interface LiveService {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Its current selector, including a pod-template hash of the controller. */
  readonly selector: Labels;
  readonly ports: readonly LivePort[];
  /** Without a cluster IP. */
  readonly headless: boolean;
  readonly publishNotReadyAddresses: boolean;
}

/** A port of a Service. */
export interface LivePort {
  readonly name: string;
  readonly target: string | number;
  readonly protocol: string;
}

/** A pod with all defaults filled in. */
export type LivePod = RunningPod & { readonly namespace: string };

const META = '__meta_kubernetes_';

/** `10.0.0.1:8080`, `[fd00::1]:8080`. */
const addressOf = (ip: string, port: number): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);

function put(labels: Discovered, entries: { readonly [name: string]: string | undefined }): void {
  for (const [name, value] of Object.entries(entries)) if (value) labels.set(META + name, value);
}

/** The labels and annotations of an object, each with a second label that states its presence. */
function putObject(labels: Discovered, kind: string, name: string, own: Labels, annotations: Labels = {}): void {
  put(labels, { [`${kind}_name`]: name });
  for (const [key, value] of Object.entries(own)) {
    put(labels, { [`${kind}_label_${labelNameOf(key)}`]: value, [`${kind}_labelpresent_${labelNameOf(key)}`]: 'true' });
  }
  for (const [key, value] of Object.entries(annotations)) {
    put(labels, {
      [`${kind}_annotation_${labelNameOf(key)}`]: value,
      [`${kind}_annotationpresent_${labelNameOf(key)}`]: 'true',
    });
  }
}

function putPod(labels: Discovered, pod: LivePod): void {
  put(labels, {
    pod_ip: pod.ip,
    pod_ready: String(pod.ready ?? true),
    pod_phase: pod.phase ?? 'Running',
    pod_node_name: pod.node,
    pod_host_ip: pod.hostIP,
    pod_uid: pod.uid,
    pod_controller_kind: pod.controller?.kind,
    pod_controller_name: pod.controller?.name,
  });
  putObject(labels, 'pod', pod.name, pod.labels, pod.annotations);
}

function putContainer(labels: Discovered, container: RunningContainer, init: boolean, port?: RunningPort): void {
  put(labels, {
    pod_container_name: container.name,
    pod_container_image: container.image,
    pod_container_init: String(init),
    pod_container_port_name: port?.name,
    pod_container_port_number: port && String(port.number),
    pod_container_port_protocol: port && (port.protocol ?? 'TCP'),
  });
}

/** Containers first, then init containers, sidecars or not. */
function containersOf(pod: LivePod): { readonly container: RunningContainer; readonly init: boolean }[] {
  return [
    ...pod.containers.map((container) => ({ container, init: false })),
    ...(pod.initContainers ?? []).map((container) => ({ container, init: true })),
  ];
}

/** The targets of a PodMonitor in a pod: each port of each container, and each container without ports. */
export function discoverPod(pod: LivePod): Discovered[] {
  const { ip } = pod;
  if (ip === undefined) return [];
  const found = (address: string, container: RunningContainer, init: boolean, port?: RunningPort): Discovered => {
    const labels: Discovered = new Map([['__address__', address]]);
    put(labels, { namespace: pod.namespace });
    putPod(labels, pod);
    putContainer(labels, container, init, port);
    return labels;
  };
  return containersOf(pod).flatMap(({ container, init }) =>
    (container.ports ?? []).length === 0
      ? [found(ip, container, init)]
      : container.ports!.map((port) => found(addressOf(ip, port.number), container, init, port)),
  );
}

/**
 * The targets of a ServiceMonitor behind a Service: each port of the Service at each pod, ready or not, and each port
 * that such a pod declares and the Service does not have. The latter do not have the name of a Service port.
 */
export function discoverService(service: LiveService, pods: readonly LivePod[], role: EndpointsRole): Discovered[] {
  return pods.filter((pod) => isBehind(service, pod, role)).flatMap((pod) => discoverBehind(service, pod, role));
}

/**
 * Finished pods are not behind a Service. Whether pods that are being deleted are depends on the role and the Service.
 */
function isBehind(service: LiveService, pod: LivePod, role: EndpointsRole): boolean {
  if (pod.namespace !== service.namespace || pod.ip === undefined || !matchesMap(service.selector, pod.labels)) {
    return false;
  }
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed') return false;
  return !pod.terminating || role === 'endpointslice' || service.publishNotReadyAddresses;
}

function discoverBehind(service: LiveService, pod: LivePod, role: EndpointsRole): Discovered[] {
  const ip = pod.ip!;
  const served = service.ports.flatMap((port) => {
    const number = numberOf(port, pod);
    return number === undefined ? [] : [{ port, number }];
  });
  if (served.length === 0) return []; // and so nothing is known of the pod
  const base = (address: string): Discovered => {
    const labels: Discovered = new Map([['__address__', address]]);
    putService(labels, service, role);
    putPod(labels, pod);
    return labels;
  };
  const targets = served.map(({ port, number }) => {
    const labels = base(addressOf(ip, number));
    putEndpoint(labels, service, pod, role);
    const prefix = role === 'endpoints' ? 'endpoint' : 'endpointslice';
    put(labels, { [`${prefix}_port_name`]: port.name, [`${prefix}_port_protocol`]: port.protocol });
    if (role === 'endpointslice') put(labels, { endpointslice_port: String(number) });
    // If several containers declare the port, the last of them is named.
    for (const { container, init } of containersOf(pod)) {
      const declared = container.ports?.find((one) => one.number === number);
      if (declared === undefined) continue;
      const protocol = role === 'endpoints' ? port.protocol : declared.protocol;
      for (const name of ['image', 'port_name']) labels.delete(`${META}pod_container_${name}`);
      putContainer(labels, container, init, { ...declared, protocol });
    }
    return labels;
  });
  const numbers = new Set(served.map(({ number }) => number));
  for (const { container, init } of containersOf(pod)) {
    for (const port of container.ports ?? []) {
      if (numbers.has(port.number)) continue;
      const labels = base(addressOf(ip, port.number));
      putContainer(labels, container, init, port);
      targets.push(labels);
    }
  }
  return targets;
}

/** The port of a pod that serves a Service's port. A name is looked for in containers and sidecars. */
function numberOf({ target, protocol }: LivePort, pod: LivePod): number | undefined {
  if (typeof target === 'number') return target;
  const sidecars = (pod.initContainers ?? []).filter(({ sidecar }) => sidecar);
  return [...pod.containers, ...sidecars]
    .flatMap(({ ports }) => ports ?? [])
    .find((one) => one.name === target && (one.protocol ?? 'TCP') === protocol)?.number;
}

function putService(labels: Discovered, service: LiveService, role: EndpointsRole): void {
  put(labels, { namespace: service.namespace });
  putObject(labels, 'service', service.name, service.labels, service.annotations);
  const headless: Labels = service.headless ? { 'service.kubernetes.io/headless': '' } : {};
  if (role === 'endpoints') {
    const managedBy = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' };
    putObject(labels, 'endpoints', service.name, { ...service.labels, ...headless, ...managedBy });
    return;
  }
  // The name of a slice ends with generated letters, so it is left out.
  putObject(labels, 'endpointslice', '', {
    ...service.labels,
    ...headless,
    'kubernetes.io/service-name': service.name,
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
  });
  put(labels, { endpointslice_address_type: 'IPv4' });
}

function putEndpoint(labels: Discovered, service: LiveService, pod: LivePod, role: EndpointsRole): void {
  const serving = pod.ready ?? true;
  const prefix = role === 'endpoints' ? 'endpoint' : 'endpointslice';
  put(labels, { [`${prefix}_address_target_kind`]: 'Pod', [`${prefix}_address_target_name`]: pod.name });
  if (role === 'endpoints') {
    put(labels, {
      endpoint_ready: String(service.publishNotReadyAddresses || serving),
      endpoint_node_name: pod.node,
    });
    return;
  }
  put(labels, {
    endpointslice_endpoint_conditions_ready: String(
      service.publishNotReadyAddresses || (serving && !(pod.terminating ?? false)),
    ),
    endpointslice_endpoint_conditions_serving: String(serving),
    endpointslice_endpoint_conditions_terminating: String(pod.terminating ?? false),
    endpointslice_endpoint_node_name: pod.node,
  });
}
