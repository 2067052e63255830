import {
  containerPorts,
  containersOf,
  type Graph,
  HASH_LABEL,
  type Labels,
  type Resource,
  type Rollout,
  memoizeOnGraph,
  serviceOf,
  services,
  type Workload,
  workloadOf,
  type RunningContainer,
  type RunningPod,
} from '../../graph';
import { readQuantity } from '../../formats/quantity';
import type { LimitedContainer } from '../sources/exposition';
import type { Destination } from '../sources/istio';
import type { Hashes, Pointing, ScrapedPod, Version } from './version';

const POD_HASH = 'pod-template-hash';
const INJECT = 'sidecar.istio.io/inject';
/** @see https://istio.io/latest/docs/ops/integrations/prometheus/ */
const [MERGED_PORT, PROXY_PORT, PROXY_PATH] = [15_020, 15_090, '/stats/prometheus'];

/** By workload: the ports that Services target by number. Services that select the same share the list of workloads. */
const targetedPorts = memoizeOnGraph((graph) => {
  const shared = new Map<readonly Workload[], Set<number>>();
  for (const { workloads, ports } of services(graph)) {
    const numbers = shared.get(workloads) ?? new Set();
    shared.set(workloads, numbers);
    for (const { target } of ports) if (typeof target === 'number') numbers.add(target);
  }
  const found = new Map<Resource, Set<number>>();
  for (const [workloads, numbers] of shared) {
    if (numbers.size === 0) continue;
    for (const { resource } of workloads) {
      found.set(resource, new Set([...(found.get(resource) ?? []), ...numbers]));
    }
  }
  return found;
});

/** What the manifests state about the pods of a rollout and their Services. */
export class Surroundings {
  private readonly workload: Workload | undefined;
  private readonly containers: readonly RunningContainer[];
  private readonly initContainers: readonly RunningContainer[];

  constructor(
    readonly graph: Graph,
    private readonly rollout: Rollout,
    readonly namespace: string,
    private readonly hashes: Hashes,
    private readonly workloads: Readonly<Record<Version, string>>,
  ) {
    this.workload = workloadOf(graph, rollout.resource);
    const { template } = this.workload ?? {};
    this.containers = template ? containersOf(template, 'containers') : [];
    this.initContainers = template ? containersOf(template, 'initContainers') : [];
  }

  /** Why the labels and ports of the pods are not known; undefined where they are. */
  get unknownPods(): string | undefined {
    const { workloadRef } = this.rollout.workload;
    if (workloadRef === undefined || workloadRef.target !== undefined) return undefined;
    const { kind, name } = workloadRef.to;
    return `the pods are those of the ${kind} '${name}', which is not among the manifests: their labels and ports are not known; add its file to the input`;
  }

  /** A pod as Prometheus's service discovery sees it. */
  runningPod(pod: ScrapedPod): RunningPod {
    const hash = this.hashOf(pod.version);
    return {
      name: pod.name,
      namespace: this.namespace,
      labels: { ...this.labels, ...this.metadataOf(pod.version), [HASH_LABEL]: hash, [POD_HASH]: hash },
      annotations: this.workload?.template.get('metadata', 'annotations').strings,
      ip: pod.ip,
      containers: this.containers,
      initContainers: this.initContainers,
      ready: pod.ready,
      node: 'node-1',
      hostIP: '192.0.2.1',
      uid: pod.name,
      controller: { kind: 'ReplicaSet', name: `${this.workloads[pod.version]}-${hash}` },
    };
  }

  /**
   * What answers at a port and path of a pod: the app, Istio's proxy, the proxy with the app's metrics merged in, or
   * nothing. Annotations state where the app serves its metrics; without them, it does wherever a monitor scrapes.
   */
  exposedAt(port: number, path: string): { readonly app: boolean; readonly proxy: boolean } {
    const annotations = this.workload?.template.get('metadata', 'annotations').strings ?? {};
    if (port !== PROXY_PORT && port !== MERGED_PORT) {
      const { 'prometheus.io/path': stated = path === PROXY_PATH ? undefined : path } = annotations;
      return { app: this.listensAt(port) && path === stated, proxy: false };
    }
    if (path !== PROXY_PATH) return { app: false, proxy: false };
    if (!this.hasProxy) return { app: false, proxy: false };
    const merged =
      port === MERGED_PORT &&
      annotations['prometheus.io/scrape'] === 'true' &&
      annotations['prometheus.istio.io/merge-metrics'] !== 'false';
    return { app: merged, proxy: true };
  }

