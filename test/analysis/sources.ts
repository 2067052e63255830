// Whoever counts requests, and the series in which a version's are.
import { CanaryIsolation, IstioReporter, RequestMetrics } from '../../src';
import { InputSeries } from '../promql/promtool';
import { SERVICES } from './queries';

export type Labels = Record<string, string>;
export const series = (name: string, labels: Labels, values: string): InputSeries => [
  `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')}}`,
  values,
];

/** How a source tells a request's version and fate: which series has it. */
export interface Source {
  readonly requests: RequestMetrics;
  readonly series: (
    version: 'canary' | 'stable' | 'other',
    failed: boolean,
    pod: string,
    values: string,
  ) => InputSeries;
}

const HASHES = { canary: 'new', stable: 'old', other: 'more' };
const REVISIONS = { canary: 'v2', stable: 'v1', other: 'v2' };
export const ofPod = (version: keyof typeof HASHES, pod: string): Labels => ({
  // Another app's pods may have any hash but ours; another namespace has an app of the same name.
  namespace: version === 'other' ? 'elsewhere' : 'shop',
  pod: `checkout-${HASHES[version]}-${pod}`,
  rollouts_pod_template_hash: version === 'other' ? 'new' : HASHES[version],
});
export const ofCall = (version: keyof typeof HASHES, pod: string, reporter: string): Labels => ({
  reporter,
  pod,
  destination_service_namespace: version === 'other' ? 'elsewhere' : 'shop',
  destination_service_name: version === 'stable' ? 'checkout-stable' : 'checkout-canary',
  destination_workload_namespace: version === 'other' ? 'elsewhere' : 'shop',
  destination_workload: 'checkout',
  destination_canonical_revision: REVISIONS[version],
  request_protocol: 'http',
});
const counted = (name: string, status: string, codes: [string, string]) => ({
  series: (version: keyof typeof HASHES, failed: boolean, pod: string, values: string) =>
    series(name, { ...ofPod(version, pod), [status]: codes[failed ? 1 : 0] }, values),
});
const called = (reporter: string, labels: (version: keyof typeof HASHES, pod: string) => Labels) => ({
  series: (version: keyof typeof HASHES, failed: boolean, pod: string, values: string) =>
    series(
      'istio_requests_total',
      { ...labels(version, pod), reporter, response_code: failed ? '503' : '200', grpc_response_status: '' },
      values,
    ),
});

export const SOURCES: Record<string, Source> = {
  'the application': {
    requests: RequestMetrics.application(),
    ...counted('http_requests_total', 'code', ['200', '500']),
  },
  'a gRPC server': {
    requests: RequestMetrics.grpcServer(),
    ...counted('grpc_server_handled_total', 'grpc_code', ['OK', 'Unavailable']),
  },
  'the application, by its Services': {
    requests: RequestMetrics.application({
      isolation: CanaryIsolation.service('checkout-canary', 'service', 'checkout-stable'),
    }),
    series: (version, failed, pod, values) =>
      series(
        'http_requests_total',
        {
          ...ofPod(version, pod),
          service: version === 'stable' ? 'checkout-stable' : 'checkout-canary',
          code: failed ? '500' : '200',
        },
        values,
      ),
  },
  'the callers’ proxies': {
    requests: RequestMetrics.istio(SERVICES),
    ...called('source', (version, pod) => ofCall(version, pod, 'source')),
  },
  'the pods’ proxies': {
    requests: RequestMetrics.istio({ reporter: IstioReporter.DESTINATION }),
    ...called('destination', ofPod),
  },
  'a waypoint': {
    requests: RequestMetrics.istio({ reporter: IstioReporter.WAYPOINT, ...SERVICES }),
    ...called('waypoint', (version, pod) => ofCall(version, pod, 'waypoint')),
  },
  'the callers’ proxies, by revision': {
    requests: RequestMetrics.istio({ isolation: CanaryIsolation.workloadRevision() }),
    ...called('source', (version, pod) => ofCall(version, pod, 'source')),
  },
};

/** An hour; a scrape is ten seconds old when it is asked about. */
export const AT = '59m40s';
/** So many more at each scrape: ten times as many in five minutes. */
export const grows = (by: number) => `0+${by}x120`;

/** Two pods of each version: 100 of 500 requests go to the canary, of which 5 fail; of the others 4. */
export const usual = (of: Source['series']) => [
  of('canary', false, 'a', grows(5)),
  of('canary', false, 'b', grows(4.5)),
  of('canary', true, 'b', grows(0.5)),
  of('stable', false, 'a', grows(20)),
  of('stable', false, 'b', grows(19.6)),
  of('stable', true, 'b', grows(0.4)),
  // The same app elsewhere fails all the time.
  of('other', true, 'a', grows(100)),
];
