import { openMetricsFloat } from '../../formats/open-metrics-float';
import { lookUp, PROMETHEUS } from '../../versions';
import { AppMetrics, type Buckets, type StatedMetric, type TargetSide } from './app';
import { exposedElsewhere } from './elsewhere';
import { ISTIO_BOUNDS, istioSamples, type Destination, type Reporter } from './istio';
import { queriedMetrics, type QueriedMetric } from './queried';
import { isOfRouter, RouterMetrics, type RouterFacts } from './router';
import { nativeBuckets } from './native-histogram';
import { RESTART_REASONS } from '../profile';
import type { Resource } from './resources';
import type { DescribedSample, SampleLabels, Shown } from './sample';

/** The metrics of kube-state-metrics that the model supports. */
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
/** The metrics, and the series that each process exposes. */
export class Exposition {
  /** What was assumed about label sets. */
  readonly assumptions: readonly string[];
  /** By metric: why nothing is known of its series. */
  readonly refused: ReadonlyMap<string, string>;
  /** Seconds, ascending; empty if no query reads durations. */
  readonly bounds: readonly number[];
  /** What the app itself exposes. */
  readonly ofApp: readonly DescribedSample[];
  /** Whether a query reads the metrics of the ingress gateway. */
  readonly fromGateway: boolean;
  /** Whether a query reads the metrics of a waypoint. */
  readonly fromWaypoint: boolean;
  /** Whether a query reads the metrics of the pods' sidecars. */
  readonly fromProxies: boolean;
  /** Whether a query reads the metrics of kube-state-metrics. */
  readonly fromCluster: boolean;
  /** The greatest factor from one bound of a native histogram to the next. */
  readonly growth: number;
  private readonly router: RouterMetrics | undefined;
  private readonly durations: boolean;
  private readonly normalises: boolean;

  constructor(
    queries: readonly string[],
    stated: Readonly<Record<string, StatedMetric>>,
    targetSide: TargetSide,
    profile: Buckets,
    /** The release of Prometheus that scrapes. */
    prometheus: string,
    /** Metrics that nothing exposes, because recording rules create them. */
    recorded: ReadonlySet<string> = new Set(),
    /** Undefined: nothing is known of a router. */
    router?: RouterFacts,
  ) {
    this.normalises = lookUp(PROMETHEUS.normalisesBuckets, prometheus);
    const asked = [...queriedMetrics(queries).values()].filter(({ name }) => !recorded.has(name));
    const refused = new Map<string, string>();
    const own: QueriedMetric[] = [];
    const routed: QueriedMetric[] = [];
    for (const metric of asked) {
      const { name } = metric;
      if (OF_PROMETHEUS.test(name) || OF_ISTIO.has(name) || CLUSTER.has(name)) continue;
      if (router !== undefined && isOfRouter(name) && !(name in stated)) routed.push(metric);
      else {
        const unknown = name in stated ? undefined : unknownMetric(name);
        if (unknown === undefined) own.push(metric);
        else refused.set(name, unknown);
      }
    }
    const istio = asked.filter(({ name }) => OF_ISTIO.has(name));
    this.router = router && routed.length > 0 ? new RouterMetrics(routed, router) : undefined;
    const app = new AppMetrics(own, stated, targetSide, profile);
    this.ofApp = app.samples.map((one) => this.stored(one));
    this.durations = istio.some(({ name }) => name !== 'istio_requests_total');
    this.growth = profile.nativeBucketFactor;
    this.bounds = [
      ...new Set([
        ...[...app.samples, ...this.ofRouter('new')].flatMap(({ shows }) => this.boundsOf(shows)),
        ...(this.durations ? ISTIO_BOUNDS : []),
      ]),
    ].sort((a, b) => a - b);
    const reporters = istio.flatMap(({ selectors }) =>
      selectors.map(({ matchers }) => matchers.find(({ label }) => label === 'reporter')),
    );
    const only = (wanted: Reporter): boolean =>
      reporters.length > 0 && reporters.every((one) => one?.operator === '=' && one.value === wanted);
    this.fromWaypoint = reporters.some((one) => one?.operator === '=' && one.value === 'waypoint');
    this.fromGateway = istio.length > 0 && !only('destination') && !only('waypoint');
    this.fromProxies = istio.length > 0 && !only('source') && !only('waypoint');
    this.fromCluster = asked.some(({ name }) => CLUSTER.has(name));
    const assumptions = [...app.assumptions, ...(this.router?.assumptions ?? [])];
    if (this.fromGateway) assumptions.push(scrapedElsewhere("the ingress gateway, the reporter 'source',"));
    if (this.fromWaypoint) assumptions.push(scrapedElsewhere("the waypoint, the reporter 'waypoint',"));
    if (this.fromCluster) assumptions.push(scrapedElsewhere('kube-state-metrics'));
    this.assumptions = assumptions;
    this.refused = new Map([...refused, ...app.refused, ...(this.router?.refused ?? [])]);
  }

  /** The bounds in seconds by which durations must be sorted for a series. */
  private boundsOf(shows: Shown): readonly number[] {
    if (shows.type !== 'requests') return [];
    const { part, factor } = shows;
    if (part === 'histogram') return nativeBuckets(this.growth, factor).bounds.map((bound) => bound / factor);
    return typeof part === 'object' ? [part.upTo] : [];
  }

  /** The samples that a proxy exposes for requests to one destination. */
  ofProxy(reporter: Reporter, to: Destination): DescribedSample[] {
    return istioSamples(reporter, to, this.durations).map((one) => this.stored(one));
  }

  /** The counts of ingress-nginx or of Envoys before the Services are asked for. */
  get fromRouter(): boolean {
    return this.ofRouter('new').length > 0;
  }

  /** What the router exposes of requests to a version. */
  ofRouter(version: 'new' | 'old'): readonly DescribedSample[] {
    return this.router?.samples[version].map((one) => this.stored(one)) ?? [];
  }

  /** A sample with its labels as Prometheus stores them. */
  private stored(sample: DescribedSample): DescribedSample {
    const { le } = sample.labels;
    if (le === undefined || !this.normalises) return sample;
    return { ...sample, labels: { ...sample.labels, le: openMetricsFloat(le) ?? le } };
  }

  /** The samples that kube-state-metrics and cAdvisor expose for a pod. */
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
        ...RESTART_REASONS.map((reason): DescribedSample => {
          const name = 'kube_pod_container_status_last_terminated_reason';
          return { name, labels: { ...own, reason }, shows: shows(`last-terminated-${reason}`) };
        }),
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

/** Why nothing is known of a metric; undefined if it may be one of the app. */
const unknownMetric = (name: string): string | undefined =>
  name.includes(':') ? `${name} is a recording rule that is not among the manifests` : exposedElsewhere(name);
