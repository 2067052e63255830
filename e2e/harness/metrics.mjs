// What a pod of the run counts, in the text format of Prometheus.

/** Upper bounds in seconds, and the share of requests within each. The median is 50 ms, the 99th percentile 500 ms. */
const BUCKETS = [
  [0.01, 0.05],
  [0.025, 0.2],
  [0.05, 0.5],
  [0.1, 0.8],
  [0.25, 0.95],
  [0.5, 0.99],
  [1, 1],
];
const MEAN_SECONDS = 0.08;

export class PodMetrics {
  requests = 0;
  failed = 0;

  constructor({ errorRate, silent, initialised }) {
    this.errorRate = errorRate;
    this.silent = silent;
    this.initialised = initialised;
  }

  /** Counts requests; fractions add up. */
  count(requests) {
    this.requests += requests;
    this.failed += requests * this.errorRate;
  }

  text() {
    if (this.silent) return 'up_since_seconds 1\n';
    const failed = Math.floor(this.failed);
    const all = Math.max(failed, Math.floor(this.requests));
    const buckets = [...BUCKETS, [Infinity, 1]].map(
      ([bound, share]) =>
        `http_request_duration_seconds_bucket{le="${bound === Infinity ? '+Inf' : bound}"} ${Math.floor(all * share)}`,
    );
    return [
      '# TYPE http_requests_total counter',
      `http_requests_total{code="200"} ${all - failed}`,
      // As client libraries do it: a counter appears with the first failure, unless the app initialises it.
      ...(failed > 0 || this.initialised ? [`http_requests_total{code="500"} ${failed}`] : []),
      '# TYPE http_request_duration_seconds histogram',
      ...buckets,
      `http_request_duration_seconds_sum ${all * MEAN_SECONDS}`,
      `http_request_duration_seconds_count ${all}`,
      '# TYPE grpc_server_handled_total counter',
      `grpc_server_handled_total{grpc_code="OK"} ${all - failed}`,
      `grpc_server_handled_total{grpc_code="Unavailable"} ${failed}`,
      '',
    ].join('\n');
  }
}
