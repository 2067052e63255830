import type { Prometheus, Series } from '../../src/rehearse';

const STEP = 60;
const DAY = 86_400;

/** Requests per second to the app at a moment: more by day than by night. */
export const rateAt = (at: number): number => 10 + new Date(at).getUTCHours();

/** What of a time a history is about: milliseconds since 1970. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** How the app of a history behaves. */
export interface History {
  /** Seconds; default a day and an hour. */
  readonly seconds?: number;
  /** Share of failed requests outside of the incident; default 0.01. */
  readonly errorRate?: number;
  /** Requests per second; default `rateAt`. */
  readonly rate?: (at: number) => number;
  /** A tenth of the requests fails in it. */
  readonly incident?: Stretch;
  readonly end?: number;
  /** Nothing is scraped in it. */
  readonly gap?: Stretch;
  /** Each series is stored once for each of so many replicas of Prometheus. */
  readonly replicas?: number;
  /** From this time on, bounds of buckets are written as `1.0`. */
  readonly boundsWithPointFrom?: number;
  /** When all counters are NaN. */
  readonly nan?: (at: number) => boolean;
  /** Services through which each pod is scraped; `up` tells. */
  readonly services?: readonly string[];
  /** The app's own label `service`, of which each pod has several values. */
  readonly ownServices?: readonly string[];
  /** Default true. */
  readonly kubeStateMetrics?: boolean;
  /** The neighbour also counts requests of a kind that the app never has. */
  readonly neighbourDeclines?: boolean;
}

const PODS = ['checkout-7d5c9f6b84-abcde', 'checkout-7d5c9f6b84-fghij'];
/** Shares of requests below bounds in seconds: 90 % below 0.1 s, p99 at 0.5 s. */
const BUCKETS: readonly (readonly [le: string, share: number])[] = [
  ['0.05', 0.5],
  ['0.1', 0.9],
  ['0.5', 0.99],
  ['1', 1],
  ['+Inf', 1],
];

/** A counter that grows by its rate. */
function counter(labels: Series['labels'], times: readonly number[], rate: (at: number) => number): Series {
  let value = 0;
  const samples = times.map((at) => {
    value += rate(at) * STEP;
    return { at, value: Math.round(value) };
  });
  return { labels, samples };
}

const gauge = (labels: Series['labels'], times: readonly number[], value: number): Series => ({
  labels,
  samples: times.map((at) => ({ at, value })),
});

const isCounter = ({ __name__ }: Series['labels']): boolean => /_(total|bucket)$/.test(__name__);

/**
 * Writes what a Prometheus would have scraped of two pods of an app, of a neighbour with the same metrics and a hundred
 * times the traffic, and of kube-state-metrics.
 */
