import { openMetricsFloat } from '../../formats/open-metrics-float';
import { lookUp, PROMETHEUS } from '../../versions';
import type { TrafficProfile } from '../profile';
import { AppMetrics, type StatedMetric, type TargetSide } from './app';
import { ISTIO_BOUNDS, istioSamples, type Destination, type Reporter } from './istio';
import { queriedMetrics, type QueriedMetric } from './queried';
import type { Resource } from './resources';
import type { DescribedSample, SampleLabels } from './sample';

/** Metrics of kube-state-metrics that the model knows. */
const CLUSTER = new Set([
  'kube_pod_container_status_restarts_total',
  'kube_pod_container_status_last_terminated_reason',
  'kube_pod_container_resource_limits',
  'container_memory_working_set_bytes',
  'container_cpu_usage_seconds_total',
  'container_cpu_cfs_periods_total',
  'container_cpu_cfs_throttled_periods_total',
]);

/** A container as the cluster sees it. Bytes and cores; undefined: without such a limit. */
export interface LimitedContainer {
  readonly name: string;
  readonly memory?: number;
  readonly cpu?: number;
}

/** What a container without a limit is taken to have at hand: its use is a share of that. */
const AT_HAND = { memory: 2 ** 30, cpu: 1 };
const OF_PROMETHEUS = /^(up|scrape_\w+|ALERTS|ALERTS_FOR_STATE)$/;
const OF_ISTIO = new Set([
  'istio_requests_total',
  'istio_request_duration_milliseconds_bucket',
  'istio_request_duration_milliseconds_sum',
  'istio_request_duration_milliseconds_count',
]);
/** What neither an app's counters of requests nor anything else here stands for. */
const UNKNOWN =
  /^(kube_|container_|node_|istio_|envoy_|nginx_ingress_|traefik_|machine_|rollout_|analysis_run_|process_|go_|jvm_)/;

/** Which metrics there are, and which series each process that counts requests exposes. */
export class Exposition {
  /** What was assumed about label sets. */
  readonly assumptions: readonly string[];
  /** By metric: why nothing is known of its series. */
  readonly refused: ReadonlyMap<string, string>;
  /** Seconds; ascending, and none where no durations are asked for. */
  readonly bounds: readonly number[];
  /** What the app itself exposes. */
  readonly ofApp: readonly DescribedSample[];
  /** The counts of the ingress gateway are asked for. */
  readonly fromGateway: boolean;
  /** The counts of a waypoint are asked for. */
  readonly fromWaypoint: boolean;
  /** The counts of the pods' own proxies are asked for. */
  readonly fromProxies: boolean;
  /** The cluster's metrics of pods are asked for. */
  readonly fromCluster: boolean;
  private readonly durations: boolean;
  private readonly normalises: boolean;

  constructor(
    queries: readonly string[],
    stated: Readonly<Record<string, StatedMetric>>,
    targetSide: TargetSide,
    profile: Pick<TrafficProfile, 'latencyBuckets'>,
    /** The release of Prometheus that scrapes. */
    prometheus: string,
    /** Metrics that nothing exposes, because rules make them. */
    recorded: ReadonlySet<string> = new Set(),
  ) {
    this.normalises = lookUp(PROMETHEUS.normalisesBuckets, prometheus);
    const asked = [...queriedMetrics(queries).values()].filter(({ name }) => !recorded.has(name));
    const refused = new Map<string, string>();
    const own: QueriedMetric[] = [];
    for (const metric of asked) {
      const { name } = metric;
      if (OF_PROMETHEUS.test(name) || OF_ISTIO.has(name) || CLUSTER.has(name)) continue;
      if (name in stated || !(UNKNOWN.test(name) || name.includes(':'))) own.push(metric);
      else refused.set(name, unknown(name));
    }
    const istio = asked.filter(({ name }) => OF_ISTIO.has(name));
    const app = new AppMetrics(own, stated, targetSide, profile.latencyBuckets);
    this.ofApp = app.samples.map((one) => this.stored(one));
    this.durations = istio.some(({ name }) => name !== 'istio_requests_total');
    this.bounds = boundsOf([
      ...app.samples,
      ...(this.durations ? ISTIO_BOUNDS.map((upTo) => ({ shows: { part: { upTo } } })) : []),
    ]);
    const reporters = istio.flatMap(({ selectors }) =>
      selectors.map(({ matchers }) => matchers.find(({ label }) => label === 'reporter')),
    );
    const only = (wanted: Reporter): boolean =>
      reporters.length > 0 && reporters.every((one) => one?.operator === '=' && one.value === wanted);
    this.fromWaypoint = reporters.some((one) => one?.operator === '=' && one.value === 'waypoint');
    this.fromGateway = istio.length > 0 && !only('destination') && !only('waypoint');
    this.fromProxies = istio.length > 0 && !only('source') && !only('waypoint');
    this.fromCluster = asked.some(({ name }) => CLUSTER.has(name));
    const assumptions = [...app.assumptions];
    if (this.fromGateway) assumptions.push(scrapedElsewhere("the ingress gateway, the reporter 'source',"));
    if (this.fromWaypoint) assumptions.push(scrapedElsewhere("the waypoint, the reporter 'waypoint',"));
    if (this.fromCluster) assumptions.push(scrapedElsewhere('kube-state-metrics'));
    this.assumptions = assumptions;
    this.refused = new Map([...refused, ...app.refused]);
  }

