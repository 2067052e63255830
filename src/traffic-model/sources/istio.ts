import { histogramSamples, type DescribedSample } from './sample';

/** Upper bounds of Istio's histogram of durations, in seconds. */
export const ISTIO_BOUNDS = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
].map((milliseconds) => milliseconds / 1000);

/** The proxy that counts: the sidecar of the caller, that of the pod, or the waypoint of an ambient mesh. */
export type Reporter = 'source' | 'destination' | 'waypoint';

/** The destination labels of the proxies. */
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
 * @param durations whether the histogram is asked for
 * @see https://istio.io/latest/docs/reference/config/metrics/
 */
export function istioSamples(reporter: Reporter, to: Destination, durations: boolean): DescribedSample[] {
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
    connection_security_policy: reporter === 'source' ? UNKNOWN : 'mutual_tls',
  };
  return (['succeeded', 'failed'] as const).flatMap((outcome): DescribedSample[] => {
    const failed = outcome === 'failed';
    const labels = {
      ...common,
      response_code: to.grpc || !failed ? '200' : '500',
      ...(to.grpc ? { grpc_response_status: failed ? '13' : '0' } : {}),
    };
    const appears = 'with-first';
    return [
      {
        name: 'istio_requests_total',
        labels,
        shows: { type: 'requests', outcome, part: 'count', factor: 1, appears },
      },
      ...(durations
        ? histogramSamples('istio_request_duration_milliseconds', labels, outcome, ISTIO_BOUNDS, {
            factor: 1000,
            appears,
          })
        : []),
    ];
  });
}