  /** Labels that the controller sets on the pods of one version during an update. */
  private metadataOf(version: Version): Labels {
    const key = version === 'new' ? 'canaryMetadata' : 'stableMetadata';
    return this.rollout.canary.get(key, 'labels').strings;
  }

  /** Whether the pods have a sidecar of Istio, as far as their labels and annotations tell. */
  get hasProxy(): boolean {
    const annotations = this.workload?.template.get('metadata', 'annotations').strings ?? {};
    return (this.labels[INJECT] ?? annotations[INJECT]) !== 'false';
  }

  /** The containers that run all the time, with their limits. */
  get limitedContainers(): readonly LimitedContainer[] {
    const written = this.workload?.template.get('spec', 'containers').items() ?? [];
    return this.containers.map(({ name }, i) => {
      const limit = (resource: string): number | undefined => {
        const { string, number } = written[i].get('resources', 'limits', resource);
        return readQuantity(string ?? number);
      };
      return { name, memory: limit('memory'), cpu: limit('cpu') };
    });
  }

  get labels(): Labels {
    return this.workload?.labels ?? {};
  }

  hashOf(version: Version): string {
    return version === 'new' ? this.hashes.canary : this.hashes.stable;
  }

  /** Ports at which the app listens, declared or not. */
  private listensAt(port: number): boolean {
    const declared = this.workload ? containerPorts(this.workload) : [];
    return (
      declared.some(({ number }) => number === port) ||
      (targetedPorts(this.graph).get(this.rollout.resource)?.has(port) ?? false)
    );
  }

  /** The pods that the Services of the controller select, by version. */
  selectors({ canary, stable }: Pointing): Map<Resource, Labels> {
    const { services: own } = this.rollout;
    const found = new Map<Resource, Labels>();
    for (const [reference, version] of [
      // After the first deployment, the ping Service is the stable one.
      [own.stable ?? own.ping ?? own.active, stable],
      [own.canary ?? own.pong ?? own.preview, canary],
    ] as const) {
      const service = serviceOf(this.graph, reference?.target);
      if (service === undefined || version === undefined) continue;
      found.set(service.resource, { ...service.selector, [HASH_LABEL]: this.hashOf(version) });
    }
    return found;
  }

  /** The destination labels of a request, by the Service that the route names for the version. */
  destination(version: Version, side: 'canary' | 'stable'): Destination {
    const { resource, services: own, istio } = this.rollout;
    const subsets = istio.get('destinationRule').exists;
    const { labels } = this;
    const ofSide = own[side] ?? (side === 'stable' ? own.ping : own.pong);
    const named = (ofSide ?? own.stable ?? own.canary ?? own.active)?.to.name;
    const target = (ofSide ?? own.stable ?? own.active)?.target;
    const port = target?.field('spec', 'ports').items()[0];
    const protocol = port?.get('appProtocol').string ?? port?.get('name').string ?? '';
    const app = labels['service.istio.io/canonical-name'] ?? labels['app.kubernetes.io/name'] ?? labels.app;
    const revision =
      labels['service.istio.io/canonical-revision'] ??
      labels['app.kubernetes.io/version'] ??
      labels.version ??
      'latest';
    return {
      service: (subsets ? this.routedHost() : named) ?? named ?? this.routedHost() ?? resource.name,
      workload: this.workloads[version],
      namespace: this.namespace,
      app: app ?? resource.name,
      version: labels.version ?? 'unknown',
      // The label of the old version is not known, because a release may change it.
      revision: version === 'new' || revision === 'latest' ? revision : `${revision}-before`,
      grpc: /^grpc/i.test(protocol),
    };
  }

  /** With subsets, the route has one host for both versions. */
  private routedHost(): string | undefined {
    const hosts = this.rollout.virtualServices.flatMap(({ routes }) =>
      routes.flatMap(({ field }) =>
        field
          .get('route')
          .items()
          .flatMap((one) => one.get('destination', 'host').string ?? []),
      ),
    );
    return hosts[0]?.split('.')[0];
  }
}
