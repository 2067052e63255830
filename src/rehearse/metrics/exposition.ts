import type { TrafficProfile } from '../../traffic-model';
import type { RequestCounts, RequestTally } from './request-counters';
import { AppMetrics, type Exposed, type StatedMetric } from './app';
import { ISTIO_BUCKETS, istioMetrics, type Destination } from './istio';
import { queriedMetrics, type QueriedMetric } from './queried';

/** Metrics of the cluster that a rehearsal has something to say about. */
const CLUSTER = new Set([
  'kube_pod_container_status_restarts_total',
  'kube_pod_container_status_last_terminated_reason',
  'kube_pod_info',
]);
const OF_PROMETHEUS = /^(up|scrape_\w+|ALERTS|ALERTS_FOR_STATE)$/;
const OF_ISTIO = new Set([
  'istio_requests_total',
  'istio_request_duration_milliseconds_bucket',
  'istio_request_duration_milliseconds_sum',
  'istio_request_duration_milliseconds_count',
]);
/** What neither an app's counters of requests nor anything else here stands for. */
const UNKNOWN = /^(kube_|container_|node_|istio_|envoy_|machine_|rollout_|analysis_run_|process_|go_)/;

/** Which metrics there are to be, and what comes out of the processes that count. */
export class Exposition {
  /** What was taken for granted, and what of the queries nothing feeds. */
  readonly notes: readonly string[];
  /** Seconds; ascending, and none where no durations are asked for. */
  readonly bounds: readonly number[];
  /** The ingress gateway's own counts are asked for. */
  readonly fromGateway: boolean;
  /** The cluster's metrics of pods are asked for. */
  readonly fromCluster: boolean;
  private readonly app: AppMetrics;
  private readonly istioDurations: boolean;
  private readonly appBounds: readonly number[];

  constructor(
    queries: readonly string[],
    stated: Readonly<Record<string, StatedMetric>>,
    targetSide: (label: string, value: string) => boolean,
    profile: TrafficProfile,
  ) {
    const asked = [...queriedMetrics(queries).values()];
    const notes: string[] = [];
    const own: QueriedMetric[] = [];
    for (const metric of asked) {
      const { name } = metric;
      if (OF_PROMETHEUS.test(name) || OF_ISTIO.has(name) || CLUSTER.has(name)) continue;
      if (name in stated || !(UNKNOWN.test(name) || name.includes(':'))) own.push(metric);
      else notes.push(unfed(name));
    }
    const istio = asked.filter(({ name }) => OF_ISTIO.has(name));
    this.app = new AppMetrics(own, stated, targetSide, profile.latencyBuckets, profile.countersFromZero);
    this.istioDurations = istio.some(({ name }) => name !== 'istio_requests_total');
    this.appBounds = this.app.bounds;
    this.bounds = [
      ...new Set([...this.appBounds, ...(this.istioDurations ? ISTIO_BUCKETS.map((bound) => bound / 1000) : [])]),
    ].sort((a, b) => a - b);
    this.fromGateway = istio.some(({ selectors }) =>
      selectors.some(({ matchers }) => {
        const [reporter] = matchers.filter(({ label }) => label === 'reporter');
        return reporter === undefined || !(reporter.operator === '=' && reporter.value === 'destination');
      }),
    );
    this.fromCluster = asked.some(({ name }) => CLUSTER.has(name));
    if (this.fromGateway) {
      notes.push(
        "istio_requests_total of the reporter 'source' is counted by the ingress gateway, which no monitor here scrapes: the mesh's own Prometheus set-up is taken to do that, at the global interval",
      );
    }
    if (this.fromCluster) notes.push('kube-state-metrics is taken to be scraped, at the global interval');
    this.notes = [...this.app.notes, ...notes];
  }

  /** What the app exposes of its own. */
  ofApp(counters: RequestCounts): Exposed[] {
    return this.app.expose(narrowed(counters, this.bounds, this.appBounds));
  }

  /** What a proxy exposes of requests to one destination. */
  ofProxy(reporter: 'source' | 'destination', to: Destination, counters: RequestCounts): Exposed[] {
    const bounds = this.istioDurations ? ISTIO_BUCKETS.map((bound) => bound / 1000) : [];
    return istioMetrics(reporter, to, narrowed(counters, this.bounds, bounds), this.istioDurations);
  }
}

function unfed(name: string): string {
  if (name.includes(':')) return `nothing here feeds ${name}: recording rules are not evaluated`;
  return `nothing here feeds ${name}: only requests and what is counted of them are rehearsed; --replay takes real metrics`;
}

/** Counts sorted by fewer bounds than they were kept by; `wanted` are among `all`, both ascending. */
function narrowed(
  { succeeded, failed }: RequestCounts,
  all: readonly number[],
  wanted: readonly number[],
): RequestCounts {
  const narrow = ({ count, sum, buckets }: RequestTally): RequestTally => {
    const fewer = new Float64Array(wanted.length);
    let at = 0;
    all.forEach((bound, i) => {
      while (at < wanted.length && wanted[at] < bound) at++;
      if (at < wanted.length) fewer[at] += buckets[i];
    });
    return { count, sum, buckets: fewer };
  };
  return { succeeded: narrow(succeeded), failed: narrow(failed) };
}