export async function writeHistory({ api }: Prometheus, given: History = {}): Promise<void> {
  const {
    seconds = DAY + 3600,
    errorRate = 0.01,
    rate: users = rateAt,
    incident,
    end = Date.now(),
    gap,
    replicas,
    boundsWithPointFrom: pointFrom = Infinity,
    nan = () => false,
    neighbourDeclines = false,
    kubeStateMetrics = true,
    services,
    ownServices,
  } = given;
  const last = Math.floor(end / 1000 / STEP) * STEP * 1000;
  const times = Array.from({ length: Math.floor(seconds / STEP) }, (_, i, n = Math.floor(seconds / STEP)) => {
    return last - (n - 1 - i) * STEP * 1000;
  });
  const failing = (at: number): number => (incident && at >= incident.from && at < incident.to ? 0.1 : errorRate);
  const series: Series[] = PODS.flatMap((pod) => {
    const common = { namespace: 'shop', pod, rollouts_pod_template_hash: '7d5c9f6b84' };
    const rate = (at: number): number => users(at) / PODS.length;
    return [
      counter({ __name__: 'http_requests_total', code: '200', ...common }, times, (at) => rate(at) * (1 - failing(at))),
      ...(errorRate > 0
        ? [counter({ __name__: 'http_requests_total', code: '500', ...common }, times, (at) => rate(at) * failing(at))]
        : []),
      ...BUCKETS.flatMap(([le, share]) => {
        const name = { __name__: 'http_request_duration_seconds_bucket' };
        const { samples } = counter(name, times, (at) => rate(at) * share);
        const pointed = /^\d+$/.test(le) ? `${le}.0` : le;
        return [
          { labels: { ...name, le, ...common }, samples: samples.filter(({ at }) => pointed === le || at < pointFrom) },
          { labels: { ...name, le: pointed, ...common }, samples: samples.filter(({ at }) => at >= pointFrom) },
        ].filter((one, i) => one.samples.length > 0 && (i === 0 || pointed !== le));
      }),
      counter({ __name__: 'tomcat_sessions_created_sessions_total', ...common }, times, (at) => rate(at) / 10),
      counter({ __name__: 'logins_total', ...common }, times, (at) => rate(at) / 20),
      gauge({ __name__: 'kube_pod_status_ready', condition: 'true', namespace: 'shop', pod }, times, 1),
      gauge({ __name__: 'kube_pod_created', namespace: 'shop', pod }, times, 1_700_000_000),
      gauge(
        { __name__: 'kube_pod_status_ready_time', namespace: 'shop', pod },
        times,
        1_700_000_000 + (pod === PODS[0] ? 12 : 20),
      ),
    ];
  });
  const neighbour = { namespace: 'shop', pod: 'catalog-5b8f6d4c79-zzzzz', rollouts_pod_template_hash: '5b8f6d4c79' };
  series.push(
    counter({ __name__: 'http_requests_total', code: '200', ...neighbour }, times, () => 1000),
    gauge({ __name__: 'kube_pod_status_ready', condition: 'true', namespace: 'shop', pod: neighbour.pod }, times, 1),
  );
  if (neighbourDeclines)
    series.push(counter({ __name__: 'http_requests_total', kind: 'declined', ...neighbour }, times, () => 1000));
  const known = series.filter(({ labels }) => kubeStateMetrics || !labels.__name__.startsWith('kube_'));
  const scraped = known.map(({ labels, samples }) => ({
    labels,
    samples: samples
      .filter(({ at }) => !gap || at < gap.from || at >= gap.to)
      .map(({ at, value }) => ({ at, value: isCounter(labels) && nan(at) ? NaN : value })),
  }));
  for (const service of services ?? ownServices ?? []) {
    const up = PODS.map((pod) => gauge({ __name__: 'up', namespace: 'shop', pod }, times, 1));
    await api.write(
      [...scraped, ...up].map(({ labels, samples }) => ({
        // Of the app's own label, `up` has none.
        labels: services === undefined && labels.__name__ === 'up' ? labels : { ...labels, service },
        samples,
      })),
    );
  }
  if (services ?? ownServices) return;
  if (replicas === undefined) return api.write(scraped);
  for (let i = 0; i < replicas; i++) {
    await api.write(
      scraped.map(({ labels, samples }) => ({ labels: { ...labels, prometheus_replica: `prometheus-${i}` }, samples })),
    );
  }
}

/** A rollout whose analysis has the given metrics. */
export const manifestsWith = (metrics: string): string => `apiVersion: argoproj.io/v1alpha1
kind: AnalysisTemplate
metadata: { name: health, namespace: shop }
spec:
  args: [{ name: hash }, { name: namespace }]
  metrics:
${metrics
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: checkout, namespace: shop }
spec:
  replicas: 2
  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec: { containers: [{ name: checkout, image: 'registry.example.com/checkout:1' }] }
  strategy:
    canary:
      canaryService: checkout-canary
      stableService: checkout-stable
      trafficRouting: { istio: { virtualService: { name: checkout } } }
      steps:
        - setWeight: 20
        - pause: { duration: 5m }
        - analysis:
            templates: [{ templateName: health }]
            args:
              - { name: hash, valueFrom: { podTemplateHashValue: Latest } }
              - { name: namespace, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }
---
apiVersion: v1
kind: Service
metadata: { name: checkout-stable, namespace: shop }
spec: { selector: { app: checkout }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: checkout-canary, namespace: shop }
spec: { selector: { app: checkout }, ports: [{ port: 80 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: checkout, namespace: shop }
spec:
  hosts: [checkout]
  http:
    - route:
        - { destination: { host: checkout-stable }, weight: 100 }
        - { destination: { host: checkout-canary }, weight: 0 }
`;

/** Selects the canary by its hash, as the monitors of this library label it. */
export const CANARY = 'namespace="{{args.namespace}}",rollouts_pod_template_hash="{{args.hash}}"';

/** The share of failed requests, which may be 5 %. */
export const ERROR_RATE = `- name: error-rate
  interval: 1m
  count: 5
  failureLimit: 1
  successCondition: len(result) > 0 && result[0] <= 0.05
  provider:
    prometheus:
      address: http://prometheus.monitoring:9090
      query: |
        (sum(rate(http_requests_total{${CANARY},code=~"5.."}[5m])) or vector(0))
        / sum(rate(http_requests_total{${CANARY}}[5m]))`;

/** p99 below a second. */
export const LATENCY = `- name: latency
  successCondition: len(result) > 0 && result[0] < 1
  provider:
    prometheus:
      address: http://prometheus.monitoring:9090
      query: histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{${CANARY}}[5m])))`;