  /** What a proxy exposes of requests to one destination. */
  ofProxy(reporter: Reporter, to: Destination): DescribedSample[] {
    return istioSamples(reporter, to, this.durations).map((one) => this.stored(one));
  }

  /** A sample with its labels as Prometheus stores them. */
  private stored(sample: DescribedSample): DescribedSample {
    const { le } = sample.labels;
    if (le === undefined || !this.normalises) return sample;
    return { ...sample, labels: { ...sample.labels, le: openMetricsFloat(le) ?? le } };
  }

  /** What kube-state-metrics and cAdvisor expose of a pod. */
  ofPod(pod: SampleLabels, containers: readonly LimitedContainer[]): DescribedSample[] {
    return containers.flatMap(({ name: container, memory, cpu }): DescribedSample[] => {
      const own = { ...pod, container };
      const { uid: _, ...seen } = own as SampleLabels;
      const inUse = { ...seen, image: `${container}:1` };
      const shows = (of: Resource, limit = 0): DescribedSample['shows'] => ({ type: 'resource', of, limit });
      const limits = (['memory', 'cpu'] as const).flatMap((resource): DescribedSample[] => {
        const limit = { memory, cpu }[resource];
        if (limit === undefined) return [];
        const labels = { ...own, resource, unit: resource === 'memory' ? 'byte' : 'core' };
        return [{ name: 'kube_pod_container_resource_limits', labels, shows: shows(`${resource}-limit`, limit) }];
      });
      const periods = (['cpu-periods', 'cpu-throttled-periods'] as const).map((of): DescribedSample => {
        const name = `container_${of.replace('cpu-', 'cpu_cfs_').replace(/-/g, '_')}_total`;
        return { name, labels: inUse, shows: shows(of) };
      });
      return [
        { name: 'kube_pod_container_status_restarts_total', labels: own, shows: shows('restarts') },
        {
          name: 'kube_pod_container_status_last_terminated_reason',
          labels: { ...own, reason: 'Error' },
          shows: { type: 'crashed' },
        },
        ...limits,
        {
          name: 'container_memory_working_set_bytes',
          labels: inUse,
          shows: shows('memory', memory ?? AT_HAND.memory),
        },
        { name: 'container_cpu_usage_seconds_total', labels: inUse, shows: shows('cpu', cpu ?? AT_HAND.cpu) },
        // The kernel counts no periods of a container without a limit.
        ...(cpu === undefined ? [] : periods),
      ];
    });
  }
}

const scrapedElsewhere = (what: string): string =>
  `${what} is scraped once every global scrape interval, which no monitor here says`;

function unknown(name: string): string {
  if (name.includes(':')) return `${name} is a recording rule that is not among the manifests`;
  return `nothing in the traffic model counts ${name}`;
}

function boundsOf(samples: readonly { readonly shows: object }[]): number[] {
  const found = samples.flatMap(({ shows }) => {
    const part = 'part' in shows ? (shows.part as DescribedPart) : undefined;
    return typeof part === 'object' ? part.upTo : [];
  });
  return [...new Set(found)].sort((a, b) => a - b);
}

type DescribedPart = string | { readonly upTo: number };
