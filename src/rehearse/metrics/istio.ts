import type { RequestCounts } from './request-counters';
import type { Exposed } from './app';

/** Upper bounds of Istio's histogram of durations, in milliseconds. */
export const ISTIO_BUCKETS = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
];

/** Who was called, as the proxies label it. */
export interface Destination {
  readonly service: string;
  readonly workload: string;
  readonly namespace: string;
  readonly app: string;
  readonly version: string;
  readonly revision: string;
  readonly grpc: boolean;
}

const UNKNOWN = 'unknown';

/**
 * The requests that a proxy counts, with the labels that Istio gives them.
 *
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export function istioMetrics(
  reporter: 'source' | 'destination',
  to: Destination,
  counters: RequestCounts,
  /** Whether the histogram is asked for. */
  durations: boolean,
): Exposed[] {
  const common = {
    reporter,
    source_workload: 'istio-ingressgateway',
    source_workload_namespace: 'istio-system',
    source_app: 'istio-ingressgateway',
    source_version: UNKNOWN,
    source_canonical_service: 'istio-ingressgateway',
    source_canonical_revision: 'latest',
    destination_service: `${to.service}.${to.namespace}.svc.cluster.local`,
    destination_service_name: to.service,
    destination_service_namespace: to.namespace,
    destination_workload: to.workload,
    destination_workload_namespace: to.namespace,
    destination_app: to.app,
    destination_version: to.version,
    destination_canonical_service: to.app,
    destination_canonical_revision: to.revision,
    request_protocol: to.grpc ? 'grpc' : 'http',
    response_flags: '-',
    connection_security_policy: reporter === 'destination' ? 'mutual_tls' : UNKNOWN,
  };
  return (['succeeded', 'failed'] as const).flatMap((outcome): Exposed[] => {
    const tally = counters[outcome];
    if (tally.count === 0) return [];
    const failed = outcome === 'failed';
    const labels = {
      ...common,
      response_code: to.grpc || !failed ? '200' : '500',
      ...(to.grpc ? { grpc_response_status: failed ? '13' : '0' } : {}),
    };
    const requests: Exposed = { name: 'istio_requests_total', labels, value: tally.count };
    if (!durations) return [requests];
    const name = 'istio_request_duration_milliseconds';
    let below = 0;
    const buckets = ISTIO_BUCKETS.map((bound, i): Exposed => {
      below += tally.buckets[i];
      return { name: `${name}_bucket`, labels: { ...labels, le: String(bound) }, value: below };
    });
    return [
      requests,
      ...buckets,
      { name: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: tally.count },
      { name: `${name}_sum`, labels, value: tally.sum * 1000 },
      { name: `${name}_count`, labels, value: tally.count },
    ];
  });
}
